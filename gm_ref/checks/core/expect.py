"""Expectations: say what is wrong, then where to look, then by how much it differs."""

import re
from collections.abc import Callable
from numbers import Number
from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.difference import tell_difference
from gm_ref.checks.core.guard import flat
from gm_ref.checks.core.verdict import Problem

TOLERANCE = {torch.float64: (1e-7, 1e-10), torch.float32: (2e-5, 1e-6)}  # dtype: (relative, absolute)
COARSE = (2e-2, 1e-2)  # half precision carries three digits


def expect(fact: bool, claim: str, *look: str, kind: str = "") -> None:
    """Raise a Problem with the claim, then where to look, unless fact holds."""
    if not bool(fact):
        raise Problem("property", claim, *look, kind=kind)


def expect_tensor(got: Any, shape: tuple[int, ...], like: Tensor | None = None, name: str = "the result") -> Tensor:
    """Return got as a tensor of this shape, detached, or raise a Problem that says what came instead.

    A plain number stands for a tensor of shape ().  With `like`, got must keep that tensor's dtype.
    """
    name = "The " + name[4:] if name.startswith("the ") else name
    if isinstance(got, Number) and not isinstance(got, complex):
        got = torch.tensor(got, dtype=torch.float64 if like is None else like.dtype)
    claim = f"{name} is a {type(got).__name__}; a tensor of shape {tuple(shape)} was expected."
    expect(isinstance(got, Tensor), claim, kind="type")
    if tuple(got.shape) != tuple(shape):
        raise Problem(
            "property",
            f"{name} has shape {tuple(got.shape)}; {tuple(shape)} was expected.",
            stray_axis(got, shape),
            kind="shape",
        )
    if like is not None and got.dtype != like.dtype:
        claim = f"{name} is {short(got)}; it must keep the dtype that came in, {short(like)}."
        look = "Look for a table or a constant of another dtype: cast it with .to(x.dtype)."
        raise Problem("property", claim, look, kind="dtype")
    return got.detach()


def expect_close(
    got: Any, want: Tensor | float, claim: str, *look: str, name: str = "the result", kind: str = ""
) -> None:
    """Raise a Problem unless got equals want to its own precision; the Problem measures the difference."""
    want = torch.as_tensor(want, dtype=torch.float64) if not isinstance(want, Tensor) else want.detach().double()
    got = expect_tensor(got, tuple(want.shape), name=name)
    kind = kind or precision_kind(got, want)
    relative, absolute = TOLERANCE.get(got.dtype, COARSE) if got.is_floating_point() else (0.0, 0.0)
    got = got.to("cpu", torch.float64)
    want = want.cpu()
    if not bool(torch.isclose(got, want, rtol=relative, atol=absolute, equal_nan=True).all()):
        raise Problem("property", claim, *look, tell_difference(got, want), kind=kind)


def precision_kind(got: Tensor, want: Tensor) -> str:
    """Return the kind of problem that a difference is if it is one of precision, '' where it is larger."""
    if got.dtype == torch.float32:
        return "float32"
    gap, size = (got.double().cpu() - want.cpu()).abs(), want.cpu().abs()
    return "digits" if bool((gap <= 1e-4 * size + 1e-5 * size.max()).all()) else ""


def expect_alone(function: Callable, args: tuple, batched: tuple[int, ...]) -> None:
    """Raise a Problem unless the last sample's results are the same in a batch of its own as in company.

    batched are the places of the arguments that hold a row for each sample, as each part of the result does.
    """
    together = flat(function(*args))
    alone = flat(function(*(a[-1:] if place in batched else a for place, a in enumerate(args))))
    for one, rows in zip(alone, together, strict=True):
        expect_tensor(one, (1, *rows.shape[1:]), name="the result for a batch of one sample")
        expect_close(
            one,
            rows[-1:],
            "In a batch of its own a sample gives another result than in company.",
            "Look for squeeze(), and for sums, means or sizes that are taken over the batch.",
            kind="alone",
        )


def expect_raises(call: Callable[[], Any], kind: type[Exception], claim: str, *look: str) -> None:
    """Raise a Problem unless call() raises this kind of error; a Problem of the guard counts by the kind it names."""
    try:
        call()
    except kind:
        return
    except Problem as problem:
        if problem.status != "raised" or not re.match(rf"(\w+ \()?{kind.__name__}\b", problem.lines[0]):
            problem.kind = problem.kind or "error"
            raise
        return
    raise Problem("property", claim, *look, kind="accepts")


def stray_axis(got: Tensor, shape: tuple[int, ...]) -> str:
    """Say in words how a wrong shape relates to the expected one, or ''."""
    have = tuple(got.shape)
    if len(have) == len(shape) + 1 and [n for n in have if n != 1] == [n for n in shape if n != 1]:
        return "There is an extra axis of size 1: look for keepdim or unsqueeze."
    if sorted(have) == sorted(shape):
        return "The axes are there in another order."
    if len(have) < len(shape):
        return "An axis is gone: look for a sum or mean over too many axes, or an index that drops one."
    if len(have) > len(shape):
        return "There is an axis too many: look for a missing reduction, or for broadcasting along a new axis."
    return ""


def short(x: Tensor) -> str:
    """Return the dtype's name without its module."""
    return str(x.dtype).removeprefix("torch.")
