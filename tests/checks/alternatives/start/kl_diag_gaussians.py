"""Right answers to kl_diag_gaussians that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import (
    MultivariateNormal,
    Normal,
    kl_divergence,
)


def kl_diag_gaussians__distribution(mu1, logvar1, mu2, logvar2):
    first, second = Normal(mu1, torch.exp(logvar1 / 2)), Normal(mu2, torch.exp(logvar2 / 2))
    return kl_divergence(first, second).sum(dim=-1)


def kl_diag_gaussians__expm1(mu1, logvar1, mu2, logvar2):
    log_ratio = logvar1 - logvar2
    terms = torch.expm1(log_ratio) - log_ratio + (mu1 - mu2) ** 2 / logvar2.exp()
    return terms.sum(1).div(2)


def kl_diag_gaussians__full_covariance(mu1, logvar1, mu2, logvar2):
    first = MultivariateNormal(mu1, torch.diag_embed(logvar1.exp()))
    return kl_divergence(first, MultivariateNormal(mu2, torch.diag_embed(logvar2.exp())))


def kl_diag_gaussians__cross_entropy_minus_entropy(mu1, logvar1, mu2, logvar2):
    two_pi = math.log(2 * math.pi)
    cross = 0.5 * (two_pi + logvar2 + (logvar1.exp() + (mu1 - mu2) ** 2) / logvar2.exp()).sum(1)
    return cross - Normal(mu1, torch.exp(logvar1 / 2)).entropy().sum(1)
