"""Foundations: what every generative model is made of.  Bishop 2006; Kingma and Welling 2014; Hyvarinen 2005.

A Gaussian is given by mu and logvar, the natural logarithm of its variance; logarithms are natural, so that
divergences come out in nats; log-densities and KL sum over dimensions and keep the batch axis.

    log N(x; mu, s2)      = -1/2 (log 2 pi + log s2 + (x - mu)^2 / s2), summed over dimensions
    KL(p || q)            = E_p[log p - log q]
    E_p[f]                = mean of f(x_i) +- (standard deviation of f(x_i)) / sqrt(N)
    score(x)              = gradient of log p(x) with respect to x
    log p_x(x)            = log p_z(f(x)) + log |det df/dx|
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor


def log_normal_diag(x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return log N(x; mu, diag(exp(logvar))) in nats, (B,), summed over each sample's D entries.

    x, mu, logvar (B, D); logvar is the natural logarithm of the variance. The result has x's dtype,
    and gradients flow to all three. Bishop 2006, sec. 2.3.
    """
    squared_distance = (x - mu).square() * torch.exp(-logvar)
    return -0.5 * (math.log(2 * math.pi) + logvar + squared_distance).sum(dim=1)


def log_mean_exp(x: Tensor, dim: int) -> Tensor:
    """Return the logarithm of the mean of exp(x) along axis dim; that axis is gone from the result.

    x (*) of any shape; dim may be negative. The result is right at any size of the entries: three
    entries of 10000 give 10000, three of -10000 give -10000. An entry of -inf counts as
    exp(-inf) = 0; if all along the axis are -inf, so is the result. Blanchard et al. 2021, on
    log-sum-exp; Burda et al. 2016 put it to use. Gradients flow to x.
    """
    return torch.logsumexp(x, dim=dim) - math.log(x.shape[dim])


def kl_diag_gaussians(mu1: Tensor, logvar1: Tensor, mu2: Tensor, logvar2: Tensor) -> Tensor:
    """Return KL(N1 || N2) in nats, (B,), of two Gaussians with diagonal covariances.

    N1 = N(mu1, diag(exp(logvar1))) and N2 = N(mu2, diag(exp(logvar2))). The KL is the mean of
    log N1 - log N2 over draws from N1, summed over dimensions. All arguments (B, D); gradients flow
    to all four. Kingma and Welling 2014, appendix B, has the case mu2 = 0, logvar2 = 0.
    """
    ratio = torch.exp(logvar1 - logvar2)
    squared_distance = (mu1 - mu2).square() * torch.exp(-logvar2)
    return 0.5 * (ratio + squared_distance - 1 + logvar2 - logvar1).sum(dim=1)


def mc_estimate(f: Callable, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Return the Monte Carlo estimate of E[f(x)] and its standard error, two tensors of shape ().

    samples (N, *) are N >= 2 independent draws; f maps them to (N,), one number for each draw. The
    standard error is the standard deviation of the estimate, with the variance of f estimated with
    N - 1 in its denominator. It is right also where the mean is far larger than the spread.
    Gradients flow through f to the samples, from both numbers. Owen 2013, chapter 2.
    """
    values = f(samples)
    return values.mean(), values.std(correction=1) / math.sqrt(len(values))


def gmm_score(x: Tensor, logits: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the score (B, D), the gradient of log p(x) in x, of a mixture of K diagonal Gaussians.

    p(x) = sum_k w_k N(x; mu_k, diag(exp(logvar_k))) with weights w = softmax(logits).
    x (B, D); logits (K,); mu, logvar (K, D). The result has x's dtype and stays finite far from
    every component, where all densities underflow to 0. Its value alone is asked for: no gradient
    need flow through it. Hyvarinen 2005; Song and Ermon 2019.
    """
    away = mu - x[:, None]
    precision = torch.exp(-logvar)
    log_joint = logits - 0.5 * (away.square() * precision + logvar).sum(dim=2)
    share = torch.softmax(log_joint, dim=1)
    return (share[:, :, None] * away * precision).sum(dim=1)


def log_prob_by_change_of_variables(x: Tensor, f: Callable, log_abs_det: Callable, base_log_prob: Callable) -> Tensor:
    """Return log p(x), (B,), when z = f(x) has the density of base_log_prob and f is invertible.

    x (B, D); f maps x (B, D) to z (B, D); log_abs_det maps x (B, D) to log |det dz/dx|, (B,);
    base_log_prob maps z (B, D) to log p(z), (B,). Gradients flow to x. Dinh et al. 2017, sec. 3.1.
    """
    return base_log_prob(f(x)) + log_abs_det(x)
