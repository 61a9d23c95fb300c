"""Right answers to p_sample that are written in unusual ways.  A fair check passes them all."""

import math

import numpy as np
import torch

from tests.checks.alternatives.ddpm.predict_x0 import predict_x0__reciprocals, predict_x0__transposed
from tests.checks.alternatives.ddpm.q_posterior import q_posterior__by_eps, q_posterior__loop


def p_sample__eps_form(net, x_t, t, z, beta):
    bar = torch.cumprod(1 - beta, 0)
    at = lambda v: v[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1))  # noqa: E731
    mean = (x_t - at(beta / (1 - bar).sqrt()) * net(x_t, t)) * at((1 - beta).rsqrt())
    return torch.where(at((torch.arange(len(beta)) > 0).double()) > 0, mean + at(beta.sqrt()) * z, mean)


def p_sample__score(net, x_t, t, z, beta):
    """A step along the score, -eps / sqrt(1 - alpha_bar), in float64, row by row."""
    bar, sigma = torch.cumprod(1 - beta, 0), torch.cat([beta.new_zeros(1), beta[1:].sqrt()])
    rows = []
    for i, s in enumerate(t):
        score = -net(x_t[i : i + 1], t[i : i + 1]).double() / (1 - bar[s]).sqrt()
        rows.append((x_t[i : i + 1] + beta[s] * score) / (1 - beta[s]).sqrt() + sigma[s] * z[i : i + 1])
    return torch.cat(rows).to(x_t.dtype)


@torch.inference_mode()
def p_sample__inference(net, x_t, t, z, beta):
    x0 = predict_x0__reciprocals(x_t, t, net(x_t, t), torch.cumprod(1 - beta, 0))
    mean, _ = q_posterior__loop(x0, x_t, t, beta)
    noisy = (t != 0).to(x_t.dtype)
    return mean + torch.einsum("b,b...->b...", noisy * beta[t].sqrt().to(x_t.dtype), z)


def p_sample__loop(net, x_t, t, z, beta):
    eps, bar = net(x_t, t), np.cumprod(1 - beta.double().numpy())
    rows = []
    for x, s, e, noise in zip(x_t, t.tolist(), eps, z, strict=True):
        b = float(beta[s])
        row = (x - e * b / math.sqrt(1 - bar[s])) / math.sqrt(1 - b)
        rows.append(row if s == 0 else row + math.sqrt(b) * noise)
    return torch.stack(rows)


def p_sample__masked(net, x_t, t, z, beta):
    """Silence z itself where t = 0, on a copy."""
    z = z.clone()
    z[t == 0] = 0
    bar = torch.cumprod(1 - beta, 0)
    x0 = predict_x0__transposed(x_t, t, net(x_t, t), bar)
    mean, _ = q_posterior__by_eps(x0, x_t, t, beta)
    return mean.add_(beta[t].sqrt().to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) * z)
