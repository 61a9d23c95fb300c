"""Right answers to bernoulli_log_lik that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import Bernoulli, Independent
from torch.nn import functional as F


def bernoulli_log_lik__bce(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def bernoulli_log_lik__two_sides(x, logits):
    return torch.einsum("bi->b", (x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)).flatten(1))


def bernoulli_log_lik__distribution(x, logits):
    d = Independent(Bernoulli(logits=logits, validate_args=False), logits.dim() - 1)
    return d.log_prob(x)


def bernoulli_log_lik__positive_part(x, logits):
    return (x * logits - logits.clamp(min=0) - torch.log1p(torch.exp(-logits.abs()))).flatten(1).sum(1)


def bernoulli_log_lik__vmap(x, logits):
    one = lambda a, b: ((a - 1) * b + F.logsigmoid(b)).sum()  # noqa: E731
    return torch.func.vmap(one)(x, logits)
