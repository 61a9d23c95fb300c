"""The check of log_normal_diag."""

import torch

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.start.oracles import LEVELS, MANY, log_pdf

CLAMP = "Look for a small number added to the variance, or a clamp on logvar."


PROBES = [
    given(wave(3, 2), wave(3, 2, shift=30), wave(3, 2, shift=60)),
    given(wave(3, 3, shift=5), wave(3, 3, shift=35), wave(3, 3, shift=65)),
    given(wave(2, 3) * 1e-6, 0 * wave(2, 3), wave(2, 3, shift=9) - 26),
    given(wave(2, 400) * torch.exp(LEVELS / 2), wave(2, 400, shift=3), LEVELS + 0.3 * wave(2, 400, shift=7)),
    given(wave(2, 3, shift=4), wave(2, 3, shift=8), 0.5 + wave(2, 3, shift=2).abs()),
]


@check(probes=PROBES, rows=(0, 1, 2), alike=("x", "mu", "logvar"), slopes=("x", "mu", "logvar"))
def check_log_normal_diag(log_normal_diag: Guarded, draw: Draws) -> None:
    """Probe the normaliser at x = mu, the distance at variance 1, both together, narrow, wide and long Gaussians."""
    beside = Beside(log_normal_diag, lambda x, mu, logvar: log_pdf(x, mu, logvar).sum(dim=1), ["the log-density"])
    x, mu, logvar = draw.normals(3, 4, 3)
    zero, spread = torch.zeros_like(x), LEVELS + draw.uniform(2, 400, low=-1, high=1)
    beside.at(
        (zero[:1], zero[:1], zero[:1]),
        "For a standard normal in 3 dimensions, the log-density at 0 must be -3/2 log(2 pi), about -2.757.",
        "Each dimension brings its own -1/2 log(2 pi); the dimensions are summed.",
    )
    beside.at(
        (mu, mu, logvar),
        "At x = mu the log-density is off: it must be the sum over dimensions of -1/2 (log(2 pi) + logvar).",
        "logvar is the logarithm of the variance; the standard deviation is exp(logvar / 2).",
    )
    beside.at(
        (x, mu, zero), "With variance 1 the log-density is off: away from mu it must fall by half the squared distance."
    )
    beside.at(
        (x, mu, logvar),
        "The log-density is off where x is not mu and the variance is not 1.",
        "The squared distance is divided by the variance exp(logvar), each dimension by its own.",
    )
    for kind, low, high in (("narrow", -30, -20), ("wide", 15, 40)):
        sizes = draw.uniform(4, 3, low=low, high=high)
        told = f"For a {kind} Gaussian, logvar from {low} to {high}, the log-density is off."
        beside.at((torch.exp(sizes / 2) * x, zero, sizes), told, CLAMP)
    beside.at((torch.exp(spread / 2), 0 * spread, spread), "In 400 dimensions the log-density is off.", MANY)
    beside.everywhere((x, mu, logvar), [draw.normals(3, 3, 3), draw.normals(3, 4, 1)])
