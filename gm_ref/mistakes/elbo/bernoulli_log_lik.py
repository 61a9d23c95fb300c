"""Wrong answers to bernoulli_log_lik that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("bernoulli_log_lik")


@mistake("sigmoid taken twice")
def bernoulli_sigmoid_twice(x, logits):
    """You take the sigmoid of a sigmoid: what comes in are logits, and the functions with logits in their name take the
    sigmoid themselves.
    """
    return right.bernoulli_log_lik(x, torch.sigmoid(logits))


@mistake("logits taken for probabilities")
def logits_as_probabilities(x, logits):
    """You use the logits as if they were probabilities. The probability is their sigmoid."""
    p = logits.clamp(1e-6, 1 - 1e-6)
    return (x * p.log() + (1 - x) * (1 - p).log()).flatten(1).sum(dim=1)


@mistake("the sign")
def bernoulli_sign(x, logits):
    """You return the binary cross-entropy, which is minus the log-likelihood."""
    return -right.bernoulli_log_lik(x, logits)


@mistake("mean over the pixels", source="keras#3383, pytorch/examples#234")
def bernoulli_mean(x, logits):
    """You average over the pixels. A log-likelihood sums them; with a mean, the KL beside it weighs hundreds of times
    too much.
    """
    return right.bernoulli_log_lik(x, logits) / x[0].numel()


@mistake("only the pixels that are 1")
def only_ones(x, logits):
    """You count only x log p. A pixel that is 0 has its term as well: (1 - x) log(1 - p)."""
    return (x * F.logsigmoid(logits)).flatten(1).sum(dim=1)


@mistake("the exponential overflows")
def bernoulli_exp_overflows(x, logits):
    """For a logit of 800, and in float32 from 89 on, your exp is infinite and so is the result. softplus and logsigmoid
    do the same sum without overflow.
    """
    return (x * logits - torch.log1p(torch.exp(logits))).flatten(1).sum(dim=1)


@mistake("grey pixels made black or white")
def pixels_rounded(x, logits):
    """You round the pixels to 0 and 1. x may lie anywhere in [0, 1]: a grey pixel counts x log p + (1 - x) log(1
    - p).
    """
    return right.bernoulli_log_lik((x > 0.5).to(x.dtype), logits)


@mistake("the log of the mixture")
def log_of_mixture(x, logits):
    """You take log(x p + (1 - x)(1 - p)). That is right for pixels of 0 and 1 only; a grey pixel counts x log p + (1 -
    x) log(1 - p).
    """
    p = torch.sigmoid(logits)
    return torch.log(x * p + (1 - x) * (1 - p)).flatten(1).sum(dim=1)


@mistake("a constant inside the log")
def bernoulli_epsilon(x, logits):
    """You compute log(p + small constant). It caps the loss of a pixel that is surely wrong: for a logit of 200 the
    term must be -200.
    """
    p = torch.sigmoid(logits)
    return (x * torch.log(p + 1e-7) + (1 - x) * torch.log(1 - p + 1e-7)).flatten(1).sum(dim=1)


@mistake("a log that is clamped at 100")
def bernoulli_clamped(x, logits):
    """For a logit of 200 your term says -100: binary_cross_entropy on probabilities cuts its logs off there. Use the
    version that takes logits.
    """
    return -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none").flatten(1).sum(dim=1)


@mistake("black and white exchanged")
def bernoulli_exchanged(x, logits):
    """You give pixels of value 1 the probability of 0. The sigmoid of a logit is the probability that the pixel
    is 1.
    """
    return right.bernoulli_log_lik(x, -logits)
