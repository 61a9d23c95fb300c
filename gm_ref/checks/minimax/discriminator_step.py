"""The check of discriminator_step."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_digits
from gm_ref.checks.minimax.oracles import (
    OPTIMISER,
    after_step,
    cost,
    expect_as_found,
    frozen,
    holds_gradients,
    players,
    stale_gradients,
    steep,
    weights,
)
from gm_ref.kit.probes.minimax import AffineGenerator


def _discriminator_step_moves(f: Callable) -> tuple:
    D, G, opt, _ = players(0.3)
    loss = f(D, G, wave(4, 2), wave(3, 3, shift=30), opt)
    return loss, weights(D), weights(G), holds_gradients(D), frozen(D), frozen(G)


def _discriminator_step_stale(f: Callable) -> tuple:
    D, G, opt, _ = players(0.3)
    stale_gradients(D)
    f(D, G, wave(4, 2), wave(4, 3, shift=30), opt)
    return weights(D), holds_gradients(G)


@check(
    probes=[_discriminator_step_moves, _discriminator_step_stale], uses=("discriminator_loss",), rows=(), float32=False
)
def check_discriminator_step(discriminator_step: Guarded, draw: Draws) -> None:
    """Keep the books: D moves by exactly rate times its gradient, G keeps its place and gets no gradient."""
    for b, m in ((4, 3), (2, 5), (1, 1)):
        _expect_discriminator_step(discriminator_step, players(0.2)[:3], draw.normal(b, 2), draw.normal(m, 3))
    D, G, opt, _ = players(0.2)
    real, z = draw.normal(4, 2), draw.normal(3, 3)
    want = after_step(_value(D, G, real, z), D, 0.2)
    stale_gradients(D)
    discriminator_step(D, G, real, z, opt)
    expect_digits(
        weights(D),
        want,
        "Gradients that were there before the step took part in it.",
        "After a generator step D's parameters hold gradients: clear them before backward.",
    )
    for sign in (1.0, -1.0):
        D, G, opt, _ = players(0.2)
        want = after_step(_value(steep(D, sign), G, real, z), D, 0.2)
        discriminator_step(D, G, real, z, opt)
        expect_close(
            weights(D),
            want,
            "Where gradients and weights are large, D's step is another one.",
            "Neither gradients nor weights are clipped here.",
        )
    D, G, _, _ = players(0.2)
    want = after_step(_value(D, G, real, z), D, 0.5, D.layer)
    discriminator_step(D, G, real, z, SGD(D.layer.parameters(), lr=0.5))
    expect_close(weights(D), want, "With an optimiser that holds D's first layer only, more or less moved.", OPTIMISER)


def _expect_discriminator_step(f: Guarded, game: tuple, real: Tensor, z: Tensor) -> None:
    D, G, opt = game
    loss = _value(D, G, real, z)
    want = after_step(loss, D, 0.2)
    where = f"There are {len(real)} real samples and {len(z)} fakes."
    result = f(D, G, real, z, opt)
    got = expect_tensor(result, (), like=real, name="the loss")
    expect(not getattr(result, "requires_grad", False), "The loss returned still holds its graph: return it detached.")
    expect_digits(
        got,
        loss,
        "The loss returned is not the discriminator's loss before the step.",
        "Real samples go through D as they are, fakes as D(G(z)): all of them, and with the z that is given.",
        where,
    )
    expect_close(
        weights(G), weights(AffineGenerator()), "The generator's parameters moved; this step belongs to D alone."
    )
    expect(
        all(p.grad is None for p in G.parameters()),
        "The generator's parameters have received gradients.",
        "Cut the graph between G and D: the fakes enter D detached.",
    )
    expect_digits(
        weights(D),
        want,
        "D's parameters did not move by the optimiser's step on the gradient of its loss.",
        "zero_grad, backward, step, in this order and once each, on the sum of the real and the fake part.",
        where,
    )
    expect_as_found(D, G)


def _value(D: nn.Module, G: nn.Module, real: Tensor, z: Tensor) -> Tensor:
    return cost(-D(real)) + cost(D(G(z).detach()))
