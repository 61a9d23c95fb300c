"""Expectations that are finer than the usual ones: all digits of float64, values in float32, gradients by name."""

from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.expect import expect, expect_close, other_than_tensor, plain
from gm_ref.checks.core.guard import Guarded
from gm_ref.checks.core.verdict import Problem, of_kind

DIGITS = 3e-11  # relative to 1 + |want|: rounding stays far below, 1e-10 added inside a log does not
SMALL_NUMBER = (
    "It agrees to seven digits and no further: a small number added, a clamp, or float32 on the way, as in a tensor "
    "that is made without dtype."
)
SINGLE = (
    "In float64 it is right: look for digits lost in a difference, an exp that overflows, a tiny constant, or a dtype "
    "written out by hand."
)


def expect_digits(
    got: Tensor, want: Tensor | float, claim: str, *look: str, shown: tuple[Tensor, Tensor | float] | None = None
) -> None:
    """Raise a Problem unless got, float64, equals want to rounding; shown as in expect_close."""
    expect_close(got, want, claim, *look, shown=shown)
    want = torch.as_tensor(want, dtype=torch.float64).detach()
    if bool(((got.detach() - want).abs() > DIGITS * (1 + want.abs())).any()):
        yours, right = plain(*(shown or (got, want)))
        largest = (
            f"The largest difference between yours and what was expected is {float((yours - right).abs().max()):.1e}."
        )
        raise Problem("property", claim, SMALL_NUMBER, largest, kind="digits")


def expect_in_float32(got: Tensor, want: Tensor | float, claim: str, room: float = 2e-5) -> None:
    """Raise a Problem unless got, computed in float32, equals want but for rounding."""
    want = torch.as_tensor(want, dtype=torch.float64).detach()
    expect(isinstance(got, Tensor), other_than_tensor(got, tuple(want.shape), "the result"))
    got = got.detach().double()
    gap = (got - want).abs() / (1 + want.abs())
    yours, right = (float(x.broadcast_to(gap.shape).flatten()[gap.argmax()]) for x in (got, want))
    told = f"At the worst place yours is {yours:.6g}, expected {right:.6g}."
    expect(bool((gap <= room).all()), claim, SINGLE, told, kind="float32")


def expect_slope(f: Guarded, args: tuple, wrt: Any, name: str, want: Tensor, *look: str) -> None:
    """Raise a Problem where no gradient, or another one than want, reaches the argument called name.

    wrt is the argument's place, or a pair (place, part) for one part of several results.
    """
    try:
        got = f.gradient(*args, wrt=wrt)
    except Problem as problem:
        if problem.status != "property" or not problem.lines[0].startswith("No gradient"):
            raise
        raise Problem("property", f"No gradient reaches {name}.", *problem.lines[1:], *look, kind="detached") from None
    if got.shape == want.shape and bool(want.any()) and not bool(got.any()):
        told = "It is 0 everywhere: look for detach, item, numpy or no_grad on the way."
        raise Problem("property", f"No gradient reaches {name}.", told, *look, kind="detached")
    with of_kind("slope"):
        expect_close(got, want, f"The gradient with respect to {name} is off.", *look)
