"""The check of mc_estimate."""

import math
from collections.abc import Callable
from statistics import mean, stdev

import torch

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.start.oracles import expect_single
from gm_ref.kit.probes.start import (
    Quadratic,
)

BIG = 2.0**27  # its square needs 54 bits, one more than a float64 has; float32 rounds 40 above it to 32


def _mc_estimate_curved(f: Callable) -> tuple:
    return f(Quadratic(0.7, -0.4, 0.3), wave(7, 2))


def _mc_estimate_image(f: Callable) -> tuple:
    return f(Quadratic(0.2, 1.5, -2.0), wave(4, 1, 2, 3, shift=11))


def _mc_estimate_far(f: Callable) -> tuple:
    return f(Quadratic(0.0, 1.0, BIG), torch.tensor([[0.0], [1.0], [1.0], [40.0]], dtype=torch.float64))


@check(probes=[_mc_estimate_curved, _mc_estimate_image, _mc_estimate_far], rows=(), slopes=("samples",))
def check_mc_estimate(mc_estimate: Guarded, draw: Draws) -> None:
    """Probe both numbers against Python's own statistics, their scaling, a mean far from 0, and the gradient."""
    curve, x = Quadratic(0.5, -0.3, 0.8), draw.normal(9, 3)
    values = (0.5 * x.square() - 0.3 * x).sum(dim=1) + 0.8
    pair = mc_estimate(curve, x)
    expect(
        isinstance(pair, (tuple, list)) and len(pair) == 2,
        f"Two results were expected, the mean and its standard error; a {type(pair).__name__} came.",
        "Return both, in that order, as a tuple.",
    )
    average = expect_tensor(pair[0], (), like=x, name="the mean")
    error = expect_tensor(pair[1], (), like=x, name="the standard error")
    expect_close(
        average,
        mean(values.tolist()),
        "The estimate is not the mean of f over the samples.",
        "Apply f to the samples first, then take the mean: the mean of f(x) is not f of the mean. f takes samples "
        "with their axis 0: hand it all of them, or samples[i : i + 1].",
    )
    expect_close(
        error,
        stdev(values.tolist()) / 3,
        "The standard error of 9 samples is off: it must be the standard deviation of f over them, divided by 3.",
        "The variance of a mean of N independent numbers is their variance divided by N; N - 1 estimates the variance.",
    )
    many = mc_estimate(curve, x.repeat(100, 1))
    expect_close(
        many[1] * 30,
        stdev(values.tolist() * 100),
        "The standard error of 900 samples is off.",
        "It falls like 1 / sqrt(N).",
    )
    image = draw.normal(6, 1, 2, 3)
    want = image.flatten(1).square().sum(dim=1).tolist()
    got = mc_estimate(Quadratic(1.0, 0.0, 0.0), image)
    expect_close(got[0], mean(want), "For samples of shape (N, C, H, W) the mean is off.", "N is the size of axis 0.")
    expect_close(
        got[1],
        stdev(want) / math.sqrt(6),
        "For samples of shape (N, C, H, W) the standard error is off.",
        "N is the size of axis 0, not the number of all entries.",
    )
    far = mc_estimate(Quadratic(0.0, 1.0, 1e7), x)
    expect_close(
        far[1],
        stdev(x.sum(dim=1).tolist()) / 3,
        "Where the mean is 10000000 times the spread, the standard error is off.",
        "The mean of squares minus the squared mean cancels there: subtract the mean before you square.",
    )
    flat = mc_estimate(Quadratic(0.0, 1e-6, 0.0), x)
    expect_close(
        flat[1] * 1e6,
        stdev(x.sum(dim=1).tolist()) / 3,
        "Where f varies by a millionth only, the standard error is off.",
        "Look for a small number added to the variance, or a clamp.",
    )
    two = mc_estimate(curve, x[:2])
    expect_close(two[1], stdev(values[:2].tolist()) / math.sqrt(2), "The standard error of 2 samples is off.")
    low = mc_estimate(curve, x.float())
    expect_single(low[0], values.mean(), "the mean in float32")
    expect_single(low[1], values.std() / 3, "the standard error in float32")
    expect_close(
        mc_estimate.gradient(curve, x, wrt=1),
        (x - 0.3) / 9,
        "The gradient of the mean with respect to the samples is off.",
    )
