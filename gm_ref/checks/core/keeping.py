"""What a call is given, as it was before: to say what the call changed, and to put it back."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

ROOMS = ("_parameters", "_buffers", "_modules", "_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
PLAIN = (bool, int, float, str)
KINDS = {list: "list", dict: "dict"}


def keep(args: tuple, may_train: bool = False) -> list["Kept"]:
    """Return each argument as it is before a call; where networks are trained, they and lists may change."""
    return [kept(a) if isinstance(a, (Tensor, Optimizer)) or not may_train else Kept(a) for a in args]


def kept(value: Any) -> "Kept":
    """Return a value as it is now."""
    return next((kind(value) for types, kind in watched() if isinstance(value, types)), Kept(value))


def watched() -> list[tuple[Any, type["Kept"]]]:
    """Return the kinds of values that a call can change, and how each is kept."""
    items = (list, dict, tuple)
    return [(Tensor, KeptTensor), (nn.Module, KeptNetwork), (Optimizer, KeptSettings), (items, KeptItems)]


class Kept:
    """A value as it was before a call; this one is of a kind that no call can change: a number, a text, a function."""

    def __init__(self, value: Any):
        self.value = value

    def told(self, label: str) -> str:
        """Return the sentence on what has changed since, or ''."""
        return ""

    def put_back(self) -> None:
        """Make it again what it was."""


class KeptTensor(Kept):
    """A tensor: its numbers, whether it requires grad, its gradient."""

    def __init__(self, value: Tensor):
        super().__init__(value)
        self.numbers, self.needs_grad, self.is_leaf = value.detach().clone(), value.requires_grad, value.is_leaf
        self.home = value.data
        self.grad = gradient(value)
        self.slopes = None if self.grad is None else self.grad.detach().clone()

    def told(self, label: str) -> str:
        """Return the sentence on what has changed since, or ''."""
        if not same(self.value.detach(), self.numbers):
            return f"It changes its argument {label} in place; return a new tensor instead."
        if self.value.requires_grad != self.needs_grad:
            look = f"work on {label}.detach().clone() where you need gradients of your own."
            return f"It changes requires_grad of its argument {label} in place; {look}"
        return f"It leaves a gradient in its argument {label}: use torch.autograd.grad." if self.slopes_differ() else ""

    def slopes_differ(self) -> bool:
        """Say whether the gradient is another one than before."""
        now = gradient(self.value)
        if now is None or self.slopes is None:
            return now is not self.slopes
        return not same(now, self.slopes)

    def put_back(self) -> None:
        """Make it again what it was."""
        x = self.value
        if self.is_leaf and not x.is_leaf:
            x.detach_()
        if self.is_leaf and x.requires_grad != self.needs_grad:
            x.requires_grad_(self.needs_grad)
        with torch.no_grad():
            if not same(self.home, self.numbers):
                self.home.copy_(self.numbers)
            if x.data_ptr() != self.home.data_ptr() or not same(x, self.numbers):
                x.data = self.home  # it had moved to other memory, which may be somebody else's, or to another shape
            if self.slopes_differ():
                x.grad = self.grad
            if self.grad is not None and self.slopes is not None:
                self.grad.copy_(self.slopes)


class KeptNetwork(Kept):
    """A network: its tensors, its plain numbers, its parts, its hooks, and silently its modes."""

    def __init__(self, value: nn.Module):
        super().__init__(value)
        self.modules = [(m, dict(vars(m)), {room: dict(vars(m)[room]) for room in ROOMS}) for m in value.modules()]
        self.tensors = [KeptTensor(x) for x in tensors(value)]
        self.numbers = [numbers(m) for m, *_ in self.modules]

    def told(self, label: str) -> str:
        """Return the sentence on what has changed since, or ''."""
        now = tensors(self.value)
        pairs = zip(now, self.tensors, strict=False)
        moved = len(now) != len(self.tensors) or not all(same(x.detach(), old.numbers) for x, old in pairs)
        if moved or [numbers(m) for m in self.value.modules()] != self.numbers:
            return f"It changes the network {label} that it is given; this exercise may only use it."
        told = [old.told(label) for old in self.tensors]
        if any("requires_grad" in line for line in told):
            return f"It changes requires_grad in the network {label} that it is given; this exercise may only use it."
        if any(told):
            return f"It leaves gradients in the network {label} that it is given: use torch.autograd.grad."
        return ""

    def put_back(self) -> None:
        """Make it again what it was."""
        for module, attributes, rooms in self.modules:
            vars(module).clear()
            vars(module).update(attributes)
            for name, room in rooms.items():
                vars(module)[name].clear()
                vars(module)[name].update(room)
        for old in self.tensors:
            old.put_back()


class KeptSettings(Kept):
    """An optimiser's settings, such as its learning rate; its state may change, for a step is what it is for."""

    def __init__(self, value: Optimizer):
        super().__init__(value)
        self.settings = [dict(group) for group in value.param_groups]

    def told(self, label: str) -> str:
        """Return the sentence on what has changed since, or ''."""
        now = self.value.param_groups
        pairs = zip(now, self.settings, strict=False)
        changed = [k for group, old in pairs for k in old if not alike((k, group.get(k)), (k, old[k]))]
        changed += ["param_groups"] * (len(now) != len(self.settings))
        return f"It changes {changed[0]} of the optimiser {label} that it is given." if changed else ""

    def put_back(self) -> None:
        """Make them again what they were."""
        del self.value.param_groups[len(self.settings) :]
        for group, old in zip(self.value.param_groups, self.settings, strict=False):
            group.clear()
            group.update(old)


class KeptItems(Kept):
    """A list, a dict or a tuple, and what is in it."""

    def __init__(self, value: list | dict | tuple):
        super().__init__(value)
        self.items = list(pairs_of(value))
        self.parts = [kept(item) for _, item in self.items]

    def told(self, label: str) -> str:
        """Return the sentence on what has changed since, or ''."""
        now = list(pairs_of(self.value))
        if len(now) != len(self.items) or not all(alike(a, b) for a, b in zip(now, self.items, strict=True)):
            kind = next((name for t, name in KINDS.items() if isinstance(self.value, t)), "tuple")
            return f"It changes the {kind} {label} that it is given; leave it as it is, or change a copy of it."
        places = [f"{label}[{key!r}]" for key, _ in self.items]
        told = [part.told(place) for part, place in zip(self.parts, places, strict=True)]
        return next(filter(None, told), "")

    def put_back(self) -> None:
        """Make it again what it was."""
        if isinstance(self.value, list):
            self.value[:] = [item for _, item in self.items]
        if isinstance(self.value, dict):
            self.value.clear()
            self.value.update(self.items)
        for part in self.parts:
            part.put_back()


class Restoring:
    """A function for probes that use constants: it gets copies of tensors, and all else can be put back.

    Lists are put back after each call; networks when the probe is over, since it may look at what became of them.
    """

    def __init__(self, function: Callable):
        self.function = function
        self.networks: dict[int, Kept] = {}
        if hasattr(function, "gradient"):
            self.gradient = partial(self.restoring, function.gradient)

    def __call__(self, *args: Any) -> Any:
        """Return function(*args)."""
        return self.restoring(self.function, *args)

    def restoring(self, function: Callable, *args: Any) -> Any:
        """Return function(*args); what it does to its tensor arguments is done to copies."""
        before = [kept(a) for a in args if isinstance(a, (list, dict, tuple))]
        for network in (a for a in args if isinstance(a, nn.Module)):
            self.networks.setdefault(id(network), kept(network))
        try:
            return function(*(a.clone() if isinstance(a, Tensor) else a for a in args))
        finally:
            for old in before:
                old.put_back()

    def put_back(self) -> None:
        """Make every network that was handed out again what it was."""
        for network in self.networks.values():
            network.put_back()
        self.networks.clear()


def pairs_of(value: list | dict | tuple) -> Iterator[tuple[Any, Any]]:
    """Yield (key or place, item)."""
    yield from value.items() if isinstance(value, dict) else enumerate(value)


def alike(a: tuple[Any, Any], b: tuple[Any, Any]) -> bool:
    """Say whether two items stand at the same place and are one object, or equal numbers or texts."""
    return a[0] == b[0] and (a[1] is b[1] or (type(a[1]) in PLAIN and type(b[1]) in PLAIN and a[1] == b[1]))


def tensors(value: Tensor | nn.Module) -> list[Tensor]:
    """Return a tensor alone, or all parameters and buffers of a network."""
    return [value] if isinstance(value, Tensor) else [*value.parameters(), *value.buffers()]


def numbers(value: Tensor | nn.Module) -> dict[str, bool | int | float]:
    """Return the numbers that a network carries as plain attributes; {} for a tensor."""
    plain = vars(value) if isinstance(value, nn.Module) else {}
    return {k: v for k, v in plain.items() if type(v) in (bool, int, float) and k != "training"}


def gradient(x: Tensor) -> Tensor | None:
    """Return the gradient that a tensor holds; torch warns where one asks a tensor that is computed."""
    return x.grad if x.is_leaf else None


def same(a: Tensor, b: Tensor) -> bool:
    """Say whether two tensors are equal, NaN counting as equal to NaN."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return torch.equal(a, b) or bool(((a == b) | ((a != a) & (b != b))).all())
