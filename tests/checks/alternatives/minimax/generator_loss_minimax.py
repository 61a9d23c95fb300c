"""Right answers to generator_loss_minimax that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.nn import functional as F


def generator_loss_minimax__logsigmoid(fake_logits):
    return F.logsigmoid(-fake_logits).mean()


def generator_loss_minimax__bce(fake_logits):
    return -F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


def generator_loss_minimax__loop(fake_logits):
    return sum(-torch.logaddexp(torch.zeros_like(x), x) for x in fake_logits) / len(fake_logits)


def generator_loss_minimax__minus_the_logit(fake_logits):
    return (F.logsigmoid(fake_logits) - fake_logits).mean()


def generator_loss_minimax__two_classes(fake_logits):
    pair = torch.stack([torch.zeros_like(fake_logits), fake_logits], dim=1)
    return -F.cross_entropy(pair, torch.zeros(len(fake_logits), dtype=torch.long))
