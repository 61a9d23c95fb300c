"""Right answers to sample_prior that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import Normal

from tests.checks.alternatives.elbo.reparameterize import reparameterize__sqrt


def sample_prior__distribution(decode, logvar, z, eps):
    p = Normal(decode(z), logvar.exp().sqrt())
    return p.loc + p.scale * eps


def sample_prior__lerp(decode, logvar, z, eps):
    mean = decode(z)
    return torch.lerp(mean, mean + eps, (logvar / 2).exp())


def sample_prior__row_by_row(decode, logvar, z, eps):
    return torch.cat([decode(a[None]) + torch.exp(logvar / 2) * e for a, e in zip(z, eps, strict=True)])


def sample_prior__no_grad(decode, logvar, z, eps):
    with torch.no_grad():
        return decode(z) + math.exp(0.5 * logvar.item()) * eps


def sample_prior__reparameterized(decode, logvar, z, eps):
    mean = decode(z)
    return reparameterize__sqrt(mean, logvar.expand_as(mean), eps)
