"""Find the simple rule that turns the right results into those that came: a factor, an order, a cut, nan at some places."""

import math
from collections.abc import Callable, Sequence
from itertools import permutations

import torch
from torch import Tensor

from gm_ref.checks.core.diagnosis import ABSOLUTE, RELATIVE
from gm_ref.checks.core.difference import factor_name, is_telling

Parts = list[Tensor]
Probes = list[tuple[Parts, Parts]]  # for each probe on which numbers came: what came, what is right
MOST_PARTS = 4


def tensors(outcome: Sequence) -> Parts:
    """Return one probe's recorded parts as tensors."""
    return [torch.tensor([float(v) for v in values], dtype=torch.float64).reshape(shape) for shape, values in outcome]


def relation(got: Sequence, right: Sequence) -> str:
    """Return the rule that holds on all probes on which numbers came, in words, or ''."""
    pairs = [(g, r) for g, r in zip(got, right, strict=True) if not isinstance(g, str) and not isinstance(r, str)]
    probes = [(tensors(g), tensors(r)) for g, r in pairs]
    if not probes or all(alike(g, r) for g, r in probes):
        return ""
    return next((words for words in (rule(probes) for rule in RULES) if words), "")


def alike(got: Parts, want: Parts) -> bool:
    """Say whether all parts agree."""
    return len(got) == len(want) and all(close(g, w) for g, w in zip(got, want, strict=True))


def close(a: Tensor, b: Tensor) -> bool:
    """Say whether two tensors agree in shape and value."""
    return a.shape == b.shape and bool(torch.isclose(a, b, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True).all())


def order(probes: Probes) -> str:
    """Return the words on several results that are exchanged or left out."""
    count = len(probes[0][1])
    if not 1 < count <= MOST_PARTS or any(len(r) != count for _, r in probes):
        return ""
    for size in range(count, 0, -1):
        for places in permutations(range(count), size):
            if all(alike(g, [r[i] for i in places]) for g, r in probes):
                return "the results in another order" if size == count else missing(places, count)
    return ""


def missing(places: tuple[int, ...], count: int) -> str:
    """Return the words on results that are left out."""
    lost = [("first", "second", "third", "fourth")[i] for i in range(count) if i not in places]
    return f"the {' and the '.join(lost)} of {count} results left out"


def part(probes: Probes) -> str:
    """Return the rule of the one part of several that differs, the same on all probes, or of the only part."""
    count = len(probes[0][1])
    if any(len(g) != count or len(r) != count for g, r in probes):
        return ""
    wrong = [i for i in range(count) if any(not close(g[i], r[i]) for g, r in probes)]
    one = [(g[wrong[0]], r[wrong[0]]) for g, r in probes] if len(wrong) == 1 else []
    everything = one or [(x, y) for g, r in probes for x, y in zip(g, r, strict=True)]
    name = "the result" if count == 1 else "the results"
    if one and count > 1:
        name = f"the {('first', 'second', 'third', 'fourth')[wrong[0]] if wrong[0] < 4 else 'last'} result"
    words = next((w for w in (rule(everything) for rule in SINGLE) if w), "")
    return words.format(name)


def scaled(pairs: list[tuple[Tensor, Tensor]]) -> str:
    """Return the words on one factor for all, or on one whole number, or its inverse, for each call."""
    if any(g.shape != r.shape for g, r in pairs):
        return ""
    factors = [factor(g, r) for g, r in pairs if bool((r != 0).any())]
    if not factors or any(f is None or f == 0 for f in factors):
        return ""
    found = [f for f in factors if f is not None]
    if all(math.isclose(f, found[0], rel_tol=RELATIVE) for f in found):
        plain = is_telling(found[0]) or sum(g.numel() for g, _ in pairs) > 3
        return "" if not plain else f"{factor_name(found[0])} times {{}}" if found[0] != -1 else ""
    if all(whole(f) for f in found):
        return f"{{}} times the number of something: {listed(found)} on the probes, a sum in place of a mean"
    if all(whole(1 / f) for f in found):
        return f"{{}} divided by the number of something: {listed([1 / f for f in found])} on the probes"
    return ""


def listed(numbers: list[float]) -> str:
    """Return whole numbers in words."""
    texts = list(dict.fromkeys(f"{x:.0f}" for x in numbers))
    return ", ".join(texts[:-1]) + f" and {texts[-1]}" if len(texts) > 1 else texts[0]


def whole(x: float) -> bool:
    """Say whether a number is a whole one above 0."""
    return round(x) >= 1 and math.isclose(x, round(x), rel_tol=RELATIVE)


def factor(got: Tensor, want: Tensor) -> float | None:
    """Return the one factor between two tensors of one shape, or None."""
    place = want.abs().flatten().nan_to_num(0, 0, 0).argmax()
    base = float(want.flatten()[place])
    value = float(got.flatten()[place]) / base if base else math.nan
    return value if math.isfinite(value) and close(got, value * want) else None


def shifted(pairs: list[tuple[Tensor, Tensor]]) -> str:
    """Return the words on one number that is added everywhere."""
    if any(g.shape != r.shape for g, r in pairs) or sum(g.numel() for g, _ in pairs) < 3:
        return ""
    gaps = torch.cat([(g - r).flatten() for g, r in pairs])
    first = gaps[0]
    if not bool(first.isfinite()) or not bool(torch.isclose(gaps, first, rtol=RELATIVE, atol=ABSOLUTE).all()):
        return ""
    return f"{{}} {'plus' if first > 0 else 'minus'} {abs(float(first)):.6g}"


def cut(pairs: list[tuple[Tensor, Tensor]]) -> str:
    """Return the words on values that are cut off below, above or on both sides."""
    if any(g.shape != r.shape for g, r in pairs):
        return ""
    got, right = (torch.cat([p[i].flatten() for p in pairs]) for i in (0, 1))
    finite = got[got.isfinite()]
    if finite.unique().numel() < 3:
        return ""
    low, high = float(finite.min()), float(finite.max())
    if not close(got, right.clamp(low, high)) or float(right.nan_to_num(0).abs().max()) > 1e30:
        return ""
    ends = [f"{side} {end:.4g}" for side, end, is_cut in (("below", low, bool((right < low - 1e-5).any())), ("above", high, bool((right > high + 1e-5).any()))) if is_cut]
    return f"{{}} cut off {' and '.join(ends)}"


def holes(pairs: list[tuple[Tensor, Tensor]]) -> str:
    """Return the words on results that are right but for nan or infinity at some places."""
    if any(g.shape != r.shape for g, r in pairs):
        return ""
    got, right = (torch.cat([p[i].flatten() for p in pairs]) for i in (0, 1))
    lost = right.isfinite() & ~got.isfinite()
    kept = ~lost
    if not bool(lost.any()) or int((kept & right.isfinite()).sum()) < 2 or not close(got[kept], right[kept]):
        return ""
    kind = "nan" if bool(got[lost].isnan().all()) else "infinite" if not bool(got[lost].isnan().any()) else "nan or infinite"
    return f"{{}} right but for {int(lost.sum())} values that are {kind}"


def nothing(pairs: list[tuple[Tensor, Tensor]]) -> str:
    """Return the words on a result that is one number everywhere."""
    got = torch.cat([g.flatten() for g, _ in pairs])
    if got.numel() < 3 or not bool((got == got[0]).all()):
        return ""
    return f"{float(got[0]):.6g} everywhere, whatever comes in" if bool(got[0].isfinite()) else f"{float(got[0])} everywhere"


def arranged(pairs: list[tuple[Tensor, Tensor]]) -> str:
    """Return the words on the right values at other places or in another shape."""
    for words, change in ARRANGEMENTS.items():
        if all(safely(change, r) is not None and close(g, safely(change, r)) for g, r in pairs):
            return words
    return ""


def safely(change: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return change(x), an empty tensor where x has not the axes for it."""
    try:
        return change(x)
    except (RuntimeError, IndexError):
        return torch.zeros(0)


ARRANGEMENTS: dict[str, Callable[[Tensor], Tensor]] = {
    "{} transposed": lambda x: x.transpose(0, 1),
    "{} with its last two axes exchanged": lambda x: x.transpose(-1, -2),
    "{} in reverse order along the first axis": lambda x: x.flip(0),
    "{} in reverse order along the last axis": lambda x: x.flip(-1),
    "{} rolled by one along the first axis": lambda x: x.roll(1, 0),
    "{} rolled by one, backwards, along the first axis": lambda x: x.roll(-1, 0),
    "{} in ascending order": lambda x: x.sort(0).values,
    "{} without its axes of size 1": torch.squeeze,
    "{} as one long vector": torch.flatten,
    "{} with the entries of a sample in one axis": lambda x: x.flatten(1),
    "{} with an axis of size 1 more at the end": lambda x: x[..., None],
    "{} with an axis of size 1 more in front": lambda x: x[None],
    "{} without its first entry": lambda x: x[1:],
    "{} without its last entry": lambda x: x[:-1],
    "the absolute value of {}": torch.abs,
}
SINGLE = (scaled, shifted, nothing, arranged, cut, holes)
RULES = (order, part)
