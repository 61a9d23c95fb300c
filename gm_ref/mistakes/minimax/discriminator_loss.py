"""Wrong answers to discriminator_loss that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("discriminator_loss")


@mistake("sigmoid taken twice")
def sigmoid_twice(real_logits, fake_logits):
    """Your loss takes the sigmoid of a sigmoid: binary_cross_entropy_with_logits and softplus expect logits, and logits
    are what comes in. Drop your own sigmoid.
    """
    return right.discriminator_loss(torch.sigmoid(real_logits), torch.sigmoid(fake_logits))


@mistake("labels swapped")
def labels_swapped(real_logits, fake_logits):
    """Your discriminator is rewarded for calling fakes real: real samples have label 1 (-log D), fakes label 0 (-log(1
    - D)). Exchange the two.
    """
    return right.discriminator_loss(-real_logits, -fake_logits)


@mistake("the two parts averaged")
def parts_averaged(real_logits, fake_logits):
    """Your loss is half of the discriminator's: the mean over real and the mean over fake samples are added. Halving
    changes its optimum value from log 4 to log 2.
    """
    return right.discriminator_loss(real_logits, fake_logits) / 2


@mistake("sum in place of mean")
def summed(real_logits, fake_logits):
    """Your loss sums over the batch, so that it grows with the batch size. Average each batch by its own size."""
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


@mistake("both batches in one mean")
def one_mean(real_logits, fake_logits):
    """Your loss averages real and fake samples in one mean. Each batch has its own mean, and the two means are added;
    else the larger batch counts more.
    """
    return torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean()


@mistake("the generator's loss on the fakes")
def fakes_called_real(real_logits, fake_logits):
    """On the fakes you use -log D, which is what the generator wants. The discriminator wants them rejected: -log(1 -
    D).
    """
    return F.softplus(-real_logits).mean() + F.softplus(-fake_logits).mean()


@mistake("the log of a saturated sigmoid")
def naive_log(real_logits, fake_logits):
    """For a logit of 200 your sigmoid is exactly 0 or 1 and its log infinite. Compute log D from the logit itself:
    softplus or logsigmoid never overflow.
    """
    return -torch.log(torch.sigmoid(real_logits)).mean() - torch.log(1 - torch.sigmoid(fake_logits)).mean()


@mistake("the exponential overflows")
def exp_overflows(real_logits, fake_logits):
    """For logits of 1000, and in float32 from 89 on, your exp is infinite and so is the loss. softplus and logsigmoid
    do the same sum without overflow.
    """
    return torch.log1p(torch.exp(-real_logits)).mean() + torch.log1p(torch.exp(fake_logits)).mean()


@mistake("the real side smoothed")
def real_side_smoothed(real_logits, fake_logits):
    """You train the real side towards 0.9 or so. One-sided smoothing is a later refinement; this loss has hard labels,
    1 and 0.
    """
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 0.9))
    return real + F.softplus(fake_logits).mean()


@mistake("both divided by the number of real samples")
def divided_by_real(real_logits, fake_logits):
    """You divide both sums by the number of real samples. The fakes may be more or fewer: average each batch by its own
    size.
    """
    return (F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()) / len(real_logits)


@mistake("a log that is clamped at 100")
def clamped_log(real_logits, fake_logits):
    """For a logit of 200 your loss says 100: binary_cross_entropy on probabilities cuts its logs off there, and the
    gradient with them. Use the version that takes logits.
    """
    ones, zeros = torch.ones_like(real_logits), torch.zeros_like(fake_logits)
    return F.binary_cross_entropy(real_logits.sigmoid(), ones) + F.binary_cross_entropy(fake_logits.sigmoid(), zeros)


@mistake("both sides smoothed")
def both_sides_smoothed(real_logits, fake_logits):
    """You smooth the labels of both sides. This loss has hard labels; and where smoothing is used, in a later lesson,
    only the real side is smoothed.
    """
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 0.9))
    return real + F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 0.1))


@mistake("the sign of V")
def value_not_loss(real_logits, fake_logits):
    """You return V itself, which the discriminator maximises. The function is a loss to be minimised: return -V."""
    return -right.discriminator_loss(real_logits, fake_logits)


@convention("base 2")
def loss_in_bits(real_logits, fake_logits):
    """Your logarithms have base 2, so the loss is in bits. This course uses natural logarithms: nats."""
    return right.discriminator_loss(real_logits, fake_logits) / torch.log(torch.tensor(2.0, dtype=real_logits.dtype))


@mistake("the logs are missing")
def no_logs(real_logits, fake_logits):
    """You average 1 - D over the real and D over the fake samples. The value of the game contains their logarithms."""
    return (1 - torch.sigmoid(real_logits)).mean() + torch.sigmoid(fake_logits).mean()


@mistake("only the real samples")
def real_part_alone(real_logits, fake_logits):
    """Your loss is that of the real samples alone. The fakes count as well: add the mean of -log(1 - D) over them."""
    return F.softplus(-real_logits).mean()


@mistake("the sign of the fakes' part")
def fakes_subtracted(real_logits, fake_logits):
    """You subtract the fakes' part. Both parts are minus a mean logarithm, so both are positive, and are added."""
    return F.softplus(-real_logits).mean() - F.softplus(fake_logits).mean()


@mistake("the mean of the logits first")
def logits_averaged(real_logits, fake_logits):
    """You average the logits and take the loss of the average. The loss is curved: take it for each sample, then
    average.
    """
    return F.softplus(-real_logits.mean()) + F.softplus(fake_logits.mean())


@mistake("a log with a constant inside")
def constant_in_log(real_logits, fake_logits):
    """You add a small constant inside the logarithms. It caps the loss where D is sure and wrong (for a logit of 200 it
    must be 200), and with it the gradient: compute log D from the logit with softplus or logsigmoid.
    """
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -torch.log(real + 1e-8).mean() - torch.log(1 - fake + 1e-8).mean()


@convention("the Wasserstein critic's loss")
def wasserstein_critic(real_logits, fake_logits):
    """You return the difference of the mean logits, the critic's loss of Wasserstein GANs. It is right there; this
    lesson's is -V, with log D and log(1 - D).
    """
    return fake_logits.mean() - real_logits.mean()


@convention("the hinge loss")
def hinge(real_logits, fake_logits):
    """You return the hinge loss of later GANs. It is right there; this lesson's is -V, with log D and log(1 - D)."""
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


@convention("the least-squares loss")
def least_squares(real_logits, fake_logits):
    """You return the squared distances from the labels, the loss of LSGAN. It is right there; this lesson's is -V, with
    log D and log(1 - D).
    """
    return ((real_logits - 1) ** 2).mean() + (fake_logits**2).mean()
