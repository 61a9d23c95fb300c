"""Right answers to saturation_ratio that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.nn import functional as F


def saturation_ratio__reciprocal(logit):
    return 1 / logit.exp()


def saturation_ratio__sigmoids(logit):
    return torch.sigmoid(-logit) / torch.sigmoid(logit)


def saturation_ratio__power(logit):
    return torch.pow(torch.full_like(logit, math.e), -logit)


def saturation_ratio__autograd(logit):
    with torch.enable_grad():
        leaf = logit.detach().clone().requires_grad_()
        (better,) = torch.autograd.grad(-F.logsigmoid(leaf).sum(), leaf)
        (worse,) = torch.autograd.grad(F.logsigmoid(-leaf).sum(), leaf)
    return better / worse


def saturation_ratio__difference_of_logs(logit):
    return (F.logsigmoid(-logit) - F.logsigmoid(logit)).exp()
