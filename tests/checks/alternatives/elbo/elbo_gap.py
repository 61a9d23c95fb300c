"""Right answers to elbo_gap that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import MultivariateNormal, kl_divergence


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


def elbo_gap__cholesky(mu, logvar, mean, cov):
    L = torch.linalg.cholesky(cov)
    away = torch.linalg.solve_triangular(L, (mean - mu).T, upper=False)
    trace = logvar.exp() @ torch.cholesky_inverse(L).diagonal()
    return 0.5 * (trace + away.square().sum(0) - len(cov) - logvar.sum(1)) + L.diagonal().log().sum()


def elbo_gap__eigenvectors(mu, logvar, mean, cov):
    values, Q = torch.linalg.eigh(cov)
    spread = logvar.exp() @ Q.square() + ((mean - mu) @ Q).square()
    return 0.5 * ((spread / values - 1 + values.log()).sum(1) - logvar.sum(1))


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))  ->  return 0.5 * (trace + away - cov.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))": "the two tensors have one shape",
}
