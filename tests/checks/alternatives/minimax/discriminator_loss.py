"""Right answers to discriminator_loss that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import Bernoulli
from torch.nn import functional as F


def discriminator_loss__bce(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    return real + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


def discriminator_loss__distribution(real_logits, fake_logits):
    real = Bernoulli(logits=real_logits).log_prob(torch.ones_like(real_logits))
    fake = Bernoulli(logits=fake_logits).log_prob(torch.zeros_like(fake_logits))
    return -(real.sum() / len(real) + fake.sum() / len(fake))


def discriminator_loss__two_classes(real_logits, fake_logits):
    def two(logits, label):
        pair = torch.stack([torch.zeros_like(logits), logits], dim=1)
        return F.cross_entropy(pair, torch.full((len(logits),), label))

    return two(real_logits, 1) + two(fake_logits, 0)


def discriminator_loss__logaddexp(real_logits, fake_logits):
    zero = real_logits.new_zeros(())
    return torch.logaddexp(zero, -real_logits).mean() + torch.logaddexp(zero, fake_logits).mean()


def discriminator_loss__positive_part(real_logits, fake_logits):
    def stable(x):
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))

    return stable(-real_logits).mean() + stable(fake_logits).mean()


def discriminator_loss__weighted(real_logits, fake_logits):
    logits, labels = (
        torch.cat([real_logits, fake_logits]),
        torch.zeros(len(real_logits) + len(fake_logits)).to(real_logits),
    )
    labels[: len(real_logits)] = 1
    weight = labels / len(real_logits) + (1 - labels) / len(fake_logits)
    return F.binary_cross_entropy_with_logits(logits, labels, weight=weight, reduction="sum")


def discriminator_loss__float64_inside(real_logits, fake_logits):
    loss = discriminator_loss__logaddexp(real_logits.double(), fake_logits.double())
    return loss.to(real_logits.dtype)
