"""Find the simple rule that turns the right results into those that came: a factor, an order, a cut, other places."""

import math
from collections.abc import Callable, Sequence
from itertools import permutations

import torch
from torch import Tensor

from gm_ref.checks.core.diagnosis import ABSOLUTE, RELATIVE
from gm_ref.checks.core.difference import factor_name, is_telling

Parts = list[Tensor]
Probes = list[tuple[Parts, Parts]]  # for each probe on which numbers came: what came, what is right
Pairs = list[tuple[Tensor, Tensor]]
ORDINAL = ("first", "second", "third", "fourth")
CLEARLY = 1e-3  # by how much a value that was cut off must have lain beyond the cut


def tensors(outcome: Sequence) -> Parts:
    """Return one probe's recorded parts as tensors; none where there are more values than were recorded."""
    if any(math.prod(shape) != len(values) for shape, values in outcome):
        return []
    return [torch.tensor([float(v) for v in values], dtype=torch.float64).reshape(shape) for shape, values in outcome]


def results(outcomes: Sequence[tuple], calls: Sequence[int], count: int) -> Probes:
    """Return what came and what is right for each call of which a probe returns the results, where both are numbers.

    calls: how often each probe calls the function; count: of its results.  A probe that returns something else, such
    as the parameters after a training step, is left out.
    """
    found: Probes = []
    for (got, right), times in zip(outcomes, calls, strict=True):
        if isinstance(got, str) or isinstance(right, str):
            continue
        ours, theirs = tensors(got), tensors(right)
        if times == 1 and len(theirs) == count and ours:
            found.append((ours, theirs))
        elif count == 1 and times == len(theirs) == len(ours):
            found += [([g], [r]) for g, r in zip(ours, theirs, strict=True)]
    return found


def relation(probes: Probes, plain: bool = False) -> str:
    """Return the rule that holds for all calls, in words, or ''; plain: only rules of the simplest kinds."""
    if not probes or all(alike(g, r) for g, r in probes):
        return ""
    return order(probes) or part(probes, PLAIN if plain else SINGLE)


def alike(got: Parts, want: Parts) -> bool:
    """Say whether all parts agree."""
    return len(got) == len(want) and all(close(g, w) for g, w in zip(got, want, strict=True))


def close(a: Tensor, b: Tensor) -> bool:
    """Say whether two tensors agree in shape and value."""
    return a.shape == b.shape and bool(torch.isclose(a, b, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True).all())


def order(probes: Probes) -> str:
    """Return the words on several results that are exchanged, left out or put together in another way."""
    count = len(probes[0][1])
    if count > len(ORDINAL) or any(len(r) != count for _, r in probes):
        return ""
    for size in range(count, 0, -1):
        for places in permutations(range(count), size):
            if all(alike(g, [r[i] for i in places]) for g, r in probes):
                return "the results in another order" if size == count else missing(places, count)
    if all(len(g) > count and alike(g[:count], r) for g, r in probes):
        return "more results than were asked for"
    alone = [i for i in range(count) if all(is_split(g, r[i]) for g, r in probes)] if count > 1 else []
    return missing((alone[0],), count) if alone else ""


def is_split(got: Parts, want: Tensor) -> bool:
    """Say whether the parts are the rows of one result that was taken for several."""
    same = len({g.shape for g in got}) == 1 and want.dim() and len(got) == len(want)
    return bool(same) and close(torch.stack(got), want)


def missing(places: tuple[int, ...], count: int) -> str:
    """Return the words on results that are left out."""
    lost = [ORDINAL[i] for i in range(count) if i not in places]
    return f"the {' and the '.join(lost)} of {count} results left out"


def part(probes: Probes, rules: Sequence[Callable]) -> str:
    """Return the rule of the one part of several that differs, the same on all probes, or of all parts."""
    count = len(probes[0][1])
    if any(len(g) != count or len(r) != count for g, r in probes):
        return ""
    wrong = [i for i in range(count) if any(not close(g[i], r[i]) for g, r in probes)]
    one = [(g[wrong[0]], r[wrong[0]]) for g, r in probes] if len(wrong) == 1 else []
    pairs = one or [(x, y) for g, r in probes for x, y in zip(g, r, strict=True)]
    name = "the result" if count == 1 else "each result"
    if one and 1 < count <= len(ORDINAL):
        name = f"the {ORDINAL[wrong[0]]} result"
    if any(rule in SAME_SHAPE for rule in rules) and any(g.shape != r.shape for g, r in pairs):
        rules = [rule for rule in rules if rule not in SAME_SHAPE]
    words = next((w for w in (rule(pairs) for rule in rules) if w), "")
    return words.format(name)


def joined(pairs: Pairs) -> tuple[Tensor, Tensor]:
    """Return all that came and all that is right, each in one vector."""
    return torch.cat([g.flatten() for g, _ in pairs]), torch.cat([r.flatten() for _, r in pairs])


def opposite(pairs: Pairs) -> str:
    """Return the words on a sign."""
    return "{} with the opposite sign" if all(close(g, -r) for g, r in pairs) else ""


def scaled(pairs: Pairs) -> str:
    """Return the words on one factor for all, or on one whole number, or its inverse, for each call."""
    factors = [factor(g, r) for g, r in pairs if bool((r != 0).any())]
    found = [f for f in factors if f]
    if not found or len(found) < len(factors) or all(math.isclose(f, 1, rel_tol=RELATIVE) for f in found):
        return ""
    if all(math.isclose(f, found[0], rel_tol=RELATIVE) for f in found):
        telling = is_telling(found[0]) or sum(g.numel() for g, _ in pairs) > 3
        return f"{factor_name(found[0])} times {{}}" if telling else ""
    if all(is_whole(f) and f > 1.5 for f in found):
        return f"{{}} times a size ({listed(found)} on the probes), as by a sum in place of a mean"
    if all(is_whole(1 / f) and f < 0.75 for f in found):
        return (
            f"{{}} divided by a size ({listed([1 / f for f in found])} on the probes), as by a mean in place of a sum"
        )
    return ""


def factor(got: Tensor, want: Tensor) -> float | None:
    """Return the one factor between two tensors of one shape, or None."""
    place = want.abs().flatten().nan_to_num(0, 0, 0).argmax()
    base = float(want.flatten()[place])
    value = float(got.flatten()[place]) / base if base else math.nan
    return value if math.isfinite(value) and close(got, value * want) else None


def is_whole(x: float) -> bool:
    """Say whether a number is a whole one above 0."""
    return round(x) >= 1 and math.isclose(x, round(x), rel_tol=RELATIVE)


def listed(numbers: list[float]) -> str:
    """Return whole numbers in words."""
    texts = list(dict.fromkeys(f"{x:.0f}" for x in numbers))
    return ", ".join(texts[:-1]) + f" and {texts[-1]}" if len(texts) > 1 else texts[0]


def shifted(pairs: Pairs) -> str:
    """Return the words on one number that is added everywhere."""
    got, right = joined(pairs)
    gaps = got - right
    same = len(gaps) > 2 and bool(gaps[0].isfinite())
    if not same or not bool(torch.isclose(gaps, gaps[0], rtol=RELATIVE, atol=ABSOLUTE).all()):
        return ""
    return f"{{}} {'plus' if gaps[0] > 0 else 'minus'} {abs(float(gaps[0])):.6g}"


def cut(pairs: Pairs) -> str:
    """Return the words on values that are cut off below, above or both: several on each side, several left alone."""
    got, right = joined(pairs)
    inner = got[got.isfinite()]
    if not len(inner):
        return ""
    low, high = inner.min(), inner.max()
    under, over = right < low - CLEARLY, right > high + CLEARLY
    alone = any(int(cut.sum()) == 1 for cut in (under, over))
    if alone or not bool((under | over).any()) or int(got[~(under | over)].unique().numel()) < 4:
        return ""
    if not close(got, right.clamp(low, high)):
        return ""
    ends = [f"below {low:.4g}"] * bool(under.any()) + [f"above {high:.4g}"] * bool(over.any())
    return f"{{}} cut off {' and '.join(ends)}"


def holes(pairs: Pairs) -> str:
    """Return the words on results that are right but where they, or the right ones, are not finite."""
    got, right = joined(pairs)
    lost, ends = right.isfinite() & ~got.isfinite(), ~right.isfinite()
    rest = ~(lost | ends)
    if int(rest.sum()) < 2 or not close(got[rest], right[rest]):
        return ""
    if not bool(lost.any()):
        return "{} right but where it should be infinite"
    kinds = ["nan"] * bool(got[lost].isnan().any()) + ["infinite"] * bool(got[lost].isinf().any())
    return f"{{}} right but where it is {' or '.join(kinds)}"


def constant(pairs: Pairs) -> str:
    """Return the words on a result that is one number everywhere."""
    got, _ = joined(pairs)
    if len(got) < 3 or not close(got, got[0].expand_as(got)):
        return ""
    return f"{float(got[0]):.6g} everywhere for {{}}"


def arranged(pairs: Pairs) -> str:
    """Return the words on the right values at other places or in another shape."""
    for words, change in ARRANGEMENTS.items():
        if all(close(g, safely(change, r)) for g, r in pairs):
            return words
    return ""


def elsewhere(pairs: Pairs) -> str:
    """Return the words on the right values at other places."""
    got, right = joined(pairs)
    if len(got) > 3 and close(got.sort().values, right.sort().values) and right.unique().numel() > 3:
        return "the right values, at other places, for {}"
    return ""


def safely(change: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return change(x), an empty tensor where x has not the axes for it."""
    try:
        return change(x)
    except (RuntimeError, IndexError):
        return torch.zeros(0, 0, 0)


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
PLAIN = (opposite, scaled, arranged)
SINGLE = (opposite, scaled, shifted, constant, arranged, elsewhere, cut, holes)
SAME_SHAPE = (opposite, scaled, shifted, cut, holes)
