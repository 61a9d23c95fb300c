"""Right answers to log_normal_diag that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import (
    Independent,
    MultivariateNormal,
    Normal,
)
from torch.nn import functional as F


def log_normal_diag__distribution(x, mu, logvar):
    return Independent(Normal(mu, torch.exp(0.5 * logvar)), 1).log_prob(x)


def log_normal_diag__full_covariance(x, mu, logvar):
    return MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(logvar / 2))).log_prob(x)


def log_normal_diag__standardised(x, mu, logvar):
    eps = (x - mu) / torch.exp(logvar / 2)
    D = x.shape[1]
    return -torch.einsum("bd,bd->b", eps, eps) / 2 - logvar.sum(-1) / 2 - D * math.log(math.sqrt(2 * math.pi))


def log_normal_diag__loop(x, mu, logvar):
    total = x.new_zeros(len(x))
    for d in range(x.shape[1]):
        density = torch.exp(-((x[:, d] - mu[:, d]) ** 2) / (2 * torch.exp(logvar[:, d])))
        total = total + torch.log(density / torch.sqrt(2 * math.pi * torch.exp(logvar[:, d])))
    return total


def log_normal_diag__torch_loss(x, mu, logvar):
    return -F.gaussian_nll_loss(mu, x, torch.exp(logvar), full=True, reduction="none", eps=0.0).sum(1)


def log_normal_diag__vmap(x, mu, logvar):
    def one(point, centre, spread):
        return -(len(point) * math.log(2 * math.pi) + ((point - centre) ** 2 / spread.exp() + spread).sum()) / 2

    return torch.vmap(one)(x, mu, logvar)


class _InDouble:
    def __call__(self, x, mu, logvar, axis=1):
        x, mu, logvar = x.double(), mu.double(), logvar.double()
        terms = x.clone().sub_(mu).div(torch.exp(logvar / 2)).square().add(logvar).add(math.log(2 * math.pi))
        return terms.sum(axis).mul(-0.5)


_in_double = _InDouble()


def log_normal_diag__callable_in_double(x, mu, logvar):
    return _in_double(x, mu, logvar).to(x.dtype)
