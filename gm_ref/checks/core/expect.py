"""Expectations: say what is wrong, then where to look, then by how much it differs."""

import re
from collections.abc import Callable, Sequence
from numbers import Number
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gm_ref.checks.core.difference import tell_difference
from gm_ref.checks.core.guard import Guarded, flat
from gm_ref.checks.core.verdict import Problem, of_kind

TOLERANCE = {torch.float64: (1e-7, 1e-10), torch.float32: (2e-5, 1e-6)}  # dtype: (relative, absolute)
COARSE = (2e-2, 1e-2)  # half precision carries three digits


def expect(fact: bool, claim: str, *look: str, kind: str = "") -> None:
    """Raise a Problem with the claim, then where to look, unless fact holds."""
    if not bool(fact):
        raise Problem("property", claim, *look, kind=kind)


def expect_tensor(got: Any, shape: tuple[int, ...], like: Tensor | None = None, name: str = "the result") -> Tensor:
    """Return got as a tensor of this shape, detached, or raise a Problem that says what came instead.

    With `like`, got must keep that tensor's dtype.
    """
    expect(isinstance(got, Tensor), other_than_tensor(got, shape, name), kind="type")
    name = "The " + name[4:] if name.startswith("the ") else name
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


def other_than_tensor(got: Any, shape: tuple[int, ...], name: str) -> str:
    """Return the sentence on a result that is no tensor."""
    came = "It returned" if name == "the result" else f"{'The ' + name[4:] if name.startswith('the ') else name} is"
    kind = type(got).__name__
    if isinstance(got, (np.generic, np.ndarray)):
        what = "NumPy array" if isinstance(got, np.ndarray) else f"NumPy number ({kind})"
        return f"{came} a {what}; return a tensor: no .numpy(), no NumPy function on the way."
    if isinstance(got, Number):
        return f"{came} {'an' if kind == 'int' else 'a'} {kind}; return the tensor itself: no .item(), no {kind}()."
    if isinstance(got, (tuple, list)) and any(isinstance(part, Tensor) for part in got):
        return f"{came} a {kind} of {len(got)}; one tensor of shape {tuple(shape)} was expected."
    return f"{came} a {kind}; a tensor of shape {tuple(shape)} was expected."


def expect_close(
    got: Any,
    want: Tensor | float,
    claim: str,
    *look: str,
    name: str = "the result",
    shown: tuple[Tensor, Tensor | float] | None = None,
) -> None:
    """Raise a Problem unless got equals want to its own precision; the Problem measures the difference.

    shown is (the learner's result, what it should be) where got is made from that result: a person reads a
    difference of the numbers that the function returned.
    """
    want = torch.as_tensor(want, dtype=torch.float64) if not isinstance(want, Tensor) else want.detach().double()
    got = expect_tensor(got, tuple(want.shape), name=name)
    relative, absolute = TOLERANCE.get(got.dtype, COARSE) if got.is_floating_point() else (0.0, 0.0)
    got = got.to("cpu", torch.float64)
    want = want.cpu()
    if not bool(torch.isclose(got, want, rtol=relative, atol=absolute, equal_nan=True).all()):
        told = tell_difference(*plain(*shown) if shown else (got, want))
        raise Problem("property", claim, *look, told, kind=precision_kind(got, want, relative))


def precision_kind(got: Tensor, want: Tensor, relative: float) -> str:
    """Return the kind of problem that a difference is if it is one of digits alone, '' where it is larger."""
    if relative == TOLERANCE[torch.float32][0]:
        return "float32"
    gap, size = (got - want).abs(), want.abs()
    return "digits" if bool((gap <= 1e-4 * size + 1e-5 * size.max()).all()) else ""


def plain(got: Tensor, want: Tensor | float) -> tuple[Tensor, Tensor]:
    """Return a result and what it should be as float64 tensors of one shape, on the CPU."""
    left, right = (torch.as_tensor(x).detach().to("cpu", torch.float64) for x in (got, want))
    return left, right.broadcast_to(left.shape)


def expect_alone(function: Callable, args: tuple, batched: tuple[int, ...]) -> None:
    """Raise a Problem unless the last sample's results are the same in a batch of its own as in company.

    batched are the places of the arguments that hold a row for each sample, as each part of the result does.
    """
    together = flat(function(*args))
    alone = flat(function(*(a[-1:] if place in batched else a for place, a in enumerate(args))))
    for one, rows in zip(alone, together, strict=True):
        with of_kind("alone"):
            expect_tensor(one, (1, *rows.shape[1:]), name="the result for a batch of one sample")
            expect_close(
                one,
                rows[-1:],
                "In a batch of its own a sample gives another result than in company.",
                "Look for squeeze(), and for sums, means or sizes that are taken over the batch.",
            )


def expect_raises(call: Callable[[], Any], kind: type[Exception], claim: str, *look: str) -> None:
    """Raise a Problem unless call() raises this kind of error; a Problem of the guard counts by the kind it names."""
    try:
        call()
    except kind:
        return
    except Problem as problem:
        if is_refusal(problem, kind):
            return
        raise not_refused(problem, kind, "", *look) from None
    raise Problem("property", claim, *look, kind="accepts")


def is_refusal(problem: Problem, kind: type[Exception]) -> bool:
    """Say whether a learner's code raised this kind of error, or a kind of its own that is one."""
    return problem.status == "raised" and bool(re.match(rf"(\w+ \()?{kind.__name__}\b", problem.lines[0]))


def not_refused(problem: Problem, kind: type[Exception], what: str, *look: str) -> Problem:
    """Return the Problem of a call that ends otherwise than with this kind of error: another kind, or None.

    what names the exercise and the bad input; '' stands for the call.
    """
    call = next((line for line in problem.lines if line.startswith("The call was ")), "")
    rest = [line for line in problem.lines[1:] if what or line != call]
    claim = f"{what or f'{call[13:-1]} must be refused'} with a {kind.__name__}"
    if problem.status == "raised":
        told = problem.lines[0] + ("" if problem.lines[0].endswith((".", "!", "?")) else ".")
        return Problem("property", f"{claim}; yours raised {told}", *look, *rest, kind="error")
    if problem.lines[0] == "It returned None.":
        return Problem("property", f"{claim}; yours returned None.", *look, call if what else "", kind="accepts")
    return problem


def expect_parts(result: Any, names: Sequence[str]) -> tuple:
    """Return the parts of a result that has one for each name, or raise a Problem that says what came instead."""
    if len(names) == 1:
        return (result,)
    several = isinstance(result, (tuple, list))
    came = f"{len(result)} came" if several else f"a {type(result).__name__} came"
    told = f"Return {len(names)} results in a tuple: {', '.join(names)}; {came}."
    expect(several and len(result) == len(names), told, kind="count")
    return tuple(result)


def expect_refused(f: Guarded, args: tuple, what: str, *look: str) -> None:
    """Raise a Problem unless f(*args) raises ValueError; what names the bad input, such as 'an odd dim, 5'."""
    try:
        f(*args)
    except ValueError:
        return
    except Problem as problem:
        if is_refusal(problem, ValueError):
            return
        raise not_refused(problem, ValueError, f"{f.name} must refuse {what}", *look) from None
    raise Problem(
        "property", f"It accepts {what}; raise ValueError.", *look, f"The call was {f.call(args)}.", kind="accepts"
    )


def stray_axis(got: Tensor, shape: tuple[int, ...]) -> str:
    """Say in words how a wrong shape relates to the expected one, or ''."""
    have = tuple(got.shape)
    if len(have) == len(shape) + 1 and [n for n in have if n != 1] == [n for n in shape if n != 1]:
        return "There is an extra axis of size 1: look for keepdim or unsqueeze."
    if sorted(have) == sorted(shape):
        return "The axes are there in another order."
    if len(have) < len(shape):
        gone = "An axis is gone" if len(have) == len(shape) - 1 else "Axes are gone"
        return f"{gone}: look for a sum over too many axes, an index that drops one, squeeze(), or one never added."
    if len(have) > len(shape):
        more = "There is an axis too many" if len(have) == len(shape) + 1 else "There are axes too many"
        return f"{more}: look for a missing reduction, for axes of a sample that count as one, or for broadcasting."
    return ""


def short(x: Tensor) -> str:
    """Return the dtype's name without its module."""
    return str(x.dtype).removeprefix("torch.")
