"""The evidence lower bound.  Kingma and Welling 2014, arXiv:1312.6114; the linear case: Tipping and Bishop 1999.

    log p(x) = ELBO(x) + KL(q(z | x) || p(z | x))
    ELBO(x)  = E_q[log p(x | z)] - KL(q(z | x) || p(z))

with the prior p(z) = N(0, I) and q(z | x) = N(mu, diag(exp(logvar))).  logvar is the natural log of the variance.
Log-densities and KL sum over a sample's dimensions and are in nats.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import softplus


def gaussian_log_lik(x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return log N(x; mu, diag(exp(logvar))) in nats, (B,), summed over all entries of a sample.

    x and mu (B, *); logvar of a shape that broadcasts to x's, so that one number serves for all
    entries.
    The constant log(2 pi) / 2 per entry is included. Kingma and Welling 2014, app. C.2.
    """
    squared = (x - mu).square() * torch.exp(-logvar)
    return -0.5 * (squared + logvar + math.log(2 * math.pi)).flatten(1).sum(dim=1)


def bernoulli_log_lik(x: Tensor, logits: Tensor) -> Tensor:
    """Return log p(x) in nats, (B,), for independent Bernoulli entries with these logits.

    Summed over all entries of a sample. x (B, *) in [0, 1], logits (B, *) before any sigmoid.
    Finite for logits of any size.
    Kingma and Welling 2014, app. C.1.
    """
    return (x * logits - softplus(logits)).flatten(1).sum(dim=1)


def kl_standard_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """Return KL(N(mu, diag(exp(logvar))) || N(0, I)) in nats, (B,).

    Summed over the latent dimensions. mu, logvar (B, K). Kingma and Welling 2014, app. B.
    """
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).flatten(1).sum(dim=1)


def reparameterize(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    """Return the sample z (B, K) of N(mu, diag(exp(logvar))) that eps (B, K) makes.

    eps is standard normal. Differentiable with respect to mu and logvar, each (B, K).
    Kingma and Welling 2014, sec. 2.4.
    """
    return mu + torch.exp(0.5 * logvar) * eps


def elbo(x: Tensor, encode: Callable, log_lik: Callable, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return each sample's ELBO and its two parts, each (B,) in nats: elbo = reconstruction - kl.

    x (B, *); encode(x) gives mu and logvar of q(z | x), each (B, K); eps (B, K) standard normal
    makes the one sample z; log_lik(x, z) is log p(x | z), (B,). reconstruction is its value at z,
    and kl = KL(q(z | x) || p(z)) in closed form. Kingma and Welling 2014, eq. 3 and 7.
    """
    mu, logvar = encode(x)
    reconstruction = log_lik(x, reparameterize(mu, logvar, eps))
    kl = kl_standard_normal(mu, logvar)
    return reconstruction - kl, reconstruction, kl


def linear_vae_posterior(W: Tensor, noise_var: float, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean (B, K) and covariance (K, K) of p(z | x) in the linear model x = W z + noise.

    z (B, K) is standard normal. W (D, K); noise_var is the variance of the noise in each of the D
    entries; x (B, D), of mean zero.
    Tipping and Bishop 1999.
    """
    M = W.T @ W + noise_var * torch.eye(W.shape[1], dtype=W.dtype, device=W.device)
    inverse = torch.linalg.inv(M)
    return x @ W @ inverse, noise_var * inverse


def elbo_gap(mu: Tensor, logvar: Tensor, mean: Tensor, cov: Tensor) -> Tensor:
    """Return KL(q || p) in nats, (B,): what the ELBO loses when q is not the posterior p.

    q = N(mu, diag(exp(logvar))) with mu, logvar (B, K); p = N(mean, cov) is the true posterior,
    with mean (B, K) and one covariance cov (K, K). Kingma and Welling 2014, eq. 1; the KL between
    Gaussians: Murphy 2022, sec. 6.2.
    """
    precision = torch.linalg.inv(cov)
    trace = (logvar.exp() * precision.diagonal()).sum(dim=1)
    away = torch.einsum("bi,ij,bj->b", mean - mu, precision, mean - mu)
    return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))


def sample_prior(decode: Callable, logvar: Tensor, z: Tensor, eps: Tensor) -> Tensor:
    """Return samples x (B, *) of the model: for each z (B, K) from the prior, a draw from p(x | z).

    decode(z) is the mean (B, *) of p(x | z) = N(decode(z), exp(logvar) I), with logvar a scalar
    tensor; z and eps (B, *) are standard normal. The mean alone is not a sample.
    Kingma and Welling 2014, sec. 2.1.
    """
    return decode(z) + torch.exp(0.5 * logvar) * eps


def interpolate(z_start: Tensor, z_end: Tensor, steps: int) -> Tensor:
    """Return steps points (steps, K) on the straight line from z_start (K,) to z_end (K,).

    Evenly spaced, both ends included; steps >= 2, otherwise ValueError. The plain linear path;
    Shoemake 1985 gives the spherical one.
    """
    if steps < 2:
        raise ValueError(f"steps must be at least 2 to include both ends, got {steps}.")
    weight = torch.linspace(0, 1, steps, dtype=z_start.dtype, device=z_start.device)[:, None]
    return (1 - weight) * z_start + weight * z_end
