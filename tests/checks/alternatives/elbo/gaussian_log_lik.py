"""Right answers to gaussian_log_lik that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import MultivariateNormal, Normal
from torch.nn import functional as F


def gaussian_log_lik__distribution(x, mu, logvar):
    return Normal(mu, (0.5 * logvar).exp().expand_as(mu)).log_prob(x).flatten(1).sum(1)


def gaussian_log_lik__nll_loss(x, mu, logvar):
    var = torch.exp(logvar).expand_as(x)
    return -F.gaussian_nll_loss(mu, x, var, full=True, reduction="none", eps=0).reshape(len(x), -1).sum(-1)


def gaussian_log_lik__loop(x, mu, logvar):
    logvar = logvar.expand_as(x)
    rows = zip(x.flatten(1), mu.flatten(1), logvar.flatten(1), strict=True)
    return torch.stack([-0.5 * ((a - m) ** 2 / v.exp() + v + math.log(2 * math.pi)).sum() for a, m, v in rows])


def gaussian_log_lik__multivariate(x, mu, logvar):
    std = torch.exp(logvar / 2).expand_as(x).reshape(len(x), -1)
    q = MultivariateNormal(mu.reshape(len(x), -1), scale_tril=torch.diag_embed(std))
    return q.log_prob(x.reshape(len(x), -1))


def gaussian_log_lik__all_axes(x, mu, logvar):
    std = torch.exp(0.5 * logvar)
    entries = -0.5 * ((x - mu) / std) ** 2 - std.log() - math.log(math.sqrt(2 * math.pi))
    return entries.sum(dim=list(range(1, x.dim())))


def gaussian_log_lik__axis_by_axis(x, mu, logvar):
    left = -0.5 * (torch.log(2 * math.pi * torch.exp(logvar)) + (x - mu) ** 2 / torch.exp(logvar))
    while left.dim() > 1:
        left = left.sum(-1)
    return left
