"""Wrong answers to elbo that people really give, each with the sentence that cures it."""

import torch

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("elbo")


@mistake("the KL added")
def kl_added(x, encode, log_lik, eps):
    """You add the KL. The bound subtracts it: ELBO = reconstruction - KL. (A loss, -ELBO, adds it to minus the
    reconstruction.)
    """
    _, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return reconstruction + kl, reconstruction, kl


@mistake("the loss, not the bound")
def loss_not_bound(x, encode, log_lik, eps):
    """You return -ELBO, the loss. The function asks for the bound itself."""
    bound, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return -bound, reconstruction, kl


@mistake("the decoder fed mu")
def decoder_fed_mu(x, encode, log_lik, eps):
    """You reconstruct from mu. The expectation under q needs a sample z: use eps."""
    return right.elbo(x, encode, log_lik, 0 * eps)


@mistake("one eps for the whole batch")
def bound_eps_shared(x, encode, log_lik, eps):
    """You use the first sample's noise for all. Each sample has its own row of eps."""
    return right.elbo(x, encode, log_lik, eps[:1].expand_as(eps))


@mistake("exp(logvar) taken for the standard deviation", source="ibp_vae#3")
def bound_std(x, encode, log_lik, eps):
    """Your sample z is made with exp(logvar) as the standard deviation; it is the variance."""
    mu, logvar = encode(x)
    reconstruction, kl = log_lik(x, mu + torch.exp(logvar) * eps), right.kl_standard_normal(mu, logvar)
    return reconstruction - kl, reconstruction, kl


@mistake("mean KL beside a summed reconstruction", source="world-models#12")
def bound_mean_kl(x, encode, log_lik, eps):
    """You average the KL over the latent dimensions but the reconstruction is a sum. Both are sums in nats."""
    _, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return reconstruction - kl / eps.shape[1], reconstruction, kl / eps.shape[1]


@mistake("the likelihood divided by the number of pixels", source="keras#3383, pytorch/examples#234")
def bound_mean_reconstruction(x, encode, log_lik, eps):
    """You average the reconstruction over the entries of x beside a summed KL: that is a beta-VAE with a very large
    beta. Leave log p(x | z) as it is.
    """
    _, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return reconstruction / x.shape[1] - kl, reconstruction / x.shape[1], kl


@mistake("mu and logvar exchanged")
def bound_exchanged(x, encode, log_lik, eps):
    """You take the encoder's first answer for logvar. encode(x) gives mu first, then logvar."""
    return right.elbo(x, lambda x: encode(x)[::-1], log_lik, eps)


@mistake("reconstruction and kl exchanged")
def parts_exchanged(x, encode, log_lik, eps):
    """Your numbers are right, in another order. Return elbo, reconstruction, kl."""
    bound, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return bound, kl, reconstruction


@mistake("minus the reconstruction")
def reconstruction_sign(x, encode, log_lik, eps):
    """The reconstruction you return is minus log p(x | z). It is the log-likelihood itself; only a loss turns its
    sign.
    """
    bound, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return bound, -reconstruction, kl


@mistake("the KL of the one sample")
def kl_of_the_sample(x, encode, log_lik, eps):
    """Your kl is log q(z | x) - log p(z) at the one sample z. That is right on average only; here kl is the closed
    form, which has no noise in it.
    """
    mu, logvar = encode(x)
    z = right.reparameterize(mu, logvar, eps)
    kl = right.gaussian_log_lik(z, mu, logvar) - right.gaussian_log_lik(z, 0 * z, 0 * z)
    reconstruction = log_lik(x, z)
    return reconstruction - kl, reconstruction, kl


@mistake("averaged over the batch")
def bound_batch_mean(x, encode, log_lik, eps):
    """You average over the batch and return single numbers. Each sample has its own bound: three tensors (B,)."""
    return tuple(part.mean() for part in right.elbo(x, encode, log_lik, eps))


@mistake("the gradient is cut")
def bound_detached(x, encode, log_lik, eps):
    """The value is right, but no gradient flows into the encoder through the sample. Remove detach or no_grad."""
    mu, logvar = encode(x)
    z = right.reparameterize(mu, logvar, eps).detach()
    kl = right.kl_standard_normal(mu, logvar)
    return log_lik(x.detach(), z) - kl.detach() + 0 * x.sum(), log_lik(x, z), kl * 1.0
