"""Right answers to q_posterior that are written in unusual ways.  A fair check passes them all."""

import math

import numpy as np
import torch
from torch.nn import functional as F


def q_posterior__precisions(x0, x_t, t, beta):
    """Multiply the prior N(sqrt(bar_prev) x0, 1 - bar_prev) and the likelihood of x_t, precision by precision."""
    bar = torch.cumprod(1 - beta, 0)
    prev = torch.cat([bar.new_ones(1), bar[:-1]])
    prior, seen = 1 / (1 - prev).clamp(min=1e-300), (1 - beta) / beta
    variance = torch.where(torch.arange(len(beta)) > 0, 1 / (prior + seen), 0.0)
    a = torch.where(torch.arange(len(beta)) > 0, variance * prior, 1.0) * prev.sqrt()
    b = variance * (1 - beta).sqrt() / beta
    a, b = (w[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for w in (a, b))
    return a * x0 + b * x_t, variance[t].to(x_t.dtype)


def q_posterior__loop(x0, x_t, t, beta):
    bar = np.concatenate([[1.0], np.cumprod(1 - beta.double().numpy())])
    means, variances = [], []
    for x, y, s in zip(x0, x_t, t.tolist(), strict=True):
        b, now, before = float(beta[s]), bar[s + 1], bar[s]
        means.append((math.sqrt(before) * b * x + math.sqrt(1 - b) * (1 - before) * y) / (1 - now))
        variances.append(b * (1 - before) / (1 - now))
    return [torch.stack(means), torch.tensor(variances, dtype=x_t.dtype)]


def q_posterior__by_eps(x0, x_t, t, beta):
    """Take a step back along eps, as equation 11 does, with the variance cut off at 1e-20."""
    bar = torch.cumprod(1 - beta, 0)
    variance = (beta * (1 - F.pad(bar[:-1], (1, 0), value=1.0)) / (1 - bar)).clamp(min=1e-20)
    b, a, share = (v[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for v in (beta, 1 - beta, bar))
    eps = (x_t - share.sqrt() * x0) / (1 - share).sqrt()
    return (x_t - b / (1 - share).sqrt() * eps) / a.sqrt(), variance[t].to(x_t.dtype)
