"""Wrong answers to linear_vae_posterior that people really give, each with the sentence that cures it."""

import torch

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("linear_vae_posterior")


@mistake("the noise variance is lost at the covariance")
def covariance_unscaled(W, noise_var, x):
    """Your covariance is the inverse of M alone. It is noise_var times that: with little noise the posterior is
    narrow.
    """
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, cov / noise_var


@mistake("the noise variance is lost in M")
def prior_forgotten(W, noise_var, x):
    """Your M is W^T W, which is least squares and forgets the prior. Add noise_var on the diagonal."""
    inverse = torch.linalg.inv(W.T @ W)
    return x @ W @ inverse, noise_var * inverse


@mistake("the noise added to every entry")
def noise_everywhere(W, noise_var, x):
    """You add noise_var to all entries of W^T W. It belongs on the diagonal: noise_var times the identity."""
    inverse = torch.linalg.inv(W.T @ W + noise_var)
    return x @ W @ inverse, noise_var * inverse


@mistake("only the variances")
def variances_only(W, noise_var, x):
    """Off the diagonal your covariance is 0. The latent entries are independent under the prior, but not once x is
    known: return the whole matrix.
    """
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, torch.diag(torch.diagonal(cov))


@mistake("1 in place of the noise variance in M")
def unit_noise(W, noise_var, x):
    """Your M is W^T W + I. That is right only for noise_var = 1: the diagonal gets noise_var."""
    inverse = torch.linalg.inv(W.T @ W + torch.eye(W.shape[1], dtype=W.dtype))
    return x @ W @ inverse, noise_var * inverse


@mistake("the noise variance used as a standard deviation")
def noise_squared(W, noise_var, x):
    """You square noise_var. It is a variance already."""
    return right.linear_vae_posterior(W, noise_var**2, x)


@mistake("precision for covariance")
def precision_returned(W, noise_var, x):
    """You return M / noise_var, the posterior's precision. The covariance is its inverse."""
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, torch.linalg.inv(cov)


@mistake("the prior's covariance")
def prior_covariance(W, noise_var, x):
    """You return the identity: the prior's covariance. Seeing x makes the posterior narrower."""
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, torch.eye(len(cov), dtype=cov.dtype)


@mistake("the mean off by the noise variance")
def mean_unscaled(W, noise_var, x):
    """Your mean is noise_var times the right one. The inverse of M = W^T W + noise_var I is applied to W^T x; where you
    invert M / noise_var, divide W^T x by noise_var as well.
    """
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean * noise_var, cov
