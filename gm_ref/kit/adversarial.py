"""A regularised discriminator step that lessons are given before they derive it."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


def r1_step(D: nn.Module, loss_of: Callable, real: Tensor, optimizer: Optimizer, gamma: float) -> Tensor:
    """Take one step of D on loss_of(logits of real) + gamma / 2 E |grad of the logit at real|^2; return the loss.

    real (B, *); loss_of maps the logits (B,) of real to a scalar and adds what the fakes cost. Mescheder 2018, eq. 9.
    """
    real = real.clone().requires_grad_()
    logits = D(real)
    (slope,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
    loss = loss_of(logits) + gamma / 2 * slope.square().flatten(1).sum(dim=1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
