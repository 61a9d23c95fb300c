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


# more of them, exercise by exercise --------------------------------------------------------------------------------


def gaussian_log_lik__multivariate(x, mu, logvar):
    std = torch.exp(logvar / 2).expand_as(x).reshape(len(x), -1)
    q = MultivariateNormal(mu.reshape(len(x), -1), scale_tril=torch.diag_embed(std))
    return q.log_prob(x.reshape(len(x), -1))


def gaussian_log_lik__all_axes(x, mu, logvar):
    std = torch.exp(0.5 * logvar)
    entries = -0.5 * ((x - mu) / std) ** 2 - std.log() - math.log(math.sqrt(2 * math.pi))
    return entries.sum(dim=list(range(1, x.dim())))


def gaussian_log_lik__axis_by_axis(x, mu, logvar):
    left = -0.5 * (torch.log(2 * math.pi * torch.exp(logvar)) + (x - mu) ** 2 / torch.exp(logvar))
    while left.dim() > 1:
        left = left.sum(-1)
    return left


def bernoulli_log_lik__positive_part(x, logits):
    return (x * logits - logits.clamp(min=0) - torch.log1p(torch.exp(-logits.abs()))).flatten(1).sum(1)


def bernoulli_log_lik__vmap(x, logits):
    one = lambda a, b: ((a - 1) * b + F.logsigmoid(b)).sum()  # noqa: E731
    return torch.func.vmap(one)(x, logits)


def kl_standard_normal__multivariate(mu, logvar):
    p = MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[1], dtype=mu.dtype))
    return kl_divergence(MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(logvar / 2))), p)


def kl_standard_normal__cross_entropy(mu, logvar):
    constant = math.log(2 * math.pi)
    return (0.5 * (constant + mu**2 + logvar.exp()) - 0.5 * (1 + constant + logvar)).sum(1)


def kl_standard_normal__std(mu, logvar):
    std = torch.exp(logvar / 2)
    return (0.5 * (mu**2 + std**2 - 1) - torch.log(std)).sum(-1)


def reparameterize__own_copy(mu, logvar, eps):
    z = eps.clone() * torch.exp2(logvar / (2 * math.log(2)))
    z += mu
    return z


def reparameterize__matrices(mu, logvar, eps):
    return mu + (torch.diag_embed(torch.exp(logvar / 2)) @ eps[..., None]).squeeze(-1)


def elbo__encodes_twice(x, encode, log_lik, eps):
    mu, _ = encode(x)
    _, logvar = encode(x)
    z = reparameterize__affine(mu, logvar, eps)
    kl = kl_standard_normal__std(mu, logvar)
    return log_lik(x, z) - kl, log_lik(x, z), kl


def elbo__float64_inside(x, encode, log_lik, eps):
    parts = elbo__distributions(x.double(), encode, log_lik, eps.double())
    return tuple(part.to(x.dtype) for part in parts)


def linear_vae_posterior__eigenvectors(W, noise_var, x):
    values, Q = torch.linalg.eigh(W.T @ W)
    return x @ W @ Q / (values + noise_var) @ Q.T, noise_var * Q / (values + noise_var) @ Q.T


def linear_vae_posterior__row_by_row(W, noise_var, x):
    M = torch.einsum("dk,dl->kl", W, W) + noise_var * torch.eye(W.shape[1]).to(W)
    return [torch.stack([torch.linalg.solve(M, W.T @ row) for row in x]), noise_var * torch.inverse(M)]


def elbo_gap__cholesky(mu, logvar, mean, cov):
    L = torch.linalg.cholesky(cov)
    away = torch.linalg.solve_triangular(L, (mean - mu).T, upper=False)
    trace = logvar.exp() @ torch.cholesky_inverse(L).diagonal()
    return 0.5 * (trace + away.square().sum(0) - len(cov) - logvar.sum(1)) + L.diagonal().log().sum()


def elbo_gap__eigenvectors(mu, logvar, mean, cov):
    values, Q = torch.linalg.eigh(cov)
    spread = logvar.exp() @ Q.square() + ((mean - mu) @ Q).square()
    return 0.5 * ((spread / values - 1 + values.log()).sum(1) - logvar.sum(1))


def sample_prior__no_grad(decode, logvar, z, eps):
    with torch.no_grad():
        return decode(z) + math.exp(0.5 * logvar.item()) * eps


def sample_prior__reparameterized(decode, logvar, z, eps):
    mean = decode(z)
    return reparameterize__sqrt(mean, logvar.expand_as(mean), eps)


def interpolate__running_sum(z_start, z_end, steps):
    if not steps > 1:
        raise ValueError("a line has two ends")
    step = ((z_end - z_start) / (steps - 1)).expand(steps - 1, -1)
    return torch.cat([z_start[None], z_start + step.cumsum(0)])


def interpolate__columns(z_start, z_end, steps):
    if steps < 2:
        raise ValueError("a line has two ends")
    ends = zip(z_start.tolist(), z_end.tolist(), strict=True)
    return torch.stack([torch.linspace(a, b, steps, dtype=z_start.dtype) for a, b in ends], dim=1)


def interpolate__resized(z_start, z_end, steps):
    if steps < 2:
        raise ValueError("a line has two ends")
    pair = torch.stack([z_start, z_end], dim=1)[None]
    return F.interpolate(pair, size=steps, mode="linear", align_corners=True)[0].T
