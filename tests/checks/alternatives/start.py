"""Right answers to lesson 00 that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import (
    AffineTransform,
    Categorical,
    Distribution,
    Independent,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
    kl_divergence,
)
from torch.nn import functional as F


def log_normal_diag__distribution(x, mu, logvar):
    return Independent(Normal(mu, torch.exp(0.5 * logvar)), 1).log_prob(x)


def log_normal_diag__full_covariance(x, mu, logvar):
    return MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(logvar / 2))).log_prob(x)


def log_normal_diag__standardised(x, mu, logvar):
    eps = (x - mu) / torch.exp(logvar / 2)
    D = x.shape[1]
    return -torch.einsum("bd,bd->b", eps, eps) / 2 - logvar.sum(-1) / 2 - D * math.log(math.sqrt(2 * math.pi))


def log_normal_diag__loop(x, mu, logvar):
    total = x.new_zeros(len(x))
    for d in range(x.shape[1]):
        density = torch.exp(-((x[:, d] - mu[:, d]) ** 2) / (2 * torch.exp(logvar[:, d])))
        total = total + torch.log(density / torch.sqrt(2 * math.pi * torch.exp(logvar[:, d])))
    return total


def log_normal_diag__torch_loss(x, mu, logvar):
    return -F.gaussian_nll_loss(mu, x, torch.exp(logvar), full=True, reduction="none", eps=0.0).sum(1)


def log_normal_diag__vmap(x, mu, logvar):
    def one(point, centre, spread):
        return -(len(point) * math.log(2 * math.pi) + ((point - centre) ** 2 / spread.exp() + spread).sum()) / 2

    return torch.vmap(one)(x, mu, logvar)


class _InDouble:
    def __call__(self, x, mu, logvar, axis=1):
        x, mu, logvar = x.double(), mu.double(), logvar.double()
        terms = x.clone().sub_(mu).div(torch.exp(logvar / 2)).square().add(logvar).add(math.log(2 * math.pi))
        return terms.sum(axis).mul(-0.5)


_in_double = _InDouble()


def log_normal_diag__callable_in_double(x, mu, logvar):
    return _in_double(x, mu, logvar).to(x.dtype)


def log_mean_exp__by_hand(x, dim):
    top = x.amax(dim=dim, keepdim=True)
    top = torch.where(top.isfinite(), top, torch.zeros_like(top))
    return torch.log(torch.exp(x - top).mean(dim=dim)) + top.squeeze(dim)


def log_mean_exp__weights_first(x, dim):
    return torch.logsumexp(x - math.log(x.size(dim)), dim)


def log_mean_exp__pairwise(x, dim):
    rows = x.unbind(dim)
    total = rows[0]
    for row in rows[1:]:
        total = torch.logaddexp(total, row)
    return total - torch.tensor(float(len(rows)), dtype=x.dtype).log()


def log_mean_exp__cumulative(x, dim):
    return torch.logcumsumexp(x, dim).select(dim, -1) - math.log(x.shape[dim])


def kl_diag_gaussians__distribution(mu1, logvar1, mu2, logvar2):
    first, second = Normal(mu1, torch.exp(logvar1 / 2)), Normal(mu2, torch.exp(logvar2 / 2))
    return kl_divergence(first, second).sum(dim=-1)


def kl_diag_gaussians__expm1(mu1, logvar1, mu2, logvar2):
    log_ratio = logvar1 - logvar2
    terms = torch.expm1(log_ratio) - log_ratio + (mu1 - mu2) ** 2 / logvar2.exp()
    return terms.sum(1).div(2)


def kl_diag_gaussians__full_covariance(mu1, logvar1, mu2, logvar2):
    first = MultivariateNormal(mu1, torch.diag_embed(logvar1.exp()))
    return kl_divergence(first, MultivariateNormal(mu2, torch.diag_embed(logvar2.exp())))


def kl_diag_gaussians__cross_entropy_minus_entropy(mu1, logvar1, mu2, logvar2):
    two_pi = math.log(2 * math.pi)
    cross = 0.5 * (two_pi + logvar2 + (logvar1.exp() + (mu1 - mu2) ** 2) / logvar2.exp()).sum(1)
    return cross - Normal(mu1, torch.exp(logvar1 / 2)).entropy().sum(1)


def mc_estimate__var_mean(f, samples):
    var, mean = torch.var_mean(f(samples))
    return mean, (var / samples.shape[0]) ** 0.5


def mc_estimate__biased_then_mended(f, samples):
    y = f(samples)
    n = y.shape[0]
    return y.sum() / n, y.std(correction=0) / math.sqrt(n - 1)


def mc_estimate__one_at_a_time(f, samples):
    y = torch.cat([f(s[None]) for s in samples])
    away = y - y.mean()
    return y.mean(), torch.linalg.vector_norm(away) / math.sqrt(len(y) * (len(y) - 1))


def mc_estimate__welford(f, samples):
    mean, m2 = 0.0, 0.0
    for n, y in enumerate(f(samples), start=1):
        gap = y - mean
        mean = mean + gap / n
        m2 = m2 + gap * (y - mean)
    return [mean, torch.sqrt(m2 / (n - 1) / n)]


def gmm_score__autograd(x, logits, mu, logvar):
    parts = Independent(Normal(mu, torch.exp(logvar / 2)), 1)
    mixture = MixtureSameFamily(Categorical(logits=logits), parts)
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(mixture.log_prob(leaf).sum(), leaf)[0]


def gmm_score__loop(x, logits, mu, logvar):
    weights = torch.log_softmax(logits, 0)
    log_n = [Normal(m, torch.exp(v / 2)).log_prob(x).sum(1) for m, v in zip(mu, logvar, strict=True)]
    log_joint = torch.stack([w + n for w, n in zip(weights, log_n, strict=True)], dim=1)
    total = torch.logsumexp(log_joint, dim=1)
    score = torch.zeros_like(x)
    for k in range(len(mu)):
        share = torch.exp(log_joint[:, k] - total)
        score = score - share[:, None] * (x - mu[k]) / torch.exp(logvar[k])
    return score


def gmm_score__denoiser(x, logits, mu, logvar):
    precision = torch.exp(-logvar)
    centre = torch.einsum("kd,kd->k", mu * mu, precision) + logvar.sum(1)
    log_joint = logits - 0.5 * (x**2 @ precision.T) + x @ (mu * precision).T - 0.5 * centre
    share = log_joint.softmax(-1)
    return share @ (mu * precision) - x * (share @ precision)


def mc_estimate__pairs(f, samples):
    y = f(samples)
    n = len(y)
    return y.mean(), torch.sqrt((y[:, None] - y).square().sum() / (2 * n * n * (n - 1)))


def gmm_score__largest_by_hand(x, logits, mu, logvar):
    away = mu - x[:, None]
    log_joint = logits - 0.5 * (away**2 / logvar.exp() + logvar).sum(-1)
    share = torch.exp(log_joint - log_joint.amax(dim=1, keepdim=True))
    return torch.einsum("bk,bkd->bd", share / share.sum(1, keepdim=True), away / logvar.exp())


def gmm_score__vmap(x, logits, mu, logvar):
    def log_p(point):
        return torch.logsumexp(logits - 0.5 * ((point - mu) ** 2 / logvar.exp() + logvar).sum(1), 0)

    return torch.func.vmap(torch.func.grad(log_p))(x)


class _Given(Distribution):
    """A base distribution made of a log-density alone."""

    def __init__(self, log_density):
        super().__init__(validate_args=False)
        self.log_density = log_density

    def log_prob(self, value):
        return self.log_density(value)


def log_prob_by_change_of_variables__keywords(x, f, log_abs_det, base_log_prob):
    stretch = log_abs_det(x)
    return torch.add(stretch, _Given(base_log_prob).log_prob(f(x)))


def log_prob_by_change_of_variables__stacked(x, f, log_abs_det, base_log_prob):
    return torch.stack([log_abs_det(x), base_log_prob(f(x))]).sum(0)


def log_prob_by_change_of_variables__in_chunks(x, f, log_abs_det, base_log_prob):
    return torch.cat([base_log_prob(f(part)) + log_abs_det(part) for part in x.double().split(2)]).to(x.dtype)


def log_prob_by_change_of_variables__one_at_a_time(x, f, log_abs_det, base_log_prob):
    return torch.cat([base_log_prob(f(row[None])) + log_abs_det(row[None]) for row in x])


def log_prob_by_change_of_variables__autograd_jacobian(x, f, log_abs_det, base_log_prob):
    rows = [torch.func.jacrev(lambda r: f(r[None])[0])(row) for row in x]
    return base_log_prob(f(x)) + torch.linalg.slogdet(torch.stack(rows)).logabsdet


def log_prob_by_change_of_variables__from_the_inverse(x, f, log_abs_det, base_log_prob):
    z = f(AffineTransform(0.0, 1.0)(x))
    log_det_of_inverse = -log_abs_det(x)
    return base_log_prob(z) - log_det_of_inverse
