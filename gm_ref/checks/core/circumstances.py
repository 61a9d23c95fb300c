"""Say under which circumstances a result is right and under which it is off: t = 0, negative or far-out entries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.diagnosis import ABSOLUTE, RELATIVE, same_record
from gm_ref.checks.core.relations import tensors

LARGE, SMALL = 30.0, 1e-4  # exp of a large number leaves float32; a small one vanishes beside 1e-4


@dataclass(frozen=True)
class Seen:
    """One result of one call: the arguments, and where it is off."""

    args: tuple
    off: Tensor


def circumstances(calls: list[list[tuple]], got: Sequence, right: Sequence, names: Sequence[str]) -> str:
    """Return under which circumstances the results are off, in words, or '' where none fits all probes.

    calls: the arguments of the calls on each probe; got, right: the outcomes there; names: of the arguments.
    """
    seen = [s for call, g, r in zip(calls, got, right, strict=True) for s in compared(call, g, r)]
    mixed = any(bool(s.off.any()) and not bool(s.off.all()) for s in seen)
    for words in entrywise(seen, names) if mixed else ():
        return words
    return callwise(calls, got, right, names)


def compared(calls: list[tuple], got: Any, right: Any) -> Iterator[Seen]:
    """Yield each result of a probe's calls that has the right shape, with its call's arguments."""
    if isinstance(got, str) or isinstance(right, str) or len(got) != len(right):
        return
    ours, theirs = tensors(got), tensors(right)
    owners = calls * len(ours) if len(calls) == 1 else calls
    if len(owners) != len(ours):
        return
    for args, g, r in zip(owners, ours, theirs, strict=False):
        if g.shape == r.shape:
            yield Seen(args, ~torch.isclose(g, r, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))


ENTRIES: dict[str, Callable[[Tensor], Tensor]] = {
    "{} is 0": lambda x: x == 0,
    "{} is not 0": lambda x: x != 0,
    "{} is at its largest": lambda x: x == x.max(),
    "{} is infinite": torch.isinf,
    "{} is negative": lambda x: x < 0,
    "{} is positive": lambda x: x > 0,
    "{} is large": lambda x: x.abs() > LARGE,
}


def entrywise(seen: list[Seen], names: Sequence[str]) -> Iterator[str]:
    """Yield the conditions on one argument that hold exactly where results are off."""
    for place, name in enumerate(names):
        for words, holds in ENTRIES.items():
            if all(is_just_where(s, place, holds) for s in seen):
                yield words.format(name)


def is_just_where(seen: Seen, place: int, holds: Callable[[Tensor], Tensor]) -> bool:
    """Say whether a result is off just where a condition holds for an argument of its shape, or of its rows."""
    x = seen.args[place] if place < len(seen.args) else None
    if not isinstance(x, Tensor) or x.is_complex() or not x.dim() or not x.numel() or not seen.off.dim():
        return False
    where = holds(x.double())
    if x.shape == seen.off.shape:
        return torch.equal(where, seen.off)
    if len(x) != len(seen.off):
        return False
    return torch.equal(where.flatten(1).any(1) if x.dim() > 1 else where, seen.off.reshape(len(x), -1).any(1))


CALLS: dict[str, Callable[[tuple], bool]] = {
    "an input is infinite": lambda args: any(bool(x.isinf().any()) for x in floats(args)),
    "inputs are large": lambda args: any(bool((x.abs() > LARGE).any()) for x in floats(args)),
    "inputs are very small": lambda args: any(bool(((x != 0) & (x.abs() < SMALL)).any()) for x in floats(args)),
    "an entry is exactly 0": lambda args: any(bool((x == 0).any() and (x != 0).any()) for x in floats(args)),
}


def floats(args: tuple) -> list[Tensor]:
    """Return the float tensors among arguments."""
    return [x for x in args if isinstance(x, Tensor) and x.is_floating_point()]


def callwise(calls: list[list[tuple]], got: Sequence, right: Sequence, names: Sequence[str]) -> str:
    """Return what the calls of the probes that are off have in common and the others have not, in words, or ''."""
    off = [not same_record(g, r) for g, r in zip(got, right, strict=True)]
    if all(off) or not any(off):
        return ""
    for words, holds in [*CALLS.items(), *spelled(calls, names)]:
        if [any(holds(args) for args in call) for call in calls] == off:
            return words
    return ""


def spelled(calls: list[list[tuple]], names: Sequence[str]) -> Iterator[tuple[str, Callable[[tuple], bool]]]:
    """Yield conditions on arguments that are words."""
    words = {(i, a) for call in calls for args in call for i, a in enumerate(args) if isinstance(a, str)}
    for i, word in sorted(words):
        if i < len(names):
            yield f"{names[i]} is {word!r}", lambda args, i=i, word=word: args[i] == word  # type: ignore[misc]
