"""Expectations that are finer than the usual ones: all digits of float64, values in float32, gradients by name."""

import torch
from torch import Tensor

from gm_ref.checks.core.expect import expect, expect_close
from gm_ref.checks.core.guard import Guarded
from gm_ref.checks.core.verdict import Problem

DIGITS = 3e-11  # relative to 1 + |want|: rounding stays far below, 1e-10 added inside a log does not
SMALL_NUMBER = (
    "It agrees to seven digits and no further: a small number added, a clamp, or float32 on the way, as in a tensor "
    "that is made without dtype."
)
SINGLE = (
    "In float64 it is right: look for digits lost in a difference, an exp that overflows, a tiny constant, or a dtype "
    "written out by hand."
)


def expect_digits(got: Tensor, want: Tensor | float, claim: str, *look: str) -> None:
    """Raise a Problem unless got, float64, equals want to rounding."""
    expect_close(got, want, claim, *look)
    want = torch.as_tensor(want, dtype=torch.float64).detach()
    gap = (torch.as_tensor(got).detach() - want).abs() / (1 + want.abs())
    told = f"The largest difference is {float(gap.max()):.1e}."
    expect(not bool((gap > DIGITS).any()), claim, SMALL_NUMBER, told, kind="digits")


def expect_in_float32(got: Tensor, want: Tensor | float, claim: str, room: float = 2e-5) -> None:
    """Raise a Problem unless got, computed in float32, equals want but for rounding."""
    want = torch.as_tensor(want, dtype=torch.float64).detach()
    got = torch.as_tensor(got).detach().double()
    gap = (got - want).abs() / (1 + want.abs())
    yours, right = (float(x.broadcast_to(gap.shape).flatten()[gap.argmax()]) for x in (got, want))
    told = f"At the worst place yours is {yours:.6g}, expected {right:.6g}."
    expect(bool((gap <= room).all()), claim, SINGLE, told, kind="float32")


def expect_slope(f: Guarded, args: tuple, place: int, name: str, want: Tensor, *look: str) -> None:
    """Raise a Problem where no gradient, or another one than want, reaches the argument at this place."""
    try:
        got = f.gradient(*args, wrt=place)
    except Problem as problem:
        if problem.status != "property" or not problem.lines[0].startswith("No gradient"):
            raise
        raise Problem("property", f"No gradient reaches {name}.", *problem.lines[1:], *look, kind="detached") from None
    expect_close(got, want, f"The gradient with respect to {name} is off.", *look, kind="slope")
