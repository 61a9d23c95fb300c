"""Right answers to logit_inverse that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import AffineTransform, ComposeTransform, SigmoidTransform


def logit_inverse__distributions(y, alpha):
    chain = ComposeTransform([AffineTransform(alpha, 1 - 2 * alpha), SigmoidTransform().inv])
    x = chain.inv(y)
    return x, -y.new_tensor(math.log(1 - 2 * alpha)) * y[0].numel() + _slopes(y)


def _slopes(y):
    return (torch.nn.functional.logsigmoid(y) + torch.nn.functional.logsigmoid(-y)).flatten(1).sum(1)


def logit_inverse__tanh(y, alpha):
    x = 0.5 + torch.tanh(y / 2) / (2 * (1 - 2 * alpha))
    each = -2 * torch.logaddexp(y / 2, -y / 2) - math.log(1 - 2 * alpha)
    return x, each.flatten(1).sum(1)


def logit_inverse__symmetric(y, alpha):
    a = y.abs()
    each = -a - 2 * torch.log1p(torch.exp(-a)) - math.log(1 - 2 * alpha)
    return (y.sigmoid() - alpha).div(1 - 2 * alpha), each.reshape(len(y), -1).sum(-1)


def logit_inverse__cat(y, a):
    l = torch.nn.functional.log_softmax(torch.stack([y, torch.zeros_like(y)]), 0)
    return ((l[0].exp() - a) / (1 - 2 * a), (l.sum(0) - math.log(1 - 2 * a)).flatten(1).sum(1))


def logit_inverse__logaddexp(y, a):
    z = torch.zeros_like(y)
    p = torch.exp(y - torch.logaddexp(y, z))
    return ((p - a) / (1 - 2 * a), (y - 2 * torch.logaddexp(y, z) - math.log1p(-2 * a)).flatten(1).sum(1))


def logit_inverse__half(y, a):
    return (
        0.5 + (torch.sigmoid(y) - 0.5) / (1 - 2 * a),
        (torch.nn.functional.logsigmoid(y) * 2 - y - math.log(1 - 2 * a)).flatten(1).sum(1),
    )


def logit_inverse__cross_entropy(y, a):
    t = torch.full_like(y, 0.5)
    each = -2 * torch.nn.functional.binary_cross_entropy_with_logits(y, t, reduction="none")
    return (1 / (1 + torch.exp(-y.abs())) - 0.5).copysign(y) / (1 - 2 * a) + 0.5, (each - math.log(1 - 2 * a)).flatten(
        1
    ).sum(1)
