"""Put a difference into words: a constant factor, a sign, a shift, or which entries and by how much."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

FACTORS = {
    2.0: "2",
    0.5: "1/2",
    4.0: "4",
    0.25: "1/4",
    math.log(2): "log 2",
    1 / math.log(2): "1 / log 2",
    math.sqrt(2): "sqrt 2",
    1 / math.sqrt(2): "1 / sqrt 2",
    2 * math.pi: "2 pi",
    math.pi: "pi",
    256.0: "256",
    1 / 256: "1/256",
    255 / 256: "255/256",
    256 / 255: "256/255",
    1000.0: "1000",
}
MOST_ENTRIES = 8  # of one axis, which may be a table of a thousand steps

NEAR_ONE = 1e-3  # a factor so close to one is no factor: something small was added, or digits were lost


def tell_difference(got: Tensor, want: Tensor) -> str:
    """Return a sentence or two on how got differs from want; both float64 of one shape, not equal."""
    endless = ~(got.isfinite() & want.isfinite() | (got == want) | got.isnan() & want.isnan())
    if bool(endless.any()):
        where = index(endless)
        told = f"Yours is {got[where].item()}{spot(where)}, where {number(want[where])} was expected."
        return told + agreement(torch.isclose(got, want, rtol=1e-6, atol=1e-6, equal_nan=True))
    return relation(got, want) or extent(got, want)


def relation(got: Tensor, want: Tensor) -> str:
    """Return the simple rule that turns want into got, or ''."""
    if close(got, want):
        return "Yours agrees to five digits and no further: was something computed in float32, or a small number added?"
    if close(got, -want):
        return f"Yours has the opposite sign{everywhere(got, want)}."
    alone = is_constant(want) and is_constant(got)
    factor = common(got, want, torch.div)
    if factor is not None and abs(factor - 1) > NEAR_ONE and (is_telling(factor) or not alone):
        return f"Yours is exactly {factor_name(factor)} times what was expected{numbers(got, want) if alone else ''}."
    if found := "" if alone and close(want, want.square()) else function_of(got, want):
        return f"Yours is the {found} of what was expected{numbers(got, want) if alone else ''}."
    offset = common(got, want, torch.sub)
    if offset is not None and not alone:
        return f"Yours is what was expected {'plus' if offset > 0 else 'minus'} {abs(offset):.6g} everywhere."
    return rearrangement(got, want)


def function_of(got: Tensor, want: Tensor) -> str:
    """Return the function that turns want into got: its name, or ''."""
    if bool((want >= 0).all()) and close(got, want.sqrt()):
        return "square root"
    if close(got, want.square()):
        return "square"
    if bool((want > 0).all()) and close(got, want.log()):
        return "logarithm"
    return "exponential" if close(got, want.exp()) else ""


def rearrangement(got: Tensor, want: Tensor) -> str:
    """Return how got holds want's entries at other places, or ''."""
    for axis, size in enumerate(want.shape):
        if size > 1 and close(got, want.flip(axis)):
            return f"Yours is in reverse order along axis {axis}."
        if size > 2 and close(got.narrow(axis, 1, size - 1), want.narrow(axis, 0, size - 1)):
            return f"Yours is shifted by one along axis {axis}: it runs one place late."
        if size > 2 and close(got.narrow(axis, 0, size - 1), want.narrow(axis, 1, size - 1)):
            return f"Yours is shifted by one along axis {axis}: it runs one place early."
    return ""


def extent(got: Tensor, want: Tensor) -> str:
    """Say how many entries differ, in which samples, and where the difference is largest."""
    gap = torch.where(got.isfinite(), got - want, 0).abs()  # what is not finite agrees here: see tell_difference
    where = index(gap == gap.max())
    values = f"yours {number(got[where])}, expected {number(want[where])}."
    if not want.dim():
        return f"The difference is {gap.max():.3g}: {values}"
    if want.numel() > 1 and is_constant(got) and is_constant(want):
        return f"Yours is {number(got[where])} everywhere, where {number(want[where])} was expected."
    scaled = gap / (1 + want.abs())
    wrong = scaled > min(1e-6, float(scaled.max()) / 2)
    share = f"{int(wrong.sum())} of {wrong.numel()} entries differ"
    return f"{share}; the largest difference is {gap.max():.3g}{spot(where)}: {values}{agreement(~wrong)}"


def agreement(right: Tensor) -> str:
    """Say which samples agree, for entries that are right or not; '' where none or all do, and for other lengths."""
    if right.dim() == 0 or (right.dim() == 1 and not 2 < len(right) <= MOST_ENTRIES):
        return ""
    good = (right.flatten(1).all(1) if right.dim() > 1 else right).tolist()
    there, missing = ([i for i, fine in enumerate(good) if fine is which] for which in (True, False))
    if not there or not missing:
        return ""
    one, many, begin = (
        ("sample", "samples", " Along the first axis, ") if right.dim() > 1 else ("entry", "entries", " ")
    )
    if len(there) == 1:
        told = f"only {one} {there[0]} agrees."
    elif len(missing) == 1:
        told = f"only {one} {missing[0]} does not agree."
    else:
        told = f"{many} {listed(there)} agree; {many} {listed(missing)} do not."
    return begin + (told if right.dim() > 1 else told[0].upper() + told[1:])


def everywhere(got: Tensor, want: Tensor) -> str:
    """Return ' everywhere', or for a single number the numbers."""
    return " everywhere" if want.numel() > 1 else numbers(got, want)


def numbers(got: Tensor, want: Tensor) -> str:
    """Return the one number that was compared, yours and expected: a rule that fits one number may be chance."""
    return f": yours {number(got.flatten()[0])}, expected {number(want.flatten()[0])}"


def common(got: Tensor, want: Tensor, op: Callable[[Tensor, Tensor], Tensor]) -> float | None:
    """Return the one constant op(got, want) if it is the same in every entry, else None."""
    if op is torch.div and bool(((want == 0) & (got != 0)).any()):
        return None
    pairs = (got[want != 0], want[want != 0]) if op is torch.div else (got, want)
    values = op(*pairs).flatten()
    if not len(values) or not bool(values.isfinite().all()) or bool((values.abs() < 1e-6).all()):
        return None
    return float(values.mean()) if close(values, values.mean().expand_as(values)) else None


def factor_name(factor: float) -> str:
    """Name a factor: a well-known constant, one over a whole number, or its value."""
    sign, size = ("-" if factor < 0 else ""), abs(factor)
    for value, name in FACTORS.items():
        if math.isclose(size, value, rel_tol=1e-5):
            return sign + name
    return f"{sign}1/{round(1 / size)}" if is_share(size) else f"{sign}{size:.6g}"


def is_telling(factor: float) -> bool:
    """Say whether a factor means something by itself: any two numbers have some factor between them."""
    return is_share(abs(factor)) or any(math.isclose(abs(factor), value, rel_tol=1e-5) for value in FACTORS)


def is_share(size: float) -> bool:
    """Say whether a positive factor is one over a whole number."""
    return size < 1 and math.isclose(1 / size, round(1 / size), rel_tol=1e-5)


def close(a: Tensor, b: Tensor) -> bool:
    """Say whether two tensors agree to five digits."""
    return bool(torch.allclose(a, b, rtol=1e-5, atol=1e-8))


def is_constant(x: Tensor) -> bool:
    """Say whether all entries are one number, but for rounding."""
    return x.numel() > 0 and close(x, x.flatten()[0].expand_as(x))


def index(mask: Tensor) -> tuple[int, ...]:
    """Return the first place where mask is true."""
    return tuple(mask.nonzero()[0].tolist()) if mask.dim() else ()


def spot(where: tuple[int, ...]) -> str:
    """Return an index as text; a single number has none."""
    return f" at [{', '.join(map(str, where))}]" if where else ""


def number(x: Tensor) -> str:
    """Return a number with five digits."""
    return f"{x.item() + 0.0:.5g}"


def listed(places: list[int]) -> str:
    """Return up to four places as text."""
    first, last = places[:4], places[-1]
    if len(places) > 4:
        return f"{', '.join(map(str, first))}, ..."
    return f"{', '.join(map(str, first[:-1]))} and {last}"
