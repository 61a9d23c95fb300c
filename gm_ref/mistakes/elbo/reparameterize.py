"""Wrong answers to reparameterize that people really give, each with the sentence that cures it."""

import torch

from gm_ref.mistakes.elbo import BANK

mistake, convention = BANK.of("reparameterize")


@mistake("exp(logvar) taken for the standard deviation", source="ibp_vae#3, keras#3283")
def noise_by_variance(mu, logvar, eps):
    """You scale the noise by exp(logvar), which is the variance. The standard deviation is exp(logvar / 2)."""
    return mu + torch.exp(logvar) * eps


@mistake("logvar itself as the scale")
def noise_by_logvar(mu, logvar, eps):
    """You scale the noise by logvar, which may be negative. Take its exponential, of half of it."""
    return mu + logvar * eps


@mistake("one eps for the whole batch")
def eps_shared_by_batch(mu, logvar, eps):
    """You use the first sample's noise for all. Each sample has its own eps."""
    return mu + torch.exp(0.5 * logvar) * eps[:1]


@mistake("one eps for all dimensions")
def eps_shared_by_dims(mu, logvar, eps):
    """You use one number of noise for all dimensions of a sample. Each dimension has its own eps."""
    return mu + torch.exp(0.5 * logvar) * eps[:, :1]


@mistake("the mean scaled too")
def mean_scaled(mu, logvar, eps):
    """You scale mu together with the noise. Only eps is scaled; mu is added after."""
    return (mu + eps) * torch.exp(0.5 * logvar)


@mistake("no gradient through the sample")
def sample_detached(mu, logvar, eps):
    """Your sample is cut off from logvar, or from mu as well: values are right, gradients are not. Remove detach,
    no_grad or torch.normal.
    """
    return (mu + torch.exp(0.5 * logvar) * eps).detach() + 0 * mu


@mistake("the sign of logvar")
def noise_divided(mu, logvar, eps):
    """You divide the noise by the standard deviation. It is multiplied by it."""
    return mu + torch.exp(-0.5 * logvar) * eps


@mistake("twice logvar in the exponent")
def logvar_doubled(mu, logvar, eps):
    """You scale the noise by exp(2 logvar). The standard deviation is the square root of exp(logvar): half of logvar,
    not twice.
    """
    return mu + torch.exp(2 * logvar) * eps


@mistake("the noise is lost")
def mean_only(mu, logvar, eps):
    """You return mu. The point of a sample is its noise: without it q has no spread."""
    return mu + 0 * eps
