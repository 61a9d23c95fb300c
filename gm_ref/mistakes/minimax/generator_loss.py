"""Wrong answers to generator_loss that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("generator_loss")


@mistake("the saturating loss under this name")
def saturating_here(fake_logits):
    """You return log(1 - D), the minimax loss, whose gradient vanishes where the discriminator is sure. The
    non-saturating loss is -log D.
    """
    return right.generator_loss_minimax(fake_logits)


@mistake("the discriminator's loss on the fakes")
def discriminators_part(fake_logits):
    """You return -log(1 - D), what the discriminator minimises on fakes. The generator wants its samples called real:
    -log D.
    """
    return F.softplus(fake_logits).mean()


@mistake("the sign")
def generator_sign(fake_logits):
    """You return log D; minimising it makes the samples worse. The loss is -log D."""
    return -right.generator_loss(fake_logits)


@mistake("sum in place of mean")
def generator_summed(fake_logits):
    """Your loss sums over the batch, so that it grows with the batch size. Take the mean."""
    return F.softplus(-fake_logits).sum()


@mistake("infinite where the discriminator is sure")
def generator_naive(fake_logits):
    """For a logit of -1000, and in float32 from about -100 on, your loss is infinite: the sigmoid is exactly 0 there,
    and exp(1000) is no number. Compute log D from the logit with softplus or logsigmoid, which never overflow.
    """
    return -torch.log(torch.sigmoid(fake_logits)).mean()


@mistake("labels smoothed")
def generator_smoothed(fake_logits):
    """You train towards the label 0.9 or so. This loss has the hard label 1; smoothing is the discriminator's business,
    in a later lesson.
    """
    return F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 0.9))


@mistake("a log that is clamped at 100")
def generator_clamped(fake_logits):
    """For a logit of -200 your loss says 100: binary_cross_entropy on probabilities cuts its logs off there, and the
    gradient with them. Use the version that takes logits.
    """
    return F.binary_cross_entropy(fake_logits.sigmoid(), torch.ones_like(fake_logits))


@mistake("a log with a constant inside")
def generator_epsilon(fake_logits):
    """You compute log(D + small constant). It caps the loss where D is near 0 (for a logit of -200 it must be 200) and
    with it the gradient that this loss is for.
    """
    return -torch.log(torch.sigmoid(fake_logits) + 1e-8).mean()


@mistake("sigmoid taken twice")
def generator_sigmoid_twice(fake_logits):
    """You take the sigmoid of a sigmoid: what comes in is a logit, and softplus or logsigmoid expects one. Drop your
    own sigmoid.
    """
    return right.generator_loss(torch.sigmoid(fake_logits))


@convention("the hinge or Wasserstein form")
def wasserstein_form(fake_logits):
    """You return minus the mean logit, the generator's loss of Wasserstein and hinge GANs. It is right there; this
    lesson's is -log D.
    """
    return -fake_logits.mean()


@mistake("the mean of the logits first")
def generator_of_mean(fake_logits):
    """You average the logits and take the loss of the average. The loss is curved: take it for each sample, then
    average.
    """
    return F.softplus(-fake_logits.mean())


@mistake("the log is missing")
def generator_no_log(fake_logits):
    """You return minus the mean of D itself. The loss contains its logarithm: -log D."""
    return -torch.sigmoid(fake_logits).mean()


@mistake("the logits taken for probabilities")
def logits_as_probabilities(fake_logits):
    """You take the logarithm of the logits, which is NaN where they are negative. They are no probabilities: D =
    sigmoid(logit), and softplus or logsigmoid does both steps at once.
    """
    return -torch.log(fake_logits).mean()


@convention("the least-squares loss")
def generator_least_squares(fake_logits):
    """You return the squared distance from the label 1, the loss of LSGAN. It is right there; this lesson's is
    -log D.
    """
    return ((fake_logits - 1) ** 2).mean()
