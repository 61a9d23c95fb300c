"""The check of elbo_gap."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, zero

COV = torch.tensor([[0.7, 0.25], [0.25, 0.4]], dtype=torch.float64)


COV3 = torch.tensor([[0.7, 0.25, -0.1], [0.25, 0.4, 0.05], [-0.1, 0.05, 0.9]], dtype=torch.float64)


def _gap(f: Callable) -> Tensor:
    return f(wave(4, 2), 0.6 * wave(4, 2, shift=30) - 0.5, wave(4, 2, shift=60), COV)


def _gap_square(f: Callable) -> Tensor:
    return f(wave(3, 3), 0.6 * wave(3, 3, shift=30) - 0.5, wave(3, 3, shift=60), COV3)


@check(probes=[_gap, _gap_square], rows=(0, 1, 2), alike=("mu", "logvar", "mean"), same_dtype=("cov",))
def check_elbo_gap(elbo_gap: Guarded, draw: Draws) -> None:
    """Probe it against torch's KL between Gaussians, and that log p(x) = ELBO + gap holds to rounding."""
    mu, logvar, mean = draw.normal(4, 3), draw.normal(4, 3) - 0.7, draw.normal(4, 3)
    root = draw.normal(3, 3)
    cov = root @ root.T + 0.4 * torch.eye(3, dtype=torch.float64)
    got = expect_tensor(elbo_gap(mu, logvar, mean, cov), (4,), like=mu, name="the gap")
    q = MultivariateNormal(mu, torch.diag_embed(torch.exp(logvar)))
    p = MultivariateNormal(mean, cov.expand(4, 3, 3))
    mean_part = elbo_gap(mu, logvar, mean, cov) - elbo_gap(mean, logvar, mean, cov)
    expect_close(
        mean_part,
        0.5 * ((mean - mu) * torch.linalg.solve(cov, (mean - mu).T).T).sum(dim=1),
        "The part that comes from the means is off.",
        "Half of (mean - mu) weighted by the posterior's precision, the inverse of cov, on both sides.",
    )
    expect_digits(
        got,
        kl_divergence(q, p),
        "The gap is not KL(q || posterior) in nats.",
        "q comes first; trace of precision times q's variances, minus K, plus the difference of the log-determinants; half.",
    )
    diagonal = torch.exp(logvar[:1]).diag_embed()[0]
    expect_close(
        elbo_gap(mean[:1], logvar[:1], mean[:1], diagonal), zero(1), "Where q is the posterior the gap must be 0."
    )
    expect_close(
        elbo_gap(60 * mu, logvar, mean, cov),
        kl_divergence(MultivariateNormal(60 * mu, torch.diag_embed(torch.exp(logvar))), p),
        "Where q is far from the posterior the gap is off.",
    )
    _expect_gaps(elbo_gap, draw)
    expect_alone(elbo_gap, (mu, logvar, mean, cov), (0, 1, 2))
    single = elbo_gap(mu.float(), logvar.float(), mean.float(), cov.float())
    expect_tensor(single, (4,), like=mu.float(), name="the result in float32")
    expect_in_float32(single, got, "In float32 the gap is off.")


def _expect_gaps(elbo_gap: Guarded, draw: Draws) -> None:
    """Probe other sizes, a narrow posterior, and a q that is far narrower or wider than the posterior."""
    for b, k, scale in ((3, 3, 1.0), (3, 1, 1.0), (2, 4, 1e-3), (1, 2, 1e3)):
        mu, mean, root = draw.normal(b, k), draw.normal(b, k), draw.normal(k, k)
        logvar, cov = draw.normal(b, k), scale * (root @ root.T + 0.4 * torch.eye(k, dtype=torch.float64))
        want = kl_divergence(
            MultivariateNormal(mu, torch.diag_embed(torch.exp(logvar))), MultivariateNormal(mean, cov.expand(b, k, k))
        )
        where = f"mu has shape {(b, k)}; the entries of cov are of size {scale:g}."
        expect_close(elbo_gap(mu, logvar, mean, cov), want, "The gap is off.", where)
    mu, mean = draw.normal(2, 2), draw.normal(2, 2)
    p = MultivariateNormal(mean, COV.expand(2, 2, 2))
    for size in (-25.0, 25.0):
        logvar = torch.tensor([[size, -0.3], [0.2, size]], dtype=torch.float64)
        q = MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(0.5 * logvar)))
        claim = "Where q is far narrower or wider than the posterior the gap is off."
        expect_close(elbo_gap(mu, logvar, mean, COV), kl_divergence(q, p), claim, ANY_LOGVAR)
