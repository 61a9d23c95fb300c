"""The check of elbo_gap."""

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, given, wave
from gm_ref.checks.elbo.oracles import ANY_LOGVAR

COV = torch.tensor([[0.7, 0.25], [0.25, 0.4]], dtype=torch.float64)
COV3 = torch.tensor([[0.7, 0.25, -0.1], [0.25, 0.4, 0.05], [-0.1, 0.05, 0.9]], dtype=torch.float64)
MANY = "A determinant over so many dimensions leaves the range of numbers: torch.logdet takes the logarithm in time."
PROBES = [
    given(wave(4, 2), 0.6 * wave(4, 2, shift=30) - 0.5, wave(4, 2, shift=60), COV),
    given(wave(3, 3), 0.6 * wave(3, 3, shift=30) - 0.5, wave(3, 3, shift=60), COV3),
]


def kl(mu: Tensor, logvar: Tensor, mean: Tensor, cov: Tensor) -> Tensor:
    """Return KL(q || p), (B,), by torch.distributions."""
    q = MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(0.5 * logvar)))
    return kl_divergence(q, MultivariateNormal(mean, cov.expand(len(mean), *cov.shape)))


def covariance(draw: Draws, k: int) -> Tensor:
    """Return a covariance (k, k) that is far from singular."""
    root = draw.normal(k, k)
    return root @ root.T + 0.4 * torch.eye(k, dtype=torch.float64)


@check(probes=PROBES, rows=(0, 1, 2), alike=("mu", "logvar", "mean"), same_dtype=("cov",))
def check_elbo_gap(elbo_gap: Guarded, draw: Draws) -> None:
    """Probe the means alone, q at the posterior, far from it, far narrower and wider, and many latent dimensions."""
    beside = Beside(elbo_gap, kl, ["the gap"])
    mu, logvar, mean, cov = draw.normal(4, 3), draw.normal(4, 3) - 0.7, draw.normal(4, 3), covariance(draw, 3)
    away, there = ((elbo_gap(m, logvar, mean, cov), kl(m, logvar, mean, cov)) for m in (mu, mean))
    expect_close(
        away[0] - there[0],
        away[1] - there[1],
        "The part that comes from the means is off.",
        "Half of (mean - mu) weighted by the posterior's precision, the inverse of cov, on both sides.",
    )
    beside.at(
        (mu, logvar, mean, cov),
        "The gap is not KL(q || posterior) in nats.",
        "q comes first; trace of precision times q's variances, minus K, plus the difference of the log-determinants; half.",
    )
    diagonal = torch.exp(logvar[:1]).diag_embed()[0]
    beside.at((mean[:1], logvar[:1], mean[:1], diagonal), "Where q is the posterior the gap must be 0.")
    beside.at((60 * mu, logvar, mean, cov), "Where q is far from the posterior the gap is off.")
    for b, k, scale in ((3, 3, 1.0), (3, 1, 1.0), (2, 4, 1e-3), (1, 2, 1e3)):
        where = f"mu has shape {(b, k)}; the entries of cov are of size {scale:g}."
        beside.at((*draw.normals(3, b, k), scale * covariance(draw, k)), "The gap is off.", where)
    for size in (-25.0, 25.0):
        far = torch.tensor([[size, -0.3], [0.2, size]], dtype=torch.float64)
        claim = "Where q is far narrower or wider than the posterior the gap is off."
        beside.at((draw.normal(2, 2), far, draw.normal(2, 2), COV), claim, ANY_LOGVAR)
    for size in (1e-3, 1e3):
        wide = size * torch.diag(1 + draw.uniform(150))
        claim = f"With 150 latent dimensions of variance {size:g} the gap is off."
        beside.at((*draw.normals(3, 2, 150), wide), claim, MANY)
    beside.everywhere((mu, logvar, mean, cov))
