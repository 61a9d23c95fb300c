"""Holds a learner's network and answers questions on it in plain values: nothing else touches the nn.Module.

Four questions: {"do": "look"} names, shapes and parts; {"do": "state"} all numbers; {"do": "run", ...} a call with the
numbers, the mode and the seed that the question brings; {"do": "settle", ...} a first call that may set the weights.
The network is only borrowed: after each run it is as it was before, so that no run depends on an earlier one, and a
network that a notebook has trained is not spoilt by a check.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from gm_ref.checks.core.guard import Guarded, flat
from gm_ref.checks.core.keeping import same
from gm_ref.checks.core.modules import Slot, expect_usable, part_at, parts, slots, tables
from gm_ref.checks.core.verdict import Problem

MOST_NUMBERS = 8 << 20  # of one network that can be set and read: 64 MiB in float64, as much as one frame carries


class Holder:
    """A network that was returned, and what it looked like then; of one on another device, a copy on the CPU."""

    def __init__(self, module: nn.Module):
        expect_usable(slots(module))
        elsewhere = any(s.tensor.device.type != "cpu" for s in slots(module))
        self.hold(copy.deepcopy(module).cpu() if elsewhere else module)

    def hold(self, module: nn.Module) -> None:
        """Ask this network from now on."""
        self.module = module
        self.weights = [s for s in slots(module) if s.trained]
        self.buffers = [s for s in slots(module) if not s.trained]

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one question, or raise a Problem."""
        if question["do"] in ("look", "state"):
            return self.look() if question["do"] == "look" else self.state()
        part = part_at(self.module, question["part"])
        method = getattr(part, question["method"], None) if question["method"] else part
        if not callable(method):
            raise Problem("property", f"It has no method called {question['method']}.")
        guarded = Guarded(method if question["method"] else part.forward, call_name(question))
        act = self.run if question["do"] == "run" else self.settle
        return guarded.attempt(lambda *args: act(method, args, question), *question["args"])

    def look(self) -> dict[str, Any]:
        """Return names and shapes of the trained weights and of all other tensors, and the names of the parts."""
        frozen = [s.name for s in self.buffers if isinstance(s.tensor, nn.Parameter)]
        lists = {"weights": told(self.weights), "buffers": told(self.buffers)}
        return {**lists, "frozen": frozen, "parts": [name for name in parts(self.module) if name]}

    def count(self) -> int:
        """Return how many numbers the network holds, buffers included."""
        return sum(s.tensor.numel() for s in [*self.weights, *self.buffers])

    def state(self) -> dict[str, Any]:
        """Return all numbers of the network, in the order of look()."""
        expect_bounded(self.count())
        return {"weights": numbers_of(self.weights), "buffers": numbers_of(self.buffers)}

    def run(self, call: Callable, args: tuple, question: dict[str, Any]) -> dict[str, Any]:
        """Return a call's value, the buffers after it, and gradients for inputs and weights where `of` asks."""
        weights, buffers = question["weights"], question["buffers"]
        with borrowed(self.module), surroundings(question["seed"], [*args, *weights]):
            self.set_numbers(weights, buffers)
            self.module.train(question["mode"] == "train")
            leaves = [leaf(a) for a in args]
            given = [a.clone() if isinstance(a, Tensor) else a for a in leaves]
            value = call(*given)
            if not question["part"]:
                expect_same_inputs(leaves, given)
            self.expect_same_weights(weights)
            answer = {"value": plain(value), "buffers": self.after(self.buffers, buffers), "inputs": [], "weights": []}
            return answer | (self.gradients(value, leaves, question["of"]) if question["of"] is not None else {})

    def settle(self, call: Callable, args: tuple, question: dict[str, Any]) -> dict[str, Any]:
        """Return all numbers after a call that may set them; from then on a copy is asked, which has seen the call."""
        self.hold(copy.deepcopy(self.module))
        weights, buffers = question["weights"], question["buffers"]
        with surroundings(question["seed"], [*args, *weights]):
            self.set_numbers(weights, buffers)
            self.module.train(question["mode"] == "train")
            part_at(self.module, question["part"])(*args)
            told = {"weights": self.after(self.weights, weights), "buffers": self.after(self.buffers, buffers)}
        self.hold(self.module)
        return told

    def set_numbers(self, weights: list[Tensor], buffers: list[Tensor]) -> None:
        """Give the network these numbers, in the order of look()."""
        expect_bounded(self.count())
        for slot, value in zip([*self.weights, *self.buffers], [*weights, *buffers], strict=True):
            if slot.tensor.shape != value.shape:
                raise Problem("property", f"Its {slot.name} has another shape than when it was made.")
            slot.tensor.grad = None
            slot.tensor.data = value.clone()

    def after(self, those: list[Slot], before: list[Tensor]) -> list[Tensor]:
        """Return tensors as a call left them; a Problem where it made others, or gave them another shape."""
        now = {s.name: s.tensor for s in slots(self.module)}
        strange = sorted(set(now) ^ {s.name for s in [*self.weights, *self.buffers]})
        if strange:
            look = "Make all layers and parameters when the network is made, in __init__."
            raise Problem("property", f"A call makes or removes parameters or buffers: {', '.join(strange[:4])}.", look)
        for slot, old in zip(those, before, strict=True):
            if now[slot.name].shape != old.shape:
                raise Problem("property", f"A call changes the shape of {slot.name}; let it keep {tuple(old.shape)}.")
        return [now[s.name].detach().to(x.dtype, copy=True) for s, x in zip(those, before, strict=True)]

    def expect_same_weights(self, before: list[Tensor]) -> None:
        """Raise a Problem where a call changed the weights."""
        for slot, now, old in zip(self.weights, self.after(self.weights, before), before, strict=True):
            if not same(now, old):
                look = "A forward reads its weights; only an optimiser changes them."
                raise Problem("property", f"A call changes its own weight {slot.name}.", look)

    def gradients(self, value: Any, leaves: list, of: list[Tensor]) -> dict[str, list[Tensor]]:
        """Return the gradients of sum(value * of) with respect to the floating inputs and to the weights."""
        total = weighted_sum(flat(value), of)
        inputs = [a for a in leaves if isinstance(a, Tensor) and a.requires_grad]
        wanted = [*inputs, *(s.tensor for s in self.weights)]
        found = torch.autograd.grad(total, wanted, allow_unused=True)
        grads = [(torch.zeros_like(x) if g is None else g).detach() for x, g in zip(wanted, found, strict=True)]
        return {"inputs": grads[: len(inputs)], "weights": grads[len(inputs) :]}


def call_name(question: dict[str, Any]) -> str:
    """Return how a learner would write the call: net.eval(), with the names of a part and a method."""
    return ".".join(filter(None, [f"net.{question['mode']}()", question["part"], question["method"]]))


@contextmanager
def borrowed(module: nn.Module) -> Iterator[None]:
    """Lend a network out: its tensors, its parts, its modes and its plain attributes are put back afterwards."""
    before = [(table, dict(table)) for table in tables(module)]
    tensors = [(s.tensor, s.tensor.data, s.tensor.grad, s.tensor.requires_grad) for s in slots(module)]
    try:
        yield
    finally:
        for table, was in before:
            table.clear()
            table.update(was)
        for x, data, grad, needed_grad in tensors:
            x.grad, x.data = None, data
            if x.requires_grad != needed_grad:
                x.requires_grad_(needed_grad)
            x.grad = grad


@contextmanager
def surroundings(seed: int, values: list) -> Iterator[None]:
    """Let the random generator begin from seed, and constants be made in the dtype of the first floating value."""
    before = torch.get_default_dtype()
    dtypes = [v.dtype for v in values if isinstance(v, Tensor) and v.is_floating_point()]
    with torch.random.fork_rng([]), torch.enable_grad():
        torch.manual_seed(seed)
        try:
            torch.set_default_dtype(dtypes[0] if dtypes else before)
            yield
        finally:
            torch.set_default_dtype(before)


def leaf(value: Any) -> Any:
    """Return a floating tensor as a new leaf that requires grad, anything else as it is."""
    floating = isinstance(value, Tensor) and value.is_floating_point()
    return value.detach().clone().requires_grad_() if floating else value


def expect_same_inputs(leaves: list, given: list) -> None:
    """Raise a Problem where the call changed what it was given."""
    for number, (old, now) in enumerate(zip(leaves, given, strict=True), start=1):
        if isinstance(old, Tensor) and not same(old.detach(), now.detach()):
            look = "Look for inplace=True in its first layer, and for += on the input."
            raise Problem("property", f"A call changes its input {number} in place.", look)


def weighted_sum(parts: tuple, of: list[Tensor]) -> Tensor:
    """Return sum(part * weights) over all parts of an output."""
    fits = len(parts) == len(of) and all(isinstance(x, Tensor) for x in parts)
    if not fits or any(x.shape != w.shape for x, w in zip(parts, of, strict=True)):
        raise Problem("property", "Its output has another shape than was expected.")
    total = torch.stack([(x * w).sum() for x, w in zip(parts, of, strict=True)]).sum()
    if not total.requires_grad:
        look = "Look for detach, item, numpy, .data or no_grad on the way from the input to the output."
        raise Problem("property", "No gradient flows through the network.", look)
    return total


def plain(value: Any) -> Any:
    """Return a call's value without its graph, and in memory of its own."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    return type(value)(plain(v) for v in value) if type(value) in (tuple, list) else value


def told(found: list[Slot]) -> list[list]:
    """Return name, shape and dtype of tensors."""
    return [[s.name, list(s.tensor.shape), str(s.tensor.dtype).removeprefix("torch.")] for s in found]


def numbers_of(found: list[Slot]) -> list[Tensor]:
    """Return copies of tensors, as plain ones."""
    return [s.tensor.detach().clone() for s in found]


def expect_bounded(count: int) -> None:
    """Raise a Problem where a network holds more numbers than can be set and read."""
    if count > MOST_NUMBERS:
        raise Problem("property", f"It holds {count:,} numbers; this check can set and read {MOST_NUMBERS:,} at most.")
