"""Right answers to log_mean_exp that are written in unusual ways.  A fair check passes them all."""

import math

import torch


def log_mean_exp__by_hand(x, dim):
    top = x.amax(dim=dim, keepdim=True)
    top = torch.where(top.isfinite(), top, torch.zeros_like(top))
    return torch.log(torch.exp(x - top).mean(dim=dim)) + top.squeeze(dim)


def log_mean_exp__weights_first(x, dim):
    return torch.logsumexp(x - math.log(x.size(dim)), dim)


def log_mean_exp__pairwise(x, dim):
    rows = x.unbind(dim)
    total = rows[0]
    for row in rows[1:]:
        total = torch.logaddexp(total, row)
    return total - torch.tensor(float(len(rows)), dtype=x.dtype).log()


def log_mean_exp__cumulative(x, dim):
    return torch.logcumsumexp(x, dim).select(dim, -1) - math.log(x.shape[dim])
