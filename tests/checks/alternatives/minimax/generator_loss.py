"""Right answers to generator_loss that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import Bernoulli
from torch.nn import functional as F


def generator_loss__logsigmoid(fake_logits):
    return -F.logsigmoid(fake_logits).mean()


def generator_loss__bce(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))


def generator_loss__shifted(fake_logits):
    return (
        (F.softplus(fake_logits) - fake_logits).mean()
        if fake_logits.abs().max() < 30
        else F.softplus(-fake_logits).mean()
    )


def generator_loss__minus_the_logit(fake_logits):
    return (F.softplus(fake_logits) - fake_logits).mean()


def generator_loss__distribution(fake_logits):
    return -Bernoulli(logits=fake_logits).log_prob(torch.ones_like(fake_logits)).mean()
