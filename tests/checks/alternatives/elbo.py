"""Right answers to lesson 21 that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import Bernoulli, Independent, MultivariateNormal, Normal, kl_divergence
from torch.nn import functional as F


def gaussian_log_lik__distribution(x, mu, logvar):
    return Normal(mu, (0.5 * logvar).exp().expand_as(mu)).log_prob(x).flatten(1).sum(1)


def gaussian_log_lik__nll_loss(x, mu, logvar):
    var = torch.exp(logvar).expand_as(x)
    return -F.gaussian_nll_loss(mu, x, var, full=True, reduction="none", eps=0).reshape(len(x), -1).sum(-1)


def gaussian_log_lik__loop(x, mu, logvar):
    logvar = logvar.expand_as(x)
    rows = zip(x.flatten(1), mu.flatten(1), logvar.flatten(1), strict=True)
    return torch.stack([-0.5 * ((a - m) ** 2 / v.exp() + v + math.log(2 * math.pi)).sum() for a, m, v in rows])


def bernoulli_log_lik__bce(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def bernoulli_log_lik__two_sides(x, logits):
    return torch.einsum("bi->b", (x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)).flatten(1))


def bernoulli_log_lik__distribution(x, logits):
    d = Independent(Bernoulli(logits=logits, validate_args=False), logits.dim() - 1)
    return d.log_prob(x)


def kl_standard_normal__distribution(mu, logvar):
    p = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return kl_divergence(Normal(mu, torch.exp(logvar / 2)), p).sum(1)


def kl_standard_normal__expm1(mu, logvar):
    return 0.5 * (mu * mu + torch.expm1(logvar) - logvar).sum(dim=-1)


def kl_standard_normal__loop(mu, logvar):
    return torch.stack([-0.5 * torch.sum(1 + v - m**2 - v.exp()) for m, v in zip(mu, logvar, strict=True)])


def reparameterize__sqrt(mu, logvar, eps):
    return torch.addcmul(mu, logvar.exp().sqrt(), eps)


def reparameterize__affine(mu, logvar, eps):
    return torch.distributions.AffineTransform(mu, (logvar / 2).exp())(eps)


def reparameterize__einsum(mu, logvar, eps):
    return eps * torch.einsum("bk,bk->bk", torch.exp(logvar / 4), torch.exp(logvar / 4)) + mu


def elbo__distributions(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    q = Independent(Normal(mu, (logvar / 2).exp()), 1)
    p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    reconstruction, kl = log_lik(x, mu + q.stddev * eps), kl_divergence(q, p)
    return reconstruction - kl, reconstruction, kl


def elbo__list(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    kl = kl_standard_normal__expm1(mu, logvar)
    likelihood = log_lik(x, reparameterize__sqrt(mu, logvar, eps))
    return [-(kl - likelihood), likelihood, kl]


def elbo__row_by_row(x, encode, log_lik, eps):
    rows = [elbo__distributions(a[None], encode, log_lik, e[None]) for a, e in zip(x, eps, strict=True)]
    return tuple(torch.cat(parts) for parts in zip(*rows, strict=True))


def linear_vae_posterior__solve(W, noise_var, x):
    M = W.mT @ W / noise_var + torch.eye(W.shape[1], dtype=W.dtype)
    return torch.linalg.solve(M, (x @ W / noise_var).mT).mT, torch.linalg.inv(M)


def linear_vae_posterior__woodbury(W, noise_var, x):
    C = W @ W.T + noise_var * torch.eye(len(W), dtype=W.dtype)
    gain = W.T @ torch.linalg.inv(C)
    return x @ gain.T, torch.eye(W.shape[1], dtype=W.dtype) - gain @ W


def linear_vae_posterior__cholesky(W, noise_var, x):
    M = W.T @ W + torch.diag(torch.full((W.shape[1],), noise_var, dtype=W.dtype))
    L = torch.linalg.cholesky(M)
    return torch.cholesky_solve(W.T @ x.T, L).T, noise_var * torch.cholesky_inverse(L)


def elbo_gap__distributions(mu, logvar, mean, cov):
    q = MultivariateNormal(mu, torch.diag_embed(logvar.exp()))
    return kl_divergence(q, MultivariateNormal(mean, cov))


def elbo_gap__solve(mu, logvar, mean, cov):
    away = mean - mu
    inner = torch.diagonal(torch.linalg.inv(cov)) * logvar.exp() - 1 - logvar
    quad = (away * torch.linalg.solve(cov, away.T).T).sum(1)
    return 0.5 * (inner.sum(1) + quad + torch.linalg.slogdet(cov).logabsdet)


def elbo_gap__loop(mu, logvar, mean, cov):
    precision = torch.linalg.inv(cov)
    out = []
    for m, v, c in zip(mu, logvar, mean, strict=True):
        trace = torch.trace(precision @ torch.diag(v.exp()))
        out.append(0.5 * (trace + (c - m) @ precision @ (c - m) - len(m) + torch.logdet(cov) - v.sum()))
    return torch.stack(out)


def sample_prior__distribution(decode, logvar, z, eps):
    p = Normal(decode(z), logvar.exp().sqrt())
    return p.loc + p.scale * eps


def sample_prior__lerp(decode, logvar, z, eps):
    mean = decode(z)
    return torch.lerp(mean, mean + eps, (logvar / 2).exp())


def sample_prior__row_by_row(decode, logvar, z, eps):
    return torch.cat([decode(a[None]) + torch.exp(logvar / 2) * e for a, e in zip(z, eps, strict=True)])


def interpolate__lerp(z_start, z_end, steps):
    if steps < 2:
        raise ValueError("too few")
    return torch.stack([torch.lerp(z_start, z_end, i / (steps - 1)) for i in range(steps)])


def interpolate__step(z_start, z_end, steps):
    if steps <= 1:
        raise ValueError("both ends need two steps")
    step = (z_end - z_start) / (steps - 1)
    return z_start + torch.arange(steps, dtype=z_start.dtype)[:, None] * step


def interpolate__outer(z_start, z_end, steps):
    if steps < 2:
        raise ValueError("two at least")
    w = torch.linspace(0, 1, steps, dtype=z_start.dtype)
    return torch.outer(w.flip(0), z_start) + torch.outer(w, z_end)
