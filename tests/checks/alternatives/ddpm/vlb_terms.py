"""Right answers to vlb_terms that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import Independent, Normal, kl_divergence
from torch.nn import functional as F

from tests.checks.alternatives.ddpm.predict_x0 import predict_x0__loop, predict_x0__reciprocals
from tests.checks.alternatives.ddpm.q_posterior import q_posterior__loop, q_posterior__precisions
from tests.checks.alternatives.ddpm.q_sample import q_sample__einsum, q_sample__loop


def vlb_terms__distributions(net, x0, t, eps, beta):
    bar = torch.cumprod(1 - beta, 0)
    x_t = q_sample__einsum(x0, t, eps, bar)
    mean, variance = q_posterior__precisions(x0, x_t, t, beta)
    mean_p, _ = q_posterior__precisions(predict_x0__reciprocals(x_t, t, net(x_t, t), bar), x_t, t, beta)

    def gaussian(mu, v):
        sd = v.clamp(min=1e-12).sqrt().reshape(-1, *[1] * (mu.dim() - 1)).expand_as(mu)
        return Independent(Normal(mu, sd, validate_args=False), mu.dim() - 1)

    p = gaussian(mean_p, beta[t].to(x0.dtype))
    return torch.where(t == 0, -p.log_prob(x0), kl_divergence(gaussian(mean, variance), p))


def vlb_terms__loop(net, x0, t, eps, beta):
    bar = torch.cumprod(1 - beta, 0)
    x_t = q_sample__loop(x0, t, eps, bar)
    guess = predict_x0__loop(x_t, t, net(x_t, t), bar)
    q, p = q_posterior__loop(x0, x_t, t, beta), q_posterior__loop(guess, x_t, t, beta)
    terms = []
    for i, s in enumerate(t.tolist()):
        b, d, n = float(beta[s]), (q[0][i] - p[0][i]).pow(2).sum(), x0[i].numel()
        if s == 0:
            terms.append((d / b + n * math.log(2 * math.pi * b)) / 2)
        else:
            r = float(q[1][i].double()) / b
            terms.append((d / b + n * (r - 1 - math.log(r))) / 2)
    return torch.stack(terms)


def vlb_terms__weighted_noise(net, x0, t, eps, beta):
    """The distance of the means as a weighted error in eps, equation 12."""
    bar = torch.cumprod(1 - beta, 0)
    x_t = q_sample__einsum(x0, t, eps, bar)
    weight = (beta / (2 * (1 - beta) * (1 - bar)))[t]
    distance = weight * torch.einsum("b...,b...->b", eps - net(x_t, t), eps - net(x_t, t))
    r = ((1 - F.pad(bar, (1, 0), value=1.0)[:-1]) / (1 - bar))[t]
    kl = 0.5 * (r - 1 - torch.log(torch.where(t > 0, r, torch.ones_like(r))))
    peak = 0.5 * torch.log(2 * math.pi * beta[t])
    return (distance + torch.where(t > 0, kl, peak) * math.prod(x0.shape[1:])).type_as(x0)


def vlb_terms__given_x_t(net, x0, t, eps, beta):
    """Take x_t for given: no gradient runs back to x0 through it, and the network is trained as well."""
    bar = torch.cumprod(1 - beta, 0)
    x_t = q_sample__einsum(x0, t, eps, bar).detach()
    mean, variance = q_posterior__precisions(x0, x_t, t, beta)
    mean_p, _ = q_posterior__precisions(predict_x0__reciprocals(x_t, t, net(x_t, t), bar), x_t, t, beta)
    distance = (mean - mean_p).flatten(1).square().sum(1) / beta[t]
    r = torch.where(t > 0, variance / beta[t], 1.0)
    spread = torch.where(t > 0, r - 1 - r.log(), torch.log(2 * torch.pi * beta[t]))
    return ((distance + spread * x0[0].numel()) / 2).to(x0.dtype)


def vlb_terms__first_steps_apart(net, x0, t, eps, beta):
    places, terms = [], []
    for chosen in (t == 0, t > 0):
        if chosen.any():
            places.append(chosen.nonzero()[:, 0])
            terms.append(vlb_terms__weighted_noise(net, x0[chosen], t[chosen], eps[chosen], beta))
    return torch.cat(terms)[torch.cat(places).argsort()]


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t >= 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)": "changes the ratio at t = 0 alone, where it is not used",
    "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 0.0)": "changes the ratio at t = 0 alone, where it is not used",
    "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 2.0)": "changes the ratio at t = 0 alone, where it is not used",
    "ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)  ->  ratio = torch.where(t > -1, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)": "changes the ratio at t = 0 alone, where it is not used",
}
