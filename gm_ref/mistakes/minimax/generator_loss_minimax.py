"""Wrong answers to generator_loss_minimax that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("generator_loss_minimax")


@mistake("the non-saturating loss under this name")
def non_saturating_here(fake_logits):
    """You return -log D, the non-saturating loss. The minimax loss is the generator's own part of V: log(1 - D)."""
    return right.generator_loss(fake_logits)


@mistake("a minus too many")
def minimax_sign(fake_logits):
    """You return -log(1 - D): minimising that helps the discriminator. The generator minimises log(1 - D)."""
    return -right.generator_loss_minimax(fake_logits)


@mistake("log D")
def minimises_log_d(fake_logits):
    """You minimise log D, which pushes the generator towards samples that are surely rejected. Its part of V is log(1 -
    D).
    """
    return -F.softplus(-fake_logits).mean()


@mistake("sum in place of mean")
def minimax_summed(fake_logits):
    """Your loss sums over the batch, so that it grows with the batch size. Take the mean."""
    return -F.softplus(fake_logits).sum()


@mistake("the log of a saturated sigmoid")
def minimax_naive(fake_logits):
    """For a logit of 200 your 1 - D is exactly 0 and its log infinite. Compute log(1 - D) from the logit: it is
    -softplus(l).
    """
    return torch.log(1 - torch.sigmoid(fake_logits)).mean()


@mistake("the exponential overflows")
def minimax_exp_overflows(fake_logits):
    """For a logit of 1000, and in float32 from 89 on, your exp is infinite and so is the loss. softplus and logsigmoid
    do the same sum without overflow.
    """
    return -torch.log1p(torch.exp(fake_logits)).mean()


@mistake("sigmoid taken twice")
def minimax_sigmoid_twice(fake_logits):
    """You take the sigmoid of a sigmoid: what comes in is a logit, and softplus or logsigmoid expects one. Drop your
    own sigmoid.
    """
    return right.generator_loss_minimax(torch.sigmoid(fake_logits))


@mistake("the log is missing")
def minimax_no_log(fake_logits):
    """You average 1 - D itself. The value of the game contains its logarithm."""
    return (1 - torch.sigmoid(fake_logits)).mean()


@mistake("a log that is clamped at 100")
def minimax_clamped(fake_logits):
    """For a logit of 200 your loss says -100: binary_cross_entropy on probabilities cuts its logs off there, and the
    gradient with them. Use the version that takes logits.
    """
    return -F.binary_cross_entropy(fake_logits.sigmoid(), torch.zeros_like(fake_logits))


@mistake("a log with a constant inside")
def minimax_epsilon(fake_logits):
    """You compute log(1 - D + small constant). It caps the loss where D is near 1: for a logit of 200 it must be -200.
    Compute log(1 - D) from the logit: it is -softplus(l).
    """
    return torch.log(1 - torch.sigmoid(fake_logits) + 1e-8).mean()


@mistake("the mean of the logits first")
def minimax_of_mean(fake_logits):
    """You average the logits and take the loss of the average. The loss is curved: take it for each sample, then
    average.
    """
    return -F.softplus(fake_logits.mean())


@mistake("the discriminator's loss")
def with_a_real_part(fake_logits):
    """You return -log D + -log(1 - D), as if the same samples were real as well. The generator's own part of V is log(1
    - D).
    """
    return F.softplus(-fake_logits).mean() + F.softplus(fake_logits).mean()


@convention("the hinge or Wasserstein form")
def minimax_wasserstein(fake_logits):
    """You return minus the mean logit, the generator's loss of Wasserstein and hinge GANs. It is right there; this
    lesson's is log(1 - D).
    """
    return -fake_logits.mean()
