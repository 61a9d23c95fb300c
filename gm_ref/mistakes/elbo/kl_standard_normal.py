"""Wrong answers to kl_standard_normal that people really give, each with the sentence that cures it."""

import torch

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("kl_standard_normal")


@mistake("exp(logvar) taken for the standard deviation", source="ibp_vae#3")
def kl_std(mu, logvar):
    """You square exp(logvar). It is the variance already; the KL contains the variance, not its square."""
    return 0.5 * (mu.square() + torch.exp(2 * logvar) - 1 - 2 * logvar).sum(dim=1)


@mistake("the standard deviation in the variance's place")
def kl_log_std(mu, logvar):
    """You use exp(logvar / 2), the standard deviation, where the variance belongs. The KL contains exp(logvar) and
    logvar as they are.
    """
    return right.kl_standard_normal(mu, 0.5 * logvar)


@mistake("the half is missing")
def kl_doubled(mu, logvar):
    """Your KL is twice the right one: the factor 1/2 stands in front of all its terms."""
    return 2 * right.kl_standard_normal(mu, logvar)


@mistake("mean over the latent dimensions", source="world-models#12")
def kl_mean(mu, logvar):
    """You average over the latent dimensions. The KL of independent dimensions is their sum."""
    return right.kl_standard_normal(mu, logvar) / mu.shape[1]


@mistake("the sign")
def kl_sign(mu, logvar):
    """You return minus the KL. A KL divergence is never negative."""
    return -right.kl_standard_normal(mu, logvar)


@mistake("the KL the other way round")
def kl_reversed(mu, logvar):
    """You compute KL(p || q), from the prior to q. The bound contains KL(q || p): q's own samples decide."""
    return 0.5 * ((mu.square() + 1) * torch.exp(-logvar) - 1 + logvar).sum(dim=1)


@mistake("the -1 counted once")
def one_counted_once(mu, logvar):
    """You subtract 1 once. It belongs to every latent dimension: a standard normal q must give 0."""
    return 0.5 * ((mu.square() + logvar.exp() - logvar).sum(dim=1) - 1)


@mistake("the sign of logvar")
def kl_logvar_sign(mu, logvar):
    """You add logvar. It counts with a minus: variance - 1 - log variance is 0 at variance 1 and positive elsewhere."""
    return 0.5 * (mu.square() + logvar.exp() - 1 + logvar).sum(dim=1)


@mistake("mu is lost")
def kl_mu_lost(mu, logvar):
    """Your KL does not depend on mu. A q that sits away from 0 pays half of the squared length of mu."""
    return 0.5 * (logvar.exp() - 1 - logvar).sum(dim=1)


@mistake("one mean for the whole batch")
def kl_batch_mean(mu, logvar):
    """You average over the batch and return one number. Each sample has its own KL: (B,)."""
    return right.kl_standard_normal(mu, logvar).mean()


@mistake("mu is not squared")
def mu_not_squared(mu, logvar):
    """You add mu itself. The KL contains its square."""
    return 0.5 * (mu + logvar.exp() - 1 - logvar).sum(dim=1)


@mistake("summed over the batch")
def kl_over_batch(mu, logvar):
    """You sum over the batch, or over the wrong axis. Each sample has its own KL: (B,)."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=0)
