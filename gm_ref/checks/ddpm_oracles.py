"""What the checks of lesson 31 hold a learner's results against: a walk along the chain, torch's own densities."""

import math

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence

from gm_ref.kit.probes import GaussianNoisePredictor

ALPHA_BAR = torch.tensor([0.95, 0.8, 0.6, 0.35, 0.1, 0.02], dtype=torch.float64)  # well-spread shares of signal
BAR_EDGES = torch.tensor([1 - 1e-6, 0.5, 1e-4, 1e-9], dtype=torch.float64)
BETA = torch.tensor([0.07, 0.11, 0.3, 0.18, 0.45, 0.62], dtype=torch.float64)  # not monotone: no table is sorted
SMALL = torch.tensor([1e-4, 2e-4, 1e-3, 0.3], dtype=torch.float64)  # betas as at the start of a long chain


def over(v: Tensor, x: Tensor) -> Tensor:
    """Return v (B,) as (B, 1, ...) to go with x (B, *)."""
    return v.reshape(-1, *[1] * (x.dim() - 1))


def chain(beta: Tensor) -> tuple[Tensor, ...]:
    """Walk a chain step by step and return, each (T,), what conditioning the Gaussian (x_{t-1}, x_t) on x_t gives.

    signal, noise_var: x_t is N(signal x0, noise_var); to_x0, to_x_t, var: x_{t-1} given x_t is
    N(to_x0 x0 + to_x_t x_t, var).
    """
    rows, signal, noise_var = [], 1.0, 0.0
    for b in beta.tolist():
        shrink = math.sqrt(1 - b)
        total = shrink**2 * noise_var + b
        gain = shrink * noise_var / total
        rest = (signal * (1 - gain * shrink), gain, noise_var * b / total)
        signal, noise_var = shrink * signal, total
        rows.append((signal, noise_var, *rest))
    return tuple(torch.tensor(rows, dtype=torch.float64).unbind(1))


def knowing(m: float, beta: Tensor) -> GaussianNoisePredictor:
    """Return the network that knows eps exactly where every entry of the data is m."""
    return GaussianNoisePredictor(m, 0.0, torch.cumprod(1 - beta, dim=0))


def cosine_share(u: float) -> float:
    """Return cos(pi/2 (u + 0.008) / 1.008)^2, the share of signal before it is divided by its value at 0."""
    return math.cos(math.pi / 2 * (u + 0.008) / 1.008) ** 2


def bound(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return the terms by torch.distributions and the walk along the chain."""
    signal, noise_var, *_ = (over(w[t], x0) for w in chain(beta))
    return _bound_at(net, x0, signal * x0 + noise_var.sqrt() * eps, t, beta)


def bound_at_given_x_t(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return the same terms for those who take x_t for given: no gradient runs back through it."""
    signal, noise_var, *_ = (over(w[t], x0) for w in chain(beta))
    return _bound_at(net, x0, (signal * x0 + noise_var.sqrt() * eps).detach(), t, beta)


def _bound_at(net: nn.Module, x0: Tensor, x_t: Tensor, t: Tensor, beta: Tensor) -> Tensor:
    signal, noise_var, to_x0, to_x_t, var = (over(w[t], x0) for w in chain(beta))
    guess = (x_t - noise_var.sqrt() * net(x_t, t)) / signal
    p = Normal(to_x0 * guess + to_x_t * x_t, over(beta[t], x0).sqrt())
    q = Normal(to_x0 * x0 + to_x_t * x_t, var.sqrt().clamp(min=1e-6))
    later = kl_divergence(q, p).flatten(1).sum(dim=1)
    return torch.where(t > 0, later, -p.log_prob(x0).flatten(1).sum(dim=1))


def squared_error(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return the loss (B,), one sample after the other."""
    rows = []
    for k, s in enumerate(t.tolist()):
        share = float(alpha_bar[s])
        x_t = math.sqrt(share) * x0[k : k + 1] + math.sqrt(1 - share) * eps[k : k + 1]
        rows.append((net(x_t, t[k : k + 1]) - eps[k : k + 1]).square().sum() / x0[k].numel())
    return torch.stack(rows)


def angles_of(t: Tensor, dim: int) -> Tensor:
    """Return the angles (B, half) of the steps t, number by number."""
    half = dim // 2
    rows = [[step / 10000 ** (i / half) for i in range(half)] for step in t.tolist()]
    return torch.tensor(rows, dtype=torch.float64)


def regression(m: float, s2: float, x_t: Tensor, t: Tensor) -> Tensor:
    """Return E[x_{t-1} | x_t] where the data is N(m, s2): x_{t-1} and x_t are jointly Gaussian."""
    signal, noise_var, *_ = chain(BETA)
    mean, total = signal * m, signal**2 * s2 + noise_var
    before = [torch.cat([torch.tensor([first], dtype=torch.float64), v[:-1]]) for first, v in ((m, mean), (s2, total))]
    gain = (1 - BETA).sqrt() * before[1] / total
    return over(before[0][t], x_t) + over(gain[t], x_t) * (x_t - over(mean[t], x_t))


def step_mean(net: nn.Module, x_t: Tensor, t: Tensor, beta: Tensor) -> Tensor:
    """Return the posterior's mean at the x0 that the network's eps gives."""
    signal, noise_var, to_x0, to_x_t, _ = (over(w[t], x_t) for w in chain(beta))
    guess = (x_t - noise_var.sqrt() * net(x_t, t).detach()) / signal
    return to_x0 * guess + to_x_t * x_t
