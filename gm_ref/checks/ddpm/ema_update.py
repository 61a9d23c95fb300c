"""The check of ema_update."""

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor
from gm_ref.kit.probes.ddpm import (
    WeightsAndStatistics,
)


def parameters(module: nn.Module) -> Tensor:
    """Return all parameters in one vector, float64."""
    return torch.cat([p.detach().double().flatten() for p in module.parameters()])


def buffers(module: nn.Module) -> Tensor:
    """Return all buffers in one vector, float64."""
    return torch.cat([b.detach().double().flatten() for b in module.buffers()])


def _ema_once(f: Callable) -> tuple:
    ema, model = WeightsAndStatistics(0.3), WeightsAndStatistics(1.7)
    f(ema, model, 0.9)
    return parameters(ema), buffers(ema), parameters(model), buffers(model)


def _ema_thrice(f: Callable) -> tuple:
    ema, model = WeightsAndStatistics(2.2), WeightsAndStatistics(1.1)
    for _ in range(3):
        f(ema, model, 0.75)
    return parameters(ema), buffers(ema)


def _ema_then_trained(f: Callable) -> tuple:
    ema, model = WeightsAndStatistics(0.3), WeightsAndStatistics(1.7)
    f(ema, model, 0.9)
    with torch.no_grad():
        for state in [*model.parameters(), *model.buffers()]:
            state.add_(1)
    return parameters(ema), buffers(ema)


@check(probes=[_ema_once, _ema_thrice, _ema_then_trained], rows=(), float32=False, in_place=True)
def check_ema_update(ema_update: Guarded, draw: Draws) -> None:
    """Keep the books of every parameter and buffer over one update and over several; model keeps its state."""
    for decay in (0.9, 0.37, 0.0, 1.0, 0.9999):
        start = float(draw.uniform(1, low=0.2, high=3))
        _expect_one_update(ema_update, WeightsAndStatistics(start), WeightsAndStatistics(start + 1.4), decay)
    frozen, partly = WeightsAndStatistics(0.5).requires_grad_(False), WeightsAndStatistics(2.5)
    partly.gain.requires_grad_(False)
    _expect_one_update(ema_update, frozen, partly, 0.8)
    _expect_one_update(ema_update, WeightsAndStatistics(0.5).float(), WeightsAndStatistics(2.5).float(), 0.8)
    ema, model = WeightsAndStatistics(0.4), WeightsAndStatistics(1.9)
    first = parameters(ema)
    for n in range(1, 13):
        ema_update(ema, model, 0.95)
        want = 0.95**n * first + (1 - 0.95**n) * parameters(model)
        expect_close(
            parameters(ema),
            want,
            f"After {n} updates towards the same model the average is elsewhere.",
            "After n updates decay^n of the start is left: the decay is the one given, at every update.",
        )
    after = parameters(ema), buffers(ema)
    with torch.no_grad():
        for state in [*model.parameters(), *model.buffers()]:
            state.add_(1)
    expect(
        torch.equal(parameters(ema), after[0]) and torch.equal(buffers(ema), after[1]),
        "When the model is trained on after the update, ema moves with it: they share memory.",
        "Copy values into ema's own tensors; do not put the model's tensors into ema.",
    )


def _expect_one_update(ema_update: Guarded, ema: nn.Module, model: nn.Module, decay: float) -> None:
    old, same_model = deepcopy(ema), deepcopy(model)
    own, flags = [id(p) for p in ema.parameters()], [p.requires_grad for p in ema.parameters()]
    model_flags = [p.requires_grad for p in model.parameters()]
    result = ema_update(ema, model, decay)
    expect(result is None, f"It returns a {type(result).__name__}; it works in place and returns nothing.")
    expect(
        torch.equal(parameters(model), parameters(same_model)) and torch.equal(buffers(model), buffers(same_model)),
        "It changes the model; only ema may change.",
        "The model is trained by its optimiser: an average that is written into it changes the training.",
    )
    expect(
        model.training and [p.requires_grad for p in model.parameters()] == model_flags,
        "It puts the model into evaluation mode, or freezes its parameters.",
        "The model is still in training; leave it as it is.",
    )
    expect(
        torch.is_grad_enabled(), "It switches gradients off for good.", "Use torch.no_grad() as a block or a decorator."
    )
    for (name, got), was, now in zip(ema.named_parameters(), old.parameters(), model.parameters(), strict=True):
        kind = torch.float64 if was.dtype == torch.float64 else torch.float32
        expect_tensor(got.detach(), tuple(was.shape), like=was, name=f"ema's {name}")
        expect_close(
            got.detach(),
            decay * was.detach().to(kind).double() + (1 - decay) * now.detach().double(),
            f"With decay {decay:g}, ema's parameter {name} is not decay * itself + (1 - decay) * the model's.",
            "A decay near 1 keeps nearly all of ema. Every parameter takes part, frozen and nested ones as well.",
        )
    for (name, held), kept in zip(ema.named_buffers(), model.buffers(), strict=True):
        expect(
            held.dtype == kept.dtype and torch.equal(held, kept),
            f"ema's buffer {name} is not a copy of the model's.",
            "Running statistics and counters are no weights: copy them as they are, whole numbers too.",
        )
    clean = all(p.grad is None and p.grad_fn is None for p in [*ema.parameters(), *model.parameters()])
    expect(clean, "The update has left gradients or a graph behind.", "Work under torch.no_grad().")
    expect(
        [id(p) for p in ema.parameters()] == own and [p.requires_grad for p in ema.parameters()] == flags,
        "ema's parameters were exchanged for new ones, or switched between frozen and trainable.",
        "Change the numbers inside them, with an operation whose name ends in an underscore.",
    )
