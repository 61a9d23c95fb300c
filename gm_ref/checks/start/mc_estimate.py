"""The check of mc_estimate."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, given, wave
from gm_ref.kit.probes.start import Quadratic

BIG = 2.0**27  # its square needs 54 bits, one more than a float64 has; float32 rounds 40 above it to 32
FEW = torch.tensor([[0.0], [1.0], [1.0], [40.0]], dtype=torch.float64)
COUNT = "N is the size of axis 0, not the number of all entries."
CANCELS = "The mean of squares minus the squared mean cancels there: subtract the mean before you square."
SMALL = "Look for a small number added to the variance, or a clamp."
PROBES = [
    given(Quadratic(0.7, -0.4, 0.3), wave(7, 2)),
    given(Quadratic(0.2, 1.5, -2.0), wave(4, 1, 2, 3, shift=11)),
    given(Quadratic(0.0, 1.0, BIG), FEW) + given(Quadratic(0.0, 1e-6, 0.0), wave(5, 2)),
]


def by_pairs(f: Callable, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and its standard error; the variance is half the mean squared difference of two draws."""
    y, n = f(samples), len(samples)
    gaps = (y[:, None] - y).square().sum() / (2 * n * (n - 1))
    return y.sum() / n, torch.sqrt(gaps) / math.sqrt(n)


@check(probes=PROBES, rows=(), slopes=("samples",))
def check_mc_estimate(mc_estimate: Guarded, draw: Draws) -> None:
    """Probe both numbers with few and many samples, pictures, a mean far from 0, a small spread, the gradients."""
    beside = Beside(mc_estimate, by_pairs, ["the mean", "the standard error"])
    curve, x = Quadratic(0.5, -0.3, 0.8), draw.normal(9, 3)
    error = beside.only("the standard error")
    beside.only("the mean").at(
        (curve, x),
        "The estimate is not the mean of f over the samples.",
        "Apply f to the samples first, then take the mean: the mean of f(x) is not f of the mean.",
        "f takes samples with their axis 0: hand it all of them, or samples[i : i + 1].",
    )
    error.at(
        (curve, x),
        "The standard error of 9 samples is off: it must be the standard deviation of f over them, divided by 3.",
        "The variance of a mean of N independent numbers is their variance divided by N; N - 1 estimates the variance.",
    )
    error.at((curve, x.repeat(100, 1)), "The standard error of 900 samples is off.", "It falls like 1 / sqrt(N).")
    error.at((curve, x[:2]), "The standard error of 2 samples is off.")
    beside.at((curve, draw.normal(6, 1, 2, 3)), "For samples of shape (N, C, H, W) {name} is off.", COUNT)
    beside.at((Quadratic(0.0, 1.0, 1e7), x), "Where the mean is 10000000 times the spread, {name} is off.", CANCELS)
    for got, want, name in beside.parts((Quadratic(0.0, 1e-6, 0.0), x)):
        told = f"Where f varies by a millionth only, {name} is off."
        expect_close(1e6 * got, 1e6 * want, told, SMALL, shown=(got, want))
    beside.everywhere((curve, x))
