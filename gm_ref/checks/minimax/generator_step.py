"""The check of generator_step."""

from collections.abc import Callable

import torch
from torch import Tensor
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
from gm_ref.kit.probes.minimax import AffineGenerator, LogitDiscriminator


def _generator_step_moves(f: Callable) -> tuple:
    D, G, _, opt = players(0.3)
    loss = f(D, G, wave(4, 3, shift=30), opt)
    return loss, weights(G), weights(D), holds_gradients(G), frozen(D), frozen(G)


def _generator_step_stale(f: Callable) -> Tensor:
    D, G, _, opt = players(0.3)
    stale_gradients(G)
    f(D, G, wave(4, 3, shift=30), opt)
    return weights(G)


@check(probes=[_generator_step_moves, _generator_step_stale], uses=("generator_loss",), rows=(), float32=False)
def check_generator_step(generator_step: Guarded, draw: Draws) -> None:
    """Keep the books: G moves by exactly rate times the gradient through D, and D keeps its place."""
    for count in (5, 1):
        D, G, _, opt = players(0.2)
        _expect_generator_step(generator_step, (D, G, opt), draw.normal(count, 3))
    z = draw.normal(5, 3)
    D, G, _, opt = players(0.2)
    want = after_step(cost(-D(G(z))), G, 0.2)
    stale_gradients(G)
    stale_gradients(D)
    generator_step(D, G, z, opt)
    expect_digits(
        weights(G),
        want,
        "Gradients that were there before the step took part in it.",
        "Clear G's gradients before backward.",
    )
    D, G, _, opt = players(0.2)
    want = after_step(cost(-steep(D, -1.0)(G(z))), G, 0.2)
    generator_step(D, G, z, opt)
    expect_close(
        weights(G),
        want,
        "Where gradients are large, or D is sure that the fakes are fakes, G's step is another one.",
        "Gradients are not clipped here, and the loss must hold for logits of any size.",
    )
    D, G, _, _ = players(0.2)
    want = torch.cat([G.layer.weight.detach().flatten(), after_step(cost(-D(G(z))), G, 0.5)[6:]])
    generator_step(D, G, z, SGD([G.layer.bias], lr=0.5))
    expect_close(weights(G), want, "With an optimiser that holds G's bias only, more or less moved.", OPTIMISER)


def _expect_generator_step(f: Guarded, game: tuple, z: Tensor) -> None:
    D, G, opt = game
    loss = cost(-D(G(z)))
    want = after_step(loss, G, 0.2)
    result = f(D, G, z, opt)
    got = expect_tensor(result, (), like=z, name="the loss")
    expect(not getattr(result, "requires_grad", False), "The loss returned still holds its graph: return it detached.")
    expect_digits(
        got,
        loss,
        "The loss returned is not the non-saturating loss of the fakes before the step.",
        "The mean of -log D over all fakes G(z), with the z that is given.",
    )
    expect_close(
        weights(D), weights(LogitDiscriminator()), "The discriminator's parameters moved; this step belongs to G alone."
    )
    expect(
        bool((weights(G) != weights(AffineGenerator())).any()),
        "The generator did not move at all.",
        "When the optimiser steps, G holds no gradient: look for a detach, no_grad, or zero_grad after backward.",
    )
    expect_digits(
        weights(G),
        want,
        "G's parameters did not move by the optimiser's step on the gradient of its loss.",
        "zero_grad, backward, step, in this order and once each.",
    )
    expect_as_found(D, G)
