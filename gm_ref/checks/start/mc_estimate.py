"""The check of mc_estimate."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.kit.probes.start import Quadratic

BIG = 2.0**27  # its square needs 54 bits, one more than a float64 has; float32 rounds 40 above it to 32
FEW = torch.tensor([[0.0], [1.0], [1.0], [40.0]], dtype=torch.float64)
BOTH = (
    "Both are of f(x), one number for each sample on axis 0: their mean; the root of (their variance, with N - 1) / N."
)
CANCELS = "The mean of squares minus the squared mean cancels there: subtract the mean before you square."
SMALL = "Look for a small number added to the variance, or a clamp."


def by_pairs(f: Callable, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and its standard error; the variance is half the mean squared difference of two draws."""
    values = f(samples)
    n = len(values)
    gaps = (values[:, None] - values).square().sum() / (2 * n * (n - 1))
    return values.sum() / n, torch.sqrt(gaps) / math.sqrt(n)


@check(
    probes=[
        given(Quadratic(0.7, -0.4, 0.3), wave(7, 2)),
        given(Quadratic(0.2, 1.5, -2.0), wave(4, 1, 2, 3, shift=11)),
        given(Quadratic(0.0, 1.0, BIG), FEW) + given(Quadratic(0.0, 1e-6, 0.0), wave(5, 2)),
    ],
    rows=(),
    slopes=("samples",),
)
def check_mc_estimate(mc_estimate: Guarded, draw: Draws) -> None:
    """Probe both numbers with few and many samples, pictures, a mean far from 0, a small spread, the gradients."""
    beside = Beside(mc_estimate, by_pairs, ["the mean", "the standard error"])
    curve, x = Quadratic(0.5, -0.3, 0.8), draw.normal(9, 3)
    for samples in (x, x.repeat(100, 1), x[:2]):
        beside.at((curve, samples), f"{{name}} of f over {len(samples)} samples is off.", BOTH)
    beside.at((curve, draw.normal(6, 1, 2, 3)), "For samples of shape (N, C, H, W) {name} is off.", BOTH)
    beside.at((Quadratic(0.0, 1.0, 1e7), x), "Where the mean is 10000000 times the spread, {name} is off.", CANCELS)
    beside.at((Quadratic(0.0, 1e-6, 0.0), x), "Where f varies by a millionth only, {name} is off.", SMALL)
    beside.everywhere((curve, x))
