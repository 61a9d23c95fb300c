"""Wrong answers to sample_prior that people really give, each with the sentence that cures it."""

import torch

from gm_ref.mistakes.elbo import BANK

mistake, convention = BANK.of("sample_prior")


@mistake("the mean, not a sample")
def prior_mean_only(decode, logvar, z, eps):
    """You return decode(z), the mean of p(x | z). A sample of the model has the noise of p(x | z) as well; that
    pictures usually show the mean is why they look smooth.
    """
    return decode(z) + 0 * eps


@mistake("exp(logvar) taken for the standard deviation")
def prior_std(decode, logvar, z, eps):
    """You scale the noise by exp(logvar), which is the variance. The standard deviation is exp(logvar / 2)."""
    return decode(z) + torch.exp(logvar) * eps


@mistake("noise of variance 1")
def prior_unit_noise(decode, logvar, z, eps):
    """You add eps as it is. The noise of p(x | z) has variance exp(logvar)."""
    return decode(z) + eps


@mistake("one eps for the whole batch")
def prior_eps_shared(decode, logvar, z, eps):
    """You use the first sample's noise for all. Each sample has its own eps."""
    return decode(z) + torch.exp(0.5 * logvar) * eps[:1]


@mistake("the noise put into z")
def noise_into_z(decode, logvar, z, eps):
    """You scale z by the noise of x. z is a draw of the prior, N(0, I), as it comes; exp(logvar) belongs to p(x |
    z).
    """
    return decode(torch.exp(0.5 * logvar) * z) + torch.exp(0.5 * logvar) * eps


@mistake("twice logvar in the exponent")
def prior_logvar_doubled(decode, logvar, z, eps):
    """You scale the noise by exp(2 logvar). The standard deviation is the square root of exp(logvar): half of logvar,
    not twice.
    """
    return decode(z) + torch.exp(2 * logvar) * eps


@mistake("the mean scaled too")
def prior_mean_scaled(decode, logvar, z, eps):
    """You scale the decoder's mean together with the noise. Only eps is scaled; decode(z) is the mean as it comes."""
    return (decode(z) + eps) * torch.exp(0.5 * logvar)


@mistake("logvar itself as the scale")
def prior_logvar_scale(decode, logvar, z, eps):
    """You scale the noise by logvar, which may be negative. Take its exponential, of half of it."""
    return decode(z) + logvar * eps
