"""The check of discriminator_step."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core import Draws, Guarded, check, expect, wave
from gm_ref.checks.core.steps import OPTIMISER, Step, frozen, holds_gradients, stale, weights
from gm_ref.checks.minimax.oracles import cost, players, steep


def _moves(f: Callable) -> tuple:
    D, G = players()
    loss = f(D, G, wave(4, 2), wave(3, 3, shift=30), SGD(D.parameters(), lr=0.3))
    return loss, weights(D), weights(G), holds_gradients(D), frozen(D), frozen(G)


def _stale(f: Callable) -> tuple:
    D, G = players()
    f(stale(D), G, wave(4, 2), wave(4, 3, shift=30), SGD(D.parameters(), lr=0.3))
    return weights(D), holds_gradients(G)


def loss_of(D: nn.Module, G: nn.Module, real: Tensor, z: Tensor) -> Tensor:
    """Return the discriminator's loss."""
    return cost(-D(real)) + cost(D(G(z).detach()))


@check(probes=[_moves, _stale], uses=("discriminator_loss",), rows=(), float32=False)
def check_discriminator_step(discriminator_step: Guarded, draw: Draws) -> None:
    """Keep the books: D moves by exactly rate times its gradient, G keeps its place and gets no gradient."""
    step = Step(discriminator_step, 0, loss_of, players)
    for b, m in ((4, 3), (2, 5), (1, 1)):
        step.books(
            (draw.normal(b, 2), draw.normal(m, 3)),
            "The loss returned is not the discriminator's loss before the step.",
            "Real samples go through D as they are, fakes as D(G(z)): all of them, and with the z that is given.",
            f"There are {b} real samples and {m} fakes.",
        )
    data, (D, G) = (draw.normal(4, 2), draw.normal(3, 3)), players()
    step.moves(
        (stale(D), G),
        data,
        "Gradients that were there before the step took part in it.",
        "After a generator step D's parameters hold gradients: clear them before backward.",
    )
    expect(
        all(p.grad is None for p in G.parameters()),
        "The generator's parameters have received gradients.",
        "Cut the graph between G and D: the fakes enter D detached.",
    )
    for sign in (1.0, -1.0):
        D, G = players()
        told = "Where gradients and weights are large, D's step is another one."
        step.moves((steep(D, sign), G), data, told, "Neither gradients nor weights are clipped here.")
    D, G = players()
    told = "With an optimiser that holds D's first layer only, more or less moved."
    step.moves((D, G), data, told, OPTIMISER, own=list(D.layer.parameters()))
