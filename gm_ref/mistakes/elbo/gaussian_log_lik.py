"""Wrong answers to gaussian_log_lik that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("gaussian_log_lik")


HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@mistake("exp(logvar) taken for the standard deviation", source="ibp_vae#3, keras#3283")
def likelihood_std(x, mu, logvar):
    """You use exp(logvar) as the standard deviation; it is the variance. The standard deviation is exp(logvar / 2)."""
    return right.gaussian_log_lik(x, mu, 2 * logvar)


@mistake("the standard deviation in the variance's place")
def likelihood_log_std(x, mu, logvar):
    """You use exp(logvar / 2), the standard deviation, where the variance belongs. The squared distance is divided by
    exp(logvar), and the normaliser has logvar / 2.
    """
    return right.gaussian_log_lik(x, mu, 0.5 * logvar)


@mistake("log(2 pi) is lost")
def constant_lost(x, mu, logvar):
    """You leave out log(2 pi) / 2 for each entry. As a loss that is harmless; as a log-likelihood, and in bits per
    dimension, it is a wrong number.
    """
    return right.gaussian_log_lik(x, mu, logvar) + HALF_LOG_2PI * x[0].numel()


@mistake("mean over the entries", source="keras#3383, pytorch/examples#234")
def likelihood_mean(x, mu, logvar):
    """You average over the entries of a sample. A log-likelihood sums them; with a mean, the KL beside it weighs too
    much.
    """
    return right.gaussian_log_lik(x, mu, logvar) / x[0].numel()


@mistake("log(2 pi) counted once")
def constant_counted_once(x, mu, logvar):
    """You add log(2 pi) / 2 once for a sample. Every entry has its own normaliser: count it as many times as there are
    entries.
    """
    return right.gaussian_log_lik(x, mu, logvar) + HALF_LOG_2PI * (x[0].numel() - 1)


@mistake("2 pi without its logarithm")
def two_pi_without_log(x, mu, logvar):
    """You subtract 2 pi itself. The normaliser of a density is a factor; in the log-density its logarithm counts."""
    squared = (x - mu).square() * torch.exp(-logvar)
    return -0.5 * (squared + logvar + 2 * math.pi).flatten(1).sum(dim=1)


@mistake("multiplied by the variance")
def variance_multiplied(x, mu, logvar):
    """You multiply the squared distance by exp(logvar). It is divided by the variance: where the variance is large, a
    distance costs little.
    """
    squared = (x - mu).square() * torch.exp(logvar)
    return -0.5 * (squared + logvar + math.log(2 * math.pi)).flatten(1).sum(dim=1)


@mistake("only the squared error")
def only_squared_error(x, mu, logvar):
    """You return minus the squared error. The variance is missing: it divides the squared distance, and its log is the
    normaliser.
    """
    return -(x - mu).square().flatten(1).sum(dim=1)


@mistake("the sign")
def likelihood_sign(x, mu, logvar):
    """You return the negative log-likelihood. The function asks for log p itself."""
    return -right.gaussian_log_lik(x, mu, logvar)


@mistake("the half is lost at the distance")
def distance_not_halved(x, mu, logvar):
    """Your squared distance is not halved. The Gaussian's exponent is minus half of the squared distance over the
    variance.
    """
    squared = (x - mu).square() * torch.exp(-logvar)
    return -(squared + 0.5 * (logvar + math.log(2 * math.pi))).flatten(1).sum(dim=1)


@mistake("the log-variance is lost")
def logvar_lost(x, mu, logvar):
    """Your normaliser has no logvar in it. Without it a larger variance always looks better."""
    squared = (x - mu).square() * torch.exp(-logvar)
    return -0.5 * (squared + math.log(2 * math.pi)).flatten(1).sum(dim=1)


@mistake("summed over the batch")
def likelihood_over_batch(x, mu, logvar):
    """You sum over the batch as well and return one number. Each sample has its own log-likelihood: (B,)."""
    return right.gaussian_log_lik(x, mu, logvar).sum()
