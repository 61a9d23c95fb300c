"""The check of gaussian_log_lik."""

import math

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, WIDE, normal

SPREADS = (  # the shape of x, that of logvar, and what such a logvar is
    ((3, 2, 4, 5), (), "one number for images (B, C, H, W)"),
    ((3, 2, 4, 5), (3, 2, 4, 5), "one number for each pixel of images (B, C, H, W)"),
    ((3, 2, 4, 5), (2, 1, 1), "one number for each channel, shape (C, 1, 1), of images (B, C, H, W)"),
    ((2, 2, 1, 3, 2), (), "one number for data (B, C, T, H, W)"),
    ((3, 5), (3, 1), "one number for each sample, shape (B, 1)"),
    ((3, 5), (5,), "one number for each entry, shape (K,)"),
    ((4, 4), (4, 4), "one number for each entry, and as many entries as samples"),
)
PROBES = [
    given(wave(3, 4), wave(3, 4, shift=20), 0.7 * wave(3, 4, shift=60) - 0.3),
    given(wave(2, 1, 2, 3), wave(2, 1, 2, 3, shift=20), torch.tensor(-0.8, dtype=torch.float64)),
]


def log_density(x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return log N(x; mu, diag(exp(logvar))), (B,), by torch.distributions."""
    return normal(mu, logvar).log_prob(x)


@check(probes=PROBES, rows=(0, 1, 2), alike=("x", "mu"), same_dtype=("logvar",), slopes=("mu", "logvar"), exact=True)
def check_gaussian_log_lik(gaussian_log_lik: Guarded, draw: Draws) -> None:
    """Probe the normaliser alone, the distance, one variance for all or for some, and very small and large ones."""
    beside = Beside(gaussian_log_lik, log_density, ["the log-likelihood"])
    x, mu, logvar = draw.normal(3, 5), draw.normal(3, 5), 0.8 * draw.normal(3, 5) - 0.4
    beside.at(
        (mu, mu, logvar),
        "At x = mu the log-likelihood is off: there only the normaliser is left.",
        "Each entry has -logvar / 2 - log(2 pi) / 2; sum over the entries of a sample.",
    )
    beside.at(
        (x, mu, logvar),
        "The distance part is off: half the squared distance, divided by the variance.",
        "logvar is the log of the variance: its exponential is the variance, not the standard deviation.",
    )
    for shape, own, name in SPREADS:
        spread = 0.5 * draw.normal(math.prod(own)).reshape(own) - 1
        beside.at(
            (draw.normal(*shape), draw.normal(*shape), spread),
            f"With a logvar of {name}, the result is off.",
            "Each entry of x counts once in the normaliser, whatever the shape of logvar; sum over all but the batch.",
        )
    far = mu[:2] + torch.exp(0.5 * WIDE) * x[:2]
    beside.at((far, mu[:2], WIDE), "For very small and very large variances the result is off.", ANY_LOGVAR)
    beside.at((300 * x, mu, logvar), "For x far from mu it is off.")
    beside.everywhere((x, mu, logvar))
