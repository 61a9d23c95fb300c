"""The vocabulary for exercises that return a network: a check looks at it by numbers alone.

    net = network(dcgan_generator, 8, 4, 3)                     # the learner's nn.Module, guarded
    net.fit({"first": (8, 4, 4, 4), ...}, {"mean": (4,), ...})  # own names for its tensors, by order and shape
    net.load(weights, buffers)                                  # the check's own numbers
    net(z, mode="train"), net.buffers()                         # outputs, running statistics after the call
    net.gradients(z, of=w)                                      # d sum(net(z) w) / dz, and / d each weight
    net.part("layers.0")(h), net.method("inverse")(z)           # where the exercise's text names them

The check owns the numbers: each call brings all of them, in the dtype of its input.  So nothing depends on earlier
calls, and the same check runs on a network in a worker (talk/remote_network.py), of which only numbers come back.
"""

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gm_ref.checks.core.expect import expect
from gm_ref.checks.core.fitting import Shapes, is_constant, listed, matched
from gm_ref.checks.core.guard import Guarded, flat
from gm_ref.checks.core.holder import Holder, expect_bounded
from gm_ref.checks.core.modules import is_network, not_a_network
from gm_ref.checks.core.verdict import Problem


def network(function: Callable, *args: Any) -> "Net":
    """Return the network that function(*args) makes, or raise a Problem; tensors and networks are given as copies.

    function is what a check or a probe is given.  One that lives in another process makes its network there.
    """
    bare = getattr(function, "function", function)
    guarded = function if isinstance(function, Guarded) else Guarded(bare, getattr(bare, "__name__", "the function"))
    made = guarded.watched(getattr(bare, "remote_network", bare), tuple(copied(a) for a in args))
    if made is None:
        raise Problem("property", "It returned None.", "Look for a missing return at the end of the function.")
    if hasattr(bare, "remote_network"):
        return Net(made)
    if not is_network(made):
        raise Problem("property", not_a_network(made))
    return Net(guarded.attempt(Holder, made))


def copied(value: Any) -> Any:
    """Return an argument that a network may keep and change, without a trace in the check's own."""
    if isinstance(value, nn.Module):
        return copy.deepcopy(value)
    if type(value) in (tuple, list):
        return type(value)(copied(v) for v in value)
    return value.clone() if isinstance(value, Tensor) else value


class Part:
    """A network, a part of it, or a method of either, that can be called."""

    def __init__(self, net: "Net", place: str, method: str = ""):
        self.net, self.place, self.named = net, place, method

    def method(self, name: str) -> "Part":
        """Return a method, such as a flow's inverse; a call of one that is not there is a Problem."""
        return Part(self.net, self.place, name)

    def __call__(self, *args: Any, mode: str = "eval", seed: int = 0) -> Any:
        """Return its value; in train mode the network's buffers are then what the call made of them."""
        return self.net.run(self.question(args, mode, seed))["value"]

    def gradients(
        self, *args: Any, of: Tensor | tuple, mode: str = "eval", seed: int = 0
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Return the gradients of sum(value * of) with respect to the floating inputs and the weights by name."""
        answer = self.net.run({**self.question(args, mode, seed), "of": list(flat(of))})
        own = dict(zip(self.net.own_weights, answer["weights"], strict=True))
        return answer["inputs"], {name: own[at] for name, at in self.net.weight_names.items()}

    def question(self, args: tuple, mode: str, seed: int) -> dict[str, Any]:
        """Return the question for one call."""
        if mode not in ("train", "eval"):
            raise ValueError(f"mode is {mode!r}; it is 'train' or 'eval'.")
        call = {"part": self.place, "method": self.named, "args": list(args), "mode": mode, "seed": seed}
        return {"do": "run", **call, "of": None}


class Net(Part):
    """A learner's network: its shapes, its numbers, its calls.  Names are its own until fit() gives it others."""

    def __init__(self, source: Any):
        super().__init__(self, "")
        self.source = source
        seen = source.ask({"do": "look"})
        self.own_weights: Shapes = {name: tuple(shape) for name, shape, _ in seen["weights"]}
        self.own_buffers: Shapes = {name: tuple(shape) for name, shape, _ in seen["buffers"]}
        self.frozen, self.parts = list(seen["frozen"]), list(seen["parts"])
        self.weight_names = {name: name for name in self.own_weights}
        self.buffer_names = {name: name for name in self.own_buffers}
        self.numbers: dict[str, Tensor] | None = None

    def count(self) -> int:
        """Return the number of parameters that an optimiser would train."""
        return sum(math.prod(shape) for shape in self.own_weights.values())

    def shapes(self) -> Shapes:
        """Return the shapes of the weights by name, in order; a Problem where they hold more than can be set."""
        self.expect_bounded()
        return {name: self.own_weights[own] for name, own in self.weight_names.items()}

    def buffer_shapes(self) -> Shapes:
        """Return the shapes of the buffers, and of frozen parameters, by name, in order."""
        self.expect_bounded()
        return {name: self.own_buffers[own] for name, own in self.buffer_names.items()}

    def expect_bounded(self) -> None:
        """Raise a Problem where there are more numbers than can be set: a check makes as many as it is told."""
        expect_bounded(sum(math.prod(s) for s in [*self.own_weights.values(), *self.own_buffers.values()]))

    def weights(self) -> dict[str, Tensor]:
        """Return the weights by name: those it was made with, until others are loaded.

        Those are the submission's word: compare them with what is known, and compute nothing expected from them.
        """
        return {name: self.now()[own].clone() for name, own in self.weight_names.items()}

    def buffers(self) -> dict[str, Tensor]:
        """Return the buffers by name, as the last call left them."""
        return {name: self.now()[own].clone() for name, own in self.buffer_names.items()}

    def load(self, weights: dict | Sequence = (), buffers: dict | Sequence = ()) -> None:
        """Set numbers, by name or all in order."""
        for given, names in ((weights, self.weight_names), (buffers, self.buffer_names)):
            by_name = given if isinstance(given, dict) else dict(zip(names, given, strict=bool(len(given))))
            for name, value in by_name.items():
                self.put(name, names, value)

    def put(self, name: str, names: dict[str, str], value: Tensor) -> None:
        """Set one tensor."""
        if name not in names:
            raise ValueError(f"the network has no {name}; it has {', '.join(names) or 'none'}.")
        had = tuple(self.now()[names[name]].shape)
        claim = f"Its {names[name]} has shape {had}; {tuple(value.shape)} was expected."
        expect(had == tuple(value.shape), claim)
        self.now()[names[name]] = value.detach().clone()

    def fit(
        self, weights: Shapes, buffers: Shapes | None = None, starts: dict[str, float] | None = None, look: str = ""
    ) -> None:
        """Give the tensors the check's own names, by order and shape; a Problem where other weights are wanted.

        Of equal shapes the first is the first; but a name in `starts` goes to one that begins as this number all over:
        so a batch norm of one's own may make its shift before its scale.  Buffers beside those named stay as they are.
        """
        constant = {own: x.flatten()[0].item() for own, x in self.now().items() if is_constant(x)} if starts else {}
        found, rest = matched(weights, self.own_weights, starts or {}, constant)
        if rest or len(found) < len(weights):
            raise Problem("property", *self.misfit(weights, found, rest), look)
        self.weight_names = found
        found, rest = matched(buffers or {}, self.own_buffers, starts or {}, constant)
        for name, shape in (buffers or {}).items():
            there = f"What is kept and not trained belongs in a buffer; it has {listed(self.own_buffers)}."
            expect(name in found, f"It has no buffer of shape {shape} for the {name}.", there, look)
        self.buffer_names = found | {own: own for own in rest}

    def misfit(self, wanted: Shapes, found: dict[str, str], rest: list[str]) -> list[str]:
        """Return the sentences on parameters that are not those wanted."""
        have, want = self.count(), sum(math.prod(shape) for shape in wanted.values())
        more = f"{abs(have - want):,} {'more' if have > want else 'fewer'}"
        first = f"It has {have:,} parameters; {want:,} are wanted: {more}."
        extra = {own: self.own_weights[own] for own in rest}
        missing = {name: shape for name, shape in wanted.items() if name not in found}
        bias = bool(extra and self.own_buffers) and not missing and all(len(s) == 1 for s in extra.values())
        lines = [
            first if have != want else f"It has {have:,} parameters, as wanted, but in other shapes.",
            f"Not wanted: {listed(extra)}." if extra else "",
            f"Wanted and not there: {listed(missing)}." if missing else "",
            "A bias beside batch norm would be such: batch norm takes it away again." if bias else "",
            f"{len(self.frozen)} parameters do not require grad, and so are not trained." if self.frozen else "",
        ]
        return [line for line in lines if line]

    def part(self, name: str) -> Part:
        """Return a part of the network, such as layers.0; a Problem where there is none of this name."""
        there = ", ".join(self.parts[:8]) or "none"
        expect(name in self.parts, f"It has no part called {name}.", f"It has {there}.")
        return Part(self, name)

    def now(self) -> dict[str, Tensor]:
        """Return all numbers by own name; asked for once, afterwards they are the check's."""
        if self.numbers is None:
            told = self.source.ask({"do": "state"})
            values = [*told["weights"], *told["buffers"]]
            self.numbers = dict(zip([*self.own_weights, *self.own_buffers], values, strict=True))
        return self.numbers

    def settle(self, *args: Any, mode: str = "train", seed: int = 0) -> None:
        """Make a first call, which may set weights and buffers from its input (actnorm), and take them over."""
        told = self.asked({**self.question(args, mode, seed), "do": "settle"})
        self.now().update(zip(self.own_weights, told["weights"], strict=True))
        self.now().update(zip(self.own_buffers, told["buffers"], strict=True))

    def asked(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a question that brings all numbers, in the dtype of its input."""
        floating = [a.dtype for a in question["args"] if isinstance(a, Tensor) and a.is_floating_point()]
        now = {name: in_dtype(x, floating) for name, x in self.now().items()}
        own = {"weights": [now[name] for name in self.own_weights], "buffers": [now[n] for n in self.own_buffers]}
        return self.source.ask({**question, **own})

    def run(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a call, and take over the buffers that it left."""
        answer = self.asked(question)
        if answer["value"] is None:
            raise Problem("property", "Its forward returned None.", "Look for a missing return at the end of forward.")
        self.now().update(zip(self.own_buffers, answer["buffers"], strict=True))
        return answer


def in_dtype(x: Tensor, dtypes: list[torch.dtype]) -> Tensor:
    """Return a floating tensor in the first of the dtypes, anything else as it is."""
    return x.to(dtypes[0]) if dtypes and x.is_floating_point() else x
