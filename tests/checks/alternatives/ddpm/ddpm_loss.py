"""Right answers to ddpm_loss that are written in unusual ways.  A fair check passes them all."""

import torch
from torch import nn
from torch.nn import functional as F

from tests.checks.alternatives.ddpm.q_sample import (
    q_sample__angles,
    q_sample__distribution,
    q_sample__einsum,
    q_sample__loop,
)


def ddpm_loss__mse(net, x0, t, eps, alpha_bar):
    with torch.no_grad():
        x_t = q_sample__einsum(x0, t, eps, alpha_bar)
    return F.mse_loss(net(x_t, t), eps, reduction="none").mean(dim=tuple(range(1, x0.dim())))


def ddpm_loss__norm(net, x0, t, eps, alpha_bar):
    gap = net(q_sample__loop(x0, t, eps, alpha_bar), t) - eps
    return torch.linalg.vector_norm(gap.reshape(len(t), -1), dim=1) ** 2 / gap[0].numel()


def ddpm_loss__row_by_row(net, x0, t, eps, alpha_bar):
    x_t = q_sample__angles(x0, t, eps, alpha_bar)
    losses = [F.mse_loss(net(x_t[i : i + 1], t[i : i + 1]), eps[i : i + 1]) for i in range(len(t))]
    return torch.stack(losses)


class _FirstOnly(nn.Module):
    def forward(self, gap):
        return torch.einsum("bn,bn->b", gap.flatten(1), gap.flatten(1)) / gap.flatten(1).shape[1]


ddpm_loss_head = _FirstOnly()


def ddpm_loss__module(net, x0, t, eps, alpha_bar):
    return ddpm_loss_head(eps - net(q_sample__distribution(x0, t, eps, alpha_bar), t))
