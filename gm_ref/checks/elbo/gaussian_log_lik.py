"""The check of gaussian_log_lik."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, WIDE, normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def _gaussian_vectors(f: Callable) -> Tensor:
    return f(wave(3, 4), wave(3, 4, shift=20), 0.7 * wave(3, 4, shift=60) - 0.3)


def _gaussian_images(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3), wave(2, 1, 2, 3, shift=20), torch.tensor(-0.8, dtype=torch.float64))


@check(
    probes=[_gaussian_vectors, _gaussian_images],
    rows=(0, 1, 2),
    alike=("x", "mu"),
    same_dtype=("logvar",),
    slopes=("mu", "logvar"),
    exact=True,
)
def check_gaussian_log_lik(gaussian_log_lik: Guarded, draw: Draws) -> None:
    """Probe the normaliser alone, the distance alone, both against torch.distributions, and one variance for all."""
    x, mu, logvar = draw.normal(3, 5), draw.normal(3, 5), 0.8 * draw.normal(3, 5) - 0.4
    got = expect_tensor(gaussian_log_lik(x, mu, logvar), (3,), like=x, name="the log-likelihood")
    at_mean = gaussian_log_lik(mu, mu, logvar)
    expect_digits(
        at_mean,
        -(0.5 * logvar + HALF_LOG_2PI).sum(dim=1),
        "At x = mu the log-likelihood is off: there only the normaliser is left.",
        "Each entry has -logvar / 2 - log(2 pi) / 2; sum over the entries of a sample.",
    )
    expect_close(
        got - at_mean,
        -0.5 * ((x - mu) ** 2 / torch.exp(logvar)).sum(dim=1),
        "The distance part is off: half the squared distance, divided by the variance.",
        "logvar is the log of the variance: its exponential is the variance, not the standard deviation.",
    )
    for shape, own, name in (
        ((3, 2, 4, 5), (), "one number for images (B, C, H, W)"),
        ((3, 2, 4, 5), (3, 2, 4, 5), "one number for each pixel of images (B, C, H, W)"),
        ((3, 2, 4, 5), (2, 1, 1), "one number for each channel, shape (C, 1, 1), of images (B, C, H, W)"),
        ((2, 2, 1, 3, 2), (), "one number for data (B, C, T, H, W)"),
        ((3, 5), (3, 1), "one number for each sample, shape (B, 1)"),
        ((3, 5), (5,), "one number for each entry, shape (K,)"),
        ((4, 4), (4, 4), "one number for each entry, and as many entries as samples"),
    ):
        data, mean = draw.normal(*shape), draw.normal(*shape)
        spread = 0.5 * draw.normal(math.prod(own)).reshape(own) - 1
        wide = expect_tensor(gaussian_log_lik(data, mean, spread), shape[:1], name=f"it with logvar {own}")
        expect_digits(
            wide,
            normal(mean, spread.expand(shape)).log_prob(data),
            f"With a logvar of {name}, the result is off.",
            "Each entry of x counts once in the normaliser, whatever the shape of logvar; sum over all but the batch.",
        )
    far = torch.exp(0.5 * WIDE) * x[:2]
    expect_close(
        gaussian_log_lik(mu[:2] + far, mu[:2], WIDE),
        normal(mu[:2], WIDE).log_prob(mu[:2] + far),
        "For very small and very large variances the result is off.",
        ANY_LOGVAR,
    )
    expect_close(
        gaussian_log_lik(300 * x, mu, logvar), normal(mu, logvar).log_prob(300 * x), "For x far from mu it is off."
    )
    expect_alone(gaussian_log_lik, (x, mu, logvar), (0, 1, 2))
    away, var = x - mu, torch.exp(logvar)
    expect_slope(gaussian_log_lik, (x, mu, logvar), 1, "mu", away / var)
    expect_slope(gaussian_log_lik, (x, mu, logvar), 2, "logvar", 0.5 * (away**2 / var - 1))
    single = gaussian_log_lik(x.float(), mu.float(), logvar.float())
    expect_tensor(single, (3,), like=x.float(), name="the result in float32")
    expect_in_float32(single, got, "In float32 the result is off.")
