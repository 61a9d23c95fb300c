"""Watch a candidate on the probes: what it is given, and what changes when one argument changes a little."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from gm_ref.checks.core.diagnosis import record
from gm_ref.checks.core.guard import slope
from gm_ref.checks.core.keeping import Restoring, numbers


class Around:
    """A function with something done around each call; its own gradient, where it has one, likewise."""

    def __init__(self, function: Callable):
        self.function = function
        if hasattr(function, "gradient"):
            self.gradient = self.around_gradient

    def __call__(self, *args: Any) -> Any:
        """Return the function's value for the arguments that are made of these."""
        return self.function(*self.made(args))

    def around_gradient(self, *args: Any) -> Any:
        """Return the function's own gradient for the arguments that are made of these."""
        return self.function.gradient(*self.made(args))  # type: ignore[attr-defined]

    def made(self, args: tuple) -> tuple:
        """Return the arguments to call with."""
        return args


class Recording(Around):
    """A function that remembers what it was called with."""

    def __init__(self, function: Callable):
        super().__init__(function)
        self.calls: list[tuple] = []

    def made(self, args: tuple) -> tuple:
        """Return the arguments, kept as they are now."""
        self.calls.append(tuple(a.detach().clone() if isinstance(a, Tensor) else a for a in args))
        return args


class Nudged(Around):
    """A function whose argument at one place is changed at each call, a little if nothing else is said."""

    def __init__(self, function: Callable, place: int, change: Callable | None = None):
        super().__init__(function)
        self.place, self.change = place, change or nudge

    def made(self, args: tuple) -> tuple:
        """Return the arguments, one of them changed."""
        return tuple(self.change(a) if i == self.place else a for i, a in enumerate(args))


class Sloped:
    """The gradient of the sum of one of a function's results with respect to one argument."""

    def __init__(self, function: Callable, place: int, part: int):
        self.function, self.place, self.part = function, place, part

    def __call__(self, *args: Any) -> Tensor:
        """Return the gradient."""
        return slope(self.function, *args, wrt=(self.place, self.part))


def observed(probes: Sequence[Callable], candidate: Callable) -> tuple[list, list[list[tuple]]]:
    """Return the candidate's outcome on each probe, and the arguments of its calls there."""
    outcomes, calls = [], []
    for probe in probes:
        recording = Recording(candidate)
        outcomes.append(record(probe, Restoring(recording)))
        calls.append(recording.calls)
    return outcomes, calls


def nudge(value: Any) -> Any:
    """Return a value a little changed: numbers by one percent, whole ones by one, networks in their parameters."""
    if isinstance(value, Tensor):
        return nudged_tensor(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value * 1.01
    if isinstance(value, int):
        return value + 1
    if isinstance(value, nn.Module):
        return nudged_network(value)
    if isinstance(value, Optimizer):
        return nudged_optimizer(value)
    if isinstance(value, (list, tuple)):
        return type(value)(nudge(x) for x in value)
    return value


def turned(value: Any) -> Any:
    """Return a tensor with its first axis in reverse order, a whole number twice as large: larger changes."""
    if type(value) is int:
        return 2 * value + 2
    return value.flip(0) if isinstance(value, Tensor) and value.dim() else nudge(value)


def nudged_tensor(x: Tensor) -> Tensor:
    """Return floats changed by one percent and a little, whole numbers moved on by one place."""
    if x.is_floating_point():
        return x * 1.01 + 0.003
    return x.roll(1, 0) if x.dim() else x + 1


def nudged_optimizer(optimizer: Optimizer) -> Optimizer:
    """Return an optimiser with another learning rate: itself, since a copy would hold other parameters."""
    for group in optimizer.param_groups:
        group["lr"] *= 1.1
    return optimizer


def nudged_network(network: nn.Module) -> nn.Module:
    """Return a copy of a network with its tensors and plain numbers changed."""
    copy = deepcopy(network)
    with torch.no_grad():
        for x in [*copy.parameters(), *copy.buffers()]:
            x.copy_(nudged_tensor(x))
    for module in copy.modules():
        vars(module).update({k: nudge(v) for k, v in numbers(module).items() if isinstance(v, float)})
    return copy
