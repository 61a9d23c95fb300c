"""Right answers to lesson 31 that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import Normal


def q_sample__loop(x0, t, eps, alpha_bar):
    rows = [alpha_bar[s].sqrt() * x + (1 - alpha_bar[s]).sqrt() * e for x, s, e in zip(x0, t, eps, strict=True)]
    return torch.stack(rows).to(x0.dtype)


def q_sample__einsum(x0, t, eps, alpha_bar):
    a = alpha_bar.to(x0.dtype)[t]
    return torch.einsum("b,b...->b...", a**0.5, x0) + torch.einsum("b,b...->b...", (1 - a) ** 0.5, eps)


def q_sample__distribution(x0, t, eps, alpha_bar):
    a = alpha_bar[t].to(x0.dtype).view(len(t), *(1,) * (x0.ndim - 1))
    q = Normal(a.sqrt() * x0, (1 - a).sqrt())
    return q.loc + q.scale * eps
