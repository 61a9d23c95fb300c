"""Right answers to q_step that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import Normal


def q_step__loop(x_prev, t, eps, beta):
    rows = []
    for x, s, e in zip(x_prev, t.tolist(), eps, strict=True):
        b = float(beta[s])
        rows.append(math.sqrt(1 - b) * x + math.sqrt(b) * e)
    return torch.stack(rows)


def q_step__einsum(x_prev, t, eps, beta):
    b = beta.to(x_prev)[t]
    return torch.einsum("b...,b->b...", x_prev, (1 - b).sqrt()) + torch.einsum("b...,b->b...", eps, b.sqrt())


def q_step__distribution(x_prev, t, eps, beta):
    b = beta.gather(0, t).to(x_prev.dtype)[(...,) + (None,) * (x_prev.ndim - 1)]
    q = Normal((1 - b) ** 0.5 * x_prev, b.sqrt() + torch.zeros_like(x_prev), validate_args=False)
    return q.loc + eps * q.scale


def q_step__vmap(x_prev, t, eps, beta):
    b = beta[t].to(x_prev.dtype)
    return torch.vmap(lambda x, e, v: torch.sqrt(1 - v) * x + torch.sqrt(v) * e)(x_prev, eps, b)
