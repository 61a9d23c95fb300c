"""Reduce what a function returned on a check's fixed probes to a few numbers that can be stored and compared.

A diagnosis of first-order changes compares with some hundred outcomes per exercise; their values in full would be
megabytes.  A probe's values x become y = asinh(1000 x), which is near log|x| with x's sign, so that a relative error
of x is an absolute one of y whatever x's size; y is then summed with three fixed sets of weights and divided by the
root of their number.  Two outcomes agree if all three sums do, to AGREE: an error of 1e-4 relative (float32 on the way)
stays below it, and of a few hundred outcomes no two that differ by more have ever agreed by chance in all three.
Rounding at the border of a hash would make a learner's last digit decide; here it does not.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.draws import wave

SCALE, AGREE, SUMS, DIGITS = 1e3, 2e-4, 3, 5
NOT_A_NUMBER, ENDLESS = 47.0, 31.0  # what stands for nan and infinity among the y, which stay below 24 for x < 1e7
SAME = "="  # in stored data: as the right answer


def project(outputs: Sequence) -> list:
    """Return each probe's outcome of diagnosis.fingerprint as its word, or as [shapes, sum, sum, sum]."""
    return [x if isinstance(x, str) else summed(x) for x in outputs]


def summed(parts: list) -> list:
    """Return one outcome's shapes in one word and its three weighted sums."""
    shapes = " ".join("x".join(str(n) for n in shape) or "1." for shape, _ in parts)
    y = torch.cat([squashed(tensor(values)) for _, values in parts]) if parts else torch.zeros(0)
    sums = weights(len(y)) @ y.double() / max(len(y), 1) ** 0.5
    return [shapes, *(round(float(s), DIGITS) + 0.0 for s in sums)]


def tensor(values: list) -> Tensor:
    """Return recorded values as a float64 tensor; nan and infinities are recorded by name."""
    return torch.tensor([float(v) for v in values], dtype=torch.float64)


def squashed(x: Tensor) -> Tensor:
    """Return asinh(1000 x), with fixed numbers for what is not finite."""
    y = torch.asinh(SCALE * x).clamp(-ENDLESS, ENDLESS)
    return torch.where(x.isnan(), NOT_A_NUMBER, y)


@cache
def weights(count: int) -> Tensor:
    """Return SUMS sets of count weights, the first all ones."""
    return torch.stack([torch.ones(count, dtype=torch.float64), *(wave(count, shift=500.0 * k) for k in (1, 2))])


def is_finite(outcome: Any) -> bool:
    """Say whether an outcome of diagnosis.fingerprint is numbers, all finite."""
    if isinstance(outcome, str):
        return False
    return all(not isinstance(v, str) and v == v for _, values in outcome for v in values)


def agree(a: Any, b: Any) -> bool:
    """Say whether two projected outcomes of one probe agree."""
    if isinstance(a, str) or isinstance(b, str):
        return bool(a == b)
    return a[0] == b[0] and all(abs(x - y) <= AGREE for x, y in zip(a[1:], b[1:], strict=True))


def all_agree(a: Sequence, b: Sequence) -> bool:
    """Say whether two projected fingerprints agree on every probe."""
    return len(a) == len(b) and all(agree(x, y) for x, y in zip(a, b, strict=True))
