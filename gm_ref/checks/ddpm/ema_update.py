"""The check of ema_update."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor
from gm_ref.kit.probes.ddpm import WeightsAndStatistics

BLEND = "A decay near 1 keeps nearly all of ema. Every parameter takes part, frozen and nested ones as well."
COPY = "Running statistics and counters are no weights: copy them as they are, whole numbers too."
INSIDE = "Change the numbers inside them, with an operation whose name ends in an underscore."
SHARED = "Copy values into ema's own tensors; do not put the model's tensors into ema."
MODEL = "The model is trained by its optimiser: an average that is written into it changes the training."


def state(module: nn.Module) -> tuple[Tensor, Tensor]:
    """Return all parameters in one vector and all buffers in another, float64."""
    weights = torch.cat([p.detach().double().flatten() for p in module.parameters()])
    return weights, torch.cat([b.double().flatten() for b in module.buffers()])


def trained(module: nn.Module) -> None:
    """Move every parameter and buffer, as training does."""
    with torch.no_grad():
        for x in [*module.parameters(), *module.buffers()]:
            x.add_(1)


def books(starts: tuple[float, float], decay: float, updates: int, later: bool, f: Callable) -> tuple:
    """Return the state of ema and of model after so many updates; later: and after the model was trained on."""
    ema, model = map(WeightsAndStatistics, starts)
    for _ in range(updates):
        f(ema, model, decay)
    if later:
        trained(model)
    return *state(ema), *state(model)


PROBES = [
    partial(books, (0.3, 1.7), 0.9, 1, False),
    partial(books, (2.2, 1.1), 0.75, 3, False),
    partial(books, (0.3, 1.7), 0.9, 1, True),
]


@check(probes=PROBES, rows=(), float32=False, in_place=True)
def check_ema_update(ema_update: Guarded, draw: Draws) -> None:
    """Keep the books of every parameter and buffer over one update and over several; model keeps its state."""
    for decay in (0.9, 0.37, 0.0, 1.0, 0.9999):
        start = float(draw.uniform(1, low=0.2, high=3))
        expect_one_update(ema_update, WeightsAndStatistics(start), WeightsAndStatistics(start + 1.4), decay)
    frozen, partly = WeightsAndStatistics(0.5).requires_grad_(False), WeightsAndStatistics(2.5)
    partly.gain.requires_grad_(False)
    expect_one_update(ema_update, frozen, partly, 0.8)
    ema, model = WeightsAndStatistics(0.5).float(), WeightsAndStatistics(2.5).float()
    for _ in range(12):
        expect_one_update(ema_update, ema, model, 0.8)
    after = state(ema)
    trained(model)
    told = "When the model is trained on after the update, ema moves with it: they share memory."
    expect(all(map(torch.equal, state(ema), after)), told, SHARED)


def expect_one_update(ema_update: Guarded, ema: nn.Module, model: nn.Module, decay: float) -> None:
    """Raise a Problem unless ema moves towards model as it must, and nothing else is changed."""
    old, old_model, own = deepcopy(ema), deepcopy(model), list(ema.parameters())
    result = ema_update(ema, model, decay)
    expect(result is None, f"It returns a {type(result).__name__}; it works in place and returns nothing.")
    expect(all(map(torch.equal, state(model), state(old_model))), "It changes the model; only ema may change.", MODEL)
    told = "It puts the model into evaluation mode, or freezes its parameters."
    expect(flags(model) == flags(old_model), told, "The model is still in training; leave it as it is.")
    told = "It switches gradients off for good."
    expect(torch.is_grad_enabled(), told, "Use torch.no_grad() as a block or a decorator.")
    for (name, got), was, now in zip(ema.named_parameters(), old.parameters(), model.parameters(), strict=True):
        want = decay * was.detach().double() + (1 - decay) * now.detach().double()
        told = f"With decay {decay:g}, ema's parameter {name} is not decay * itself + (1 - decay) * the model's."
        expect_close(expect_tensor(got.detach(), tuple(was.shape), was, f"ema's {name}"), want, told, BLEND)
    for (name, held), kept in zip(ema.named_buffers(), model.buffers(), strict=True):
        same = held.dtype == kept.dtype and torch.equal(held, kept)
        expect(same, f"ema's buffer {name} is not a copy of the model's.", COPY)
    clean = all(p.grad is None and p.grad_fn is None for p in [*ema.parameters(), *model.parameters()])
    expect(clean, "The update has left gradients or a graph behind.", "Work under torch.no_grad().")
    told = "ema's parameters were exchanged for new ones, or switched between frozen and trainable."
    same = all(p is q for p, q in zip(ema.parameters(), own, strict=True))
    expect(same and flags(ema)[:-1] == flags(old)[:-1], told, INSIDE)


def flags(net: nn.Module) -> list[bool]:
    """Return which parameters of a network are trained, and last whether it is in training."""
    return [*(p.requires_grad for p in net.parameters()), net.training]
