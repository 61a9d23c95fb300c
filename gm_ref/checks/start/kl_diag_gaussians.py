"""The check of kl_diag_gaussians."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.start.oracles import LEVELS, MANY, log_pdf

CLAMP = "Look for a small number added to a variance, or a clamp on a variance, on a ratio, or on logvar."
LONG = [LEVELS + 0.3 * wave(2, 400, shift=k) for k in (7, 19)]


def kl_by_two_points(mu1: Tensor, logvar1: Tensor, mu2: Tensor, logvar2: Tensor) -> Tensor:
    """Return KL(N1 || N2), (B,): log N1 - log N2 is a quadratic, so its mean at mu1 +- std1 is the mean under N1."""
    std = torch.exp(logvar1 / 2)
    gaps = [log_pdf(x, mu1, logvar1) - log_pdf(x, mu2, logvar2) for x in (mu1 - std, mu1 + std)]
    return ((gaps[0] + gaps[1]) / 2).sum(dim=1)


@check(
    probes=[
        given(*(wave(3, 2, shift=k) for k in (0, 30, 60, 90))),
        given(*(wave(3, 3, shift=k) for k in (5, 35, 65, 95))),
        given(1e-6 * wave(2, 3), wave(2, 3, shift=9) - 26, 0 * wave(2, 3), wave(2, 3, shift=19) - 26),
        given(wave(2, 400), LONG[0], wave(2, 400, shift=3), LONG[1]),
        given(*(wave(2, 3, shift=k).abs() + 0.5 for k in (4, 8, 2, 6))),
    ],
    rows=(0, 1, 2, 3),
    alike=("mu1", "logvar1", "mu2", "logvar2"),
    slopes=("mu1", "logvar1", "mu2", "logvar2"),
)
def check_kl_diag_gaussians(kl_diag_gaussians: Guarded, draw: Draws) -> None:
    """Probe zero at equality, the means alone, the variances alone, direction, extremes and gradients."""
    beside = Beside(kl_diag_gaussians, kl_by_two_points, ["the divergence"])
    mu1, mu2, logvar1, logvar2 = draw.normals(4, 4, 3)
    beside.at(
        (mu1, logvar1, mu1, logvar1),
        "A Gaussian is at divergence 0 from itself.",
        "There the distance mu1 - mu2 is 0, the variance ratio is 1, its logarithm 0, and -1 comes from each dimension.",
    )
    beside.at(
        (mu1, logvar2, mu2, logvar2),
        "With equal variances the divergence must be half the squared distance of the means, in units of the variance.",
    )
    beside.at(
        (mu1, logvar1, mu1, logvar2),
        "With equal means the divergence is off.",
        "In each dimension it is half of (variance ratio - 1 - log of that ratio), the ratio being first over second.",
    )
    beside.at(
        (mu1, logvar1, mu2, logvar2),
        "The divergence is off where both means and variances differ.",
        "The squared distance of the means is divided by the second variance; the mean is taken under the first.",
    )
    thin, wide = draw.uniform(2, 4, 3, low=-30, high=-20), draw.uniform(2, 4, 3, low=20, high=30)
    for (first, second), scale, kind in (
        (thin, 1e-6, "For narrow Gaussians, logvar from -30 to -20,"),
        (wide, 1e6, "For wide Gaussians, logvar from 20 to 30,"),
        ((thin[0], wide[0]), 1, "From a narrow to a wide Gaussian, logvar near -25 and near 25,"),
        ((wide[0], thin[0]), 1, "From a wide to a narrow Gaussian, logvar near 25 and near -25,"),
    ):
        beside.at((scale * mu1, first, 0 * mu1, second), f"{kind} the divergence is off.", CLAMP)
    far, spread = draw.normals(2, 2, 400), LEVELS + draw.uniform(2, 2, 400, low=-1, high=1)
    beside.at((far[0], spread[0], far[1], spread[1]), "In 400 dimensions the divergence is off.", MANY)
    beside.everywhere((mu1, logvar1, mu2, logvar2), [draw.normals(4, 3, 3), draw.normals(4, 4, 1)])
