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


def tell_difference(got: Tensor, want: Tensor) -> str:
    """Return a sentence on how got differs from want; both float64 of one shape, not equal."""
    endless = ~(got.isfinite() & want.isfinite() | (got == want) | got.isnan() & want.isnan())
    if bool(endless.any()):
        where = index(endless)
        return f"Yours is {got[where].item()} at {spot(where)}, where {number(want[where])} was expected."
    return relation(got, want) or extent(got, want)


def relation(got: Tensor, want: Tensor) -> str:
    """Return the simple rule that turns want into got, or ''."""
    if close(got, want):
        return "Yours agrees to five digits and no further: was something computed in float32, or a small number added?"
    if close(got, -want):
        return "Yours has the opposite sign everywhere."
    factor = common(got, want, torch.div)
    if factor is not None and (is_telling(factor) or not bool((want == want.flatten()[0]).all())):
        return f"Yours is exactly {factor_name(factor)} times what was expected."
    offset = common(got, want, torch.sub)
    if offset is not None and want.numel() > 1:
        return f"Yours is what was expected {'plus' if offset > 0 else 'minus'} {abs(offset):.6g} everywhere."
    if bool((want >= 0).all()) and close(got, want.sqrt()):
        return "Yours is the square root of what was expected."
    if close(got, want.square()):
        return "Yours is the square of what was expected."
    if bool((want > 0).all()) and close(got, want.log()):
        return "Yours is the logarithm of what was expected."
    if close(got, want.exp()):
        return "Yours is the exponential of what was expected."
    return rearrangement(got, want)


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
    scaled = gap / (1 + want.abs())
    wrong = scaled > min(1e-6, float(scaled.max()) / 2)
    right = [i for i, bad in enumerate(wrong.flatten(1).any(1).tolist()) if not bad] if want.dim() > 1 else []
    note = f" Along the first axis, {listed(right)} agree." if right else ""
    share = f"{int(wrong.sum())} of {wrong.numel()} entries differ"
    return f"{share}; the largest difference is {gap.max():.3g} at {spot(where)}: {values}{note}"


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


def index(mask: Tensor) -> tuple[int, ...]:
    """Return the first place where mask is true."""
    return tuple(mask.nonzero()[0].tolist()) if mask.dim() else ()


def spot(where: tuple[int, ...]) -> str:
    """Return an index as text."""
    return "[" + ", ".join(map(str, where)) + "]"


def number(x: Tensor) -> str:
    """Return a number with five digits."""
    return f"{x.item():.5g}"


def listed(places: list[int]) -> str:
    """Return up to four places as text."""
    return ", ".join(map(str, places[:4])) + (", ..." if len(places) > 4 else "")
