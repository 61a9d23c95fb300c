"""The check of kl_standard_normal."""

import torch
from torch import Tensor
from torch.distributions import kl_divergence

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, WIDE, normal

PROBES = [
    given(wave(3, 4), 0.8 * wave(3, 4, shift=40) - 0.5),
    given(wave(3, 3, shift=7), 0.5 * wave(3, 3, shift=17) + 0.3),
]


def kl_to_unit(mu: Tensor, logvar: Tensor) -> Tensor:
    """Return KL(q || N(0, I)), (B,), by torch.distributions."""
    return kl_divergence(normal(mu, logvar), normal(0 * mu, 0 * mu))


@check(probes=PROBES, rows=(0, 1), alike=("mu", "logvar"), slopes=("mu", "logvar"), exact=True)
def check_kl_standard_normal(kl_standard_normal: Guarded, draw: Draws) -> None:
    """Probe mu alone, logvar alone, both, the prior itself, and what is close to it or far away."""
    beside = Beside(kl_standard_normal, kl_to_unit, ["the KL divergence"])
    mu, logvar = draw.normal(3, 5), draw.normal(3, 5) - 0.5
    zero = 0 * mu
    beside.at(
        (mu, zero),
        "With variance 1 the KL is not half the squared length of mu.",
        "Sum over the latent dimensions, not a mean, and not over the batch; no clamp.",
    )
    beside.at(
        (zero, logvar),
        "With mu = 0 the KL is not half the sum of variance - 1 - log variance.",
        "logvar is the log of the variance; the -1 counts once for every dimension.",
    )
    beside.at((mu, logvar), "mu and logvar together give another value than the KL.")
    floor = "No floor below it, neither for a dimension nor for the sum."
    beside.at((zero, zero), "Where q is the prior itself, mu = 0 and variance 1, the KL must be 0.", floor)
    beside.at((0.03 * mu, 0.03 * mu), "Close to the prior the KL is off.", floor)
    for each in range(5):
        far = torch.zeros_like(WIDE)
        far[:, each] = WIDE[:, each]
        told = f"logvar is 0, but {far[0, each]:g} and {far[1, each]:g} in one dimension."
        claim = "For very small and very large variances the KL is off."
        beside.at((mu[:2], far), claim, ANY_LOGVAR + " The KL grows without bound there.", told)
    beside.at((400 * mu, zero), "Far from the prior it is off.")
    beside.everywhere((mu, logvar), [draw.normals(2, 5, 5)])
