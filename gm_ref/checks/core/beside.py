"""A candidate beside what is right: one oracle, asked with the same arguments, in all the circumstances of a call."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from gm_ref.checks.core.expect import expect_close, expect_parts, expect_tensor
from gm_ref.checks.core.guard import Guarded, flat, slope
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.core.verdict import Problem, of_kind

ALONE = "Look for squeeze(), and for sums, means or sizes that are taken over the batch."
AXES = "Axis 0 is the batch: look for a sum, a mean or a new axis at the wrong place."
FAR = "Look for a clamp, a clip, a small number that is added, or a number that leaves the range of floating point."
APART = "Look for view(), and for memory that is read in another order than its axes say."


@dataclass(frozen=True)
class Beside:
    """A candidate f, and right, an independent way to what it must return: float64, differentiable.

    right takes the exercise's arguments, under the names that the traits of the check use; names: what the parts of
    the result are called, in order; part: the name of the only part whose values are compared, '' for all.
    """

    f: Guarded
    right: Callable
    names: Sequence[str] = ("the result",)
    part: str = ""

    def __post_init__(self) -> None:
        told = self.f.traits.against(self.arguments)
        if told:
            raise ValueError(f"The traits of check_{self.f.name} and its oracle contradict each other: {told}")

    @property
    def arguments(self) -> list[str]:
        """The names of the oracle's arguments."""
        return list(inspect.signature(self.right).parameters)

    def at(self, args: tuple, claim: str, *look: str) -> None:
        """Raise a Problem with this claim unless f(*args) is what is right: parts, shapes, dtype and values.

        {name} in the claim is the name of the part that is off.
        """
        self.where("", args, claim, *look)

    def everywhere(
        self, usual: tuple, others: Sequence[tuple] = (), far: Sequence[tuple] = (), room: float = 2e-5
    ) -> None:
        """Probe the usual arguments, others (of other shapes), far ones, and the usual ones in each circumstance.

        A sample alone, memory in another order, float32 (up to room), and the gradients, as the traits ask for them.
        """
        for args in (usual, *others):
            self.where(f"for {self.shown(args)}", args, "{name} {where} is off.", AXES if self.f.traits.rows else "")
        if self.f.traits.rows:
            with of_kind("alone"):
                self.where("for a batch of one sample", self.alone(usual), "{name} {where} is off.", ALONE)
        with of_kind("layout"):
            self.where("for arguments that lie apart in memory", each(usual, apart), "{name} {where} is off.", APART)
        for args in far:
            with of_kind("far"):
                self.where(f"for arguments up to {size(args):.3g} in size", args, "{name} {where} is off.", FAR)
        if self.f.traits.float32:
            self.in_float32(usual, room)
        self.slopes(usual)

    def only(self, name: str) -> "Beside":
        """Return the same, to compare the values of this part alone, where a claim is about no other."""
        return replace(self, part=name)

    def parts(self, args: tuple, where: str = "") -> list[tuple[Tensor, Tensor, str]]:
        """Return each part of f(*args) with what is right and its name; a Problem for their number, kind and shapes."""
        wants, parts = self.wants(args), expect_parts(self.f(*args), self.names)
        return [
            (expect_tensor(part, tuple(want.shape), self.like(args), f"{name} {where}".strip()), want, name)
            for part, want, name in zip(parts, wants, self.names, strict=True)
        ]

    def where(self, where: str, args: tuple, claim: str, *look: str) -> None:
        """Do what `at` does; where tells the circumstance, and is {where} in the claim."""
        for part, want, name in self.parts(args, where):
            if self.part in ("", name):
                compare = expect_digits if self.f.traits.exact else expect_close
                told = look if look != (AXES,) or bool(part.isfinite().all()) else (FAR,)
                compare(part, want, sentence(claim.replace("{name}", name).replace("{where}", where)), *told)

    def in_float32(self, args: tuple, room: float = 2e-5) -> None:
        """Raise a Problem unless f of the same arguments in float32 is right up to room, and float32."""
        single = self.cast(args, torch.float32)
        wants = self.wants(self.cast(single, torch.float64))
        for part, want, name in zip(expect_parts(self.f(*single), self.names), wants, self.names, strict=True):
            part = expect_tensor(part, tuple(want.shape), like=want.float(), name=f"{name} in float32")
            expect_in_float32(part, want, f"In float32 {name} is off.", room)

    def slopes(self, args: tuple, *look: str) -> None:
        """Raise a Problem unless the gradients of each part are those of the oracle, for each argument in `slopes`."""
        for argument in self.f.traits.slopes:
            place = self.arguments.index(argument)
            for k, name in enumerate(self.names):
                want = slope_if_any(self.right, args, (place, k))
                if want is not None:
                    told = f"the network {argument}" if isinstance(args[place], nn.Module) else argument
                    told = told if len(self.names) == 1 else f"{told} through {name}"
                    expect_slope(self.f, args, (place, k), told, want, *look)

    def wants(self, args: tuple) -> tuple[Tensor, ...]:
        """Return each part of what is right."""
        wants = flat(self.right(*args))
        if len(wants) != len(self.names):
            raise ValueError(f"The oracle of {self.f.name} returns {len(wants)} results; its names are {self.names}.")
        return wants

    def like(self, args: tuple) -> Tensor | None:
        """Return the first argument whose dtype a result must have, or None where no tensor of numbers comes in."""
        data = [a for a, name in zip(args, self.arguments, strict=False) if name not in self.f.traits.tables]
        return next((a for a in data if isinstance(a, Tensor) and a.is_floating_point()), None)

    def cast(self, args: tuple, dtype: torch.dtype) -> tuple:
        """Return the arguments with all tensors of floating-point numbers but tables in this dtype."""
        return tuple(
            a.to(dtype) if isinstance(a, Tensor) and a.is_floating_point() and name not in self.f.traits.tables else a
            for a, name in zip(args, self.arguments, strict=False)
        )

    def alone(self, args: tuple) -> tuple:
        """Return the arguments with the last row alone."""
        odd = [place for place in self.f.traits.rows if not isinstance(args[place], Tensor)]
        if odd:
            raise ValueError(f"rows of check_{self.f.name} names place {odd[0]}, where no tensor comes: say which do.")
        return tuple(a[-1:] if place in self.f.traits.rows else a for place, a in enumerate(args))

    def shown(self, args: tuple) -> str:
        """Return the arguments in words: tensors by shape, numbers and texts as they are."""
        words = [
            f"{name} of shape {tuple(a.shape)}" if isinstance(a, Tensor) else f"{name} = {a!r}"
            for name, a in zip(self.arguments, args, strict=False)
            if isinstance(a, (Tensor, int, float, str, tuple))
        ]
        return ", ".join(words)


def each(args: tuple, change: Callable) -> tuple:
    """Return the arguments with every tensor changed."""
    return tuple(change(a) if isinstance(a, Tensor) else a for a in args)


def apart(x: Tensor) -> Tensor:
    """Return x with the same values and another layout in memory."""
    if x.dim() < 2:
        return torch.stack([x, x], dim=-1)[..., 0]
    return x.transpose(0, -1).contiguous().transpose(0, -1)


def size(args: tuple) -> float:
    """Return the largest absolute value among the arguments."""
    return max(float(a.abs().max()) for a in args if isinstance(a, Tensor) and a.is_floating_point())


def slope_if_any(right: Callable, args: tuple, wrt: tuple[int, int]) -> Tensor | None:
    """Return the gradient of one part of what is right, or None where that part does not depend on the argument."""
    try:
        want = slope(right, *args, wrt=wrt)
    except Problem:
        return None
    return want if bool(want.any()) else None


def sentence(text: str) -> str:
    """Return text with a capital where it begins with 'the'; a name such as log_det stays as it is."""
    return "The " + text[4:] if text.startswith("the ") else text
