"""Right answers to q_sample that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import Normal
from torch.nn import functional as F


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


def q_sample__angles(x0, t, eps, alpha_bar):
    angle = torch.acos(alpha_bar.sqrt())[t].to(x0.dtype)
    while angle.dim() < x0.dim():
        angle = angle.unsqueeze(-1)
    return angle.cos().mul(x0).add_(angle.sin() * eps)


def q_sample__one_hot(x0, t, eps, alpha_bar):
    share = (F.one_hot(t, len(alpha_bar)).to(alpha_bar.dtype) @ alpha_bar).to(x0.dtype)
    flat = share.sqrt()[:, None] * x0.flatten(1) + (1 - share).sqrt()[:, None] * eps.flatten(1)
    return flat.view_as(x0)
