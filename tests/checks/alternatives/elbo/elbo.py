"""Right answers to elbo that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import Independent, Normal, kl_divergence

from tests.checks.alternatives.elbo.kl_standard_normal import kl_standard_normal__expm1, kl_standard_normal__std
from tests.checks.alternatives.elbo.reparameterize import reparameterize__affine, reparameterize__sqrt


def elbo__distributions(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    q = Independent(Normal(mu, (logvar / 2).exp()), 1)
    p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    reconstruction, kl = log_lik(x, mu + q.stddev * eps), kl_divergence(q, p)
    return reconstruction - kl, reconstruction, kl


def elbo__list(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    kl = kl_standard_normal__expm1(mu, logvar)
    likelihood = log_lik(x, reparameterize__sqrt(mu, logvar, eps))
    return [-(kl - likelihood), likelihood, kl]


def elbo__row_by_row(x, encode, log_lik, eps):
    rows = [elbo__distributions(a[None], encode, log_lik, e[None]) for a, e in zip(x, eps, strict=True)]
    return tuple(torch.cat(parts) for parts in zip(*rows, strict=True))


def elbo__encodes_twice(x, encode, log_lik, eps):
    mu, _ = encode(x)
    _, logvar = encode(x)
    z = reparameterize__affine(mu, logvar, eps)
    kl = kl_standard_normal__std(mu, logvar)
    return log_lik(x, z) - kl, log_lik(x, z), kl


def elbo__float64_inside(x, encode, log_lik, eps):
    parts = elbo__distributions(x.double(), encode, log_lik, eps.double())
    return tuple(part.to(x.dtype) for part in parts)
