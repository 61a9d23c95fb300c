"""The check of generator_step."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core import Draws, Guarded, check, wave
from gm_ref.checks.core.steps import OPTIMISER, Step, frozen, holds_gradients, stale, weights
from gm_ref.checks.minimax.oracles import cost, players, steep


def _moves(f: Callable) -> tuple:
    D, G = players()
    loss = f(D, G, wave(4, 3, shift=30), SGD(G.parameters(), lr=0.3))
    return loss, weights(G), weights(D), holds_gradients(G), frozen(D), frozen(G)


def _stale(f: Callable) -> Tensor:
    D, G = players()
    f(D, stale(G), wave(4, 3, shift=30), SGD(G.parameters(), lr=0.3))
    return weights(G)


def loss_of(D: nn.Module, G: nn.Module, z: Tensor) -> Tensor:
    """Return the generator's loss, the non-saturating one."""
    return cost(-D(G(z)))


@check(probes=[_moves, _stale], uses=("generator_loss",), rows=(), float32=False)
def check_generator_step(generator_step: Guarded, draw: Draws) -> None:
    """Keep the books: G moves by exactly rate times the gradient through D, and D keeps its place."""
    step = Step(generator_step, 1, loss_of, players)
    for count in (5, 1):
        step.books(
            (draw.normal(count, 3),),
            "The loss returned is not the non-saturating loss of the fakes before the step.",
            "The mean of -log D over all fakes G(z), with the z that is given.",
        )
    data, (D, G) = (draw.normal(5, 3),), players()
    told = "Gradients that were there before the step took part in it."
    step.moves((stale(D), stale(G)), data, told, "Clear G's gradients before backward.")
    D, G = players()
    step.moves(
        (steep(D, -1.0), G),
        data,
        "Where gradients are large, or D is sure that the fakes are fakes, G's step is another one.",
        "Gradients are not clipped here, and the loss must hold for logits of any size.",
    )
    D, G = players()
    told = "With an optimiser that holds G's bias only, more or less moved."
    step.moves((D, G), data, told, OPTIMISER, own=[G.layer.bias])
