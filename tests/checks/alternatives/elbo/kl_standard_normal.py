"""Right answers to kl_standard_normal that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import MultivariateNormal, Normal, kl_divergence


def kl_standard_normal__distribution(mu, logvar):
    p = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return kl_divergence(Normal(mu, torch.exp(logvar / 2)), p).sum(1)


def kl_standard_normal__expm1(mu, logvar):
    return 0.5 * (mu * mu + torch.expm1(logvar) - logvar).sum(dim=-1)


def kl_standard_normal__loop(mu, logvar):
    return torch.stack([-0.5 * torch.sum(1 + v - m**2 - v.exp()) for m, v in zip(mu, logvar, strict=True)])


def kl_standard_normal__multivariate(mu, logvar):
    p = MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[1], dtype=mu.dtype))
    return kl_divergence(MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(logvar / 2))), p)


def kl_standard_normal__cross_entropy(mu, logvar):
    constant = math.log(2 * math.pi)
    return (0.5 * (constant + mu**2 + logvar.exp()) - 0.5 * (1 + constant + logvar)).sum(1)


def kl_standard_normal__std(mu, logvar):
    std = torch.exp(logvar / 2)
    return (0.5 * (mu**2 + std**2 - 1) - torch.log(std)).sum(-1)


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).flatten(1).sum(dim=1)  ->  return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=1)": "mu is (B, K): it is flat already",
}
