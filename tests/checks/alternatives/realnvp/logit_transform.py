"""Right answers to logit_transform that are written in unusual ways.  A fair check passes them all."""

import math

import numpy as np
import torch
from torch.distributions import AffineTransform, ComposeTransform, SigmoidTransform


def logit_transform__distributions(x, alpha):
    chain = ComposeTransform([AffineTransform(alpha, 1 - 2 * alpha), SigmoidTransform().inv])
    y = chain(x)
    return y, chain.log_abs_det_jacobian(x, y).reshape(len(x), -1).sum(1)


def logit_transform__torch_logit(x, alpha):
    inside = torch.lerp(torch.full_like(x, alpha), torch.full_like(x, 1 - alpha), x)
    log_slope = math.log1p(-2 * alpha) - torch.log(inside * (1 - inside))
    return torch.logit(inside), log_slope.sum(dim=tuple(range(1, x.dim())))


def logit_transform__logsigmoid(x, alpha):
    p = alpha + (1 - 2 * alpha) * x
    y = (p / (1 - p)).log()
    each = torch.nn.functional.logsigmoid(y) + torch.nn.functional.logsigmoid(-y)
    return y, x[0].numel() * math.log(1 - 2 * alpha) - each.flatten(1).sum(1)


def logit_transform__atanh(x, a):
    m = (1 - 2 * a) * (2 * x - 1)
    y = 2 * torch.atanh(m)
    return (y, (math.log(4 * (1 - 2 * a)) - torch.log1p(-m * m)).flatten(1).sum(1))


def logit_transform__autograd(x, a):
    with torch.enable_grad():
        v = x if x.requires_grad else x.detach().clone().requires_grad_()
        y = torch.logit(a + (1 - 2 * a) * v)
        (g,) = torch.autograd.grad(y.sum(), v, create_graph=True)
    l = g.log().flatten(1).sum(1)
    return (y, l) if x.requires_grad else (y.detach(), l.detach())


def logit_transform__loop(x, a):
    ys, ls = ([], [])
    for r in x:
        p = a + (1 - 2 * a) * r
        ys.append(torch.logit(p))
        ls.append((np.log(1 - 2 * a) - torch.log(p) - torch.log(1 - p)).sum())
    return (torch.stack(ys), torch.stack(ls))


def logit_transform__double(x, a):
    p = a + (1 - 2 * a) * x.double()
    y = torch.logit(p)
    return (y.to(x.dtype), (math.log(1 - 2 * a) - p.log() - (-p).log1p()).flatten(1).sum(1).to(x.dtype))
