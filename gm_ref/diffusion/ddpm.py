"""Denoising diffusion probabilistic models.  Ho, Jain, Abbeel 2020, arXiv:2006.11239.

Time runs t = 0 .. T-1 and step t adds noise of variance beta_t; data sits before t = 0, so alpha_bar before the
first step is 1.

    q(x_t | x_{t-1}) = N(sqrt(1 - beta_t) x_{t-1}, beta_t I)                                    (2)
    q(x_t | x_0)     = N(sqrt(alpha_bar_t) x_0, (1 - alpha_bar_t) I)                            (4)
    q(x_{t-1} | x_t, x_0) = N(mean, variance I)                                                 (6), (7)
    p(x_{t-1} | x_t) = the same mean with x_0 predicted from eps(x_t, t), and variance beta_t   (11)

Tables are float64 and a quantity is cast to the data's dtype as late as possible: near the data 1 - alpha_bar is the
difference of two nearly equal numbers, and float32 would keep three of its digits.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


def beta_schedule(kind: str, T: int) -> Tensor:
    """Return the variances beta (T,) of the noise that each step adds, float64, all in (0, 1).

    kind "linear": T values evenly spaced from 1e-4 to 0.02, both multiplied by 1000 / T, so that a
        chain of any length destroys as much as the paper's of 1,000 (Ho 2020, sec. 4; the scaling
        is that of Nichol 2021's code).
    kind "cosine": with f(u) = cos(pi/2 (u + 0.008) / 1.008)^2, beta_t = 1 - f((t+1)/T) / f(t/T), at
        most 0.999 (Nichol and Dhariwal 2021, eq. 17).
    Any other kind, T = 0, and a T for which a beta would reach or pass 1, such as a linear T = 20,
    raise ValueError. A linear T = 1 has no end to run to: return 0.1 or raise, both are right.
    """
    if kind == "linear":
        beta = torch.linspace(1e-4, 0.02, T, dtype=torch.float64) * 1000 / T
    elif kind == "cosine":
        u = torch.arange(T + 1, dtype=torch.float64) / T
        f = torch.cos(math.pi / 2 * (u + 0.008) / 1.008) ** 2
        beta = (1 - f[1:] / f[:-1]).clamp(max=0.999)
    else:
        raise ValueError(f"kind must be 'linear' or 'cosine', got {kind!r}: choose one of them.")
    if len(beta) == 0 or beta.max() >= 1:
        raise ValueError(f"beta must lie in (0, 1), which T = {T} does not allow: take more steps.")
    return beta


def alpha_tables(beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return alpha, alpha_bar and alpha_bar_prev, each (T,), from beta (T,).

    alpha_t = 1 - beta_t; alpha_bar_t is the product of alpha up to and with step t: the share of
    the signal's variance that is left; alpha_bar_prev is the same one step earlier, 1 before the
    first. All have beta's dtype; no gradient need flow through them. Ho 2020, sec. 2.
    """
    alpha = 1 - beta
    alpha_bar = torch.cumprod(alpha, dim=0)
    return alpha, alpha_bar, torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])


def q_step(x_prev: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return x_t (B, *): one noising step from x_prev (B, *), with standard normal eps (B, *).

    t (B,) int64 holds each sample's own step; beta (T,). The result has x_prev's dtype; gradients
    flow to x_prev and eps. Ho 2020, eq. 2.
    """
    b = beta[t].reshape(-1, *[1] * (x_prev.dim() - 1))
    return torch.sqrt(1 - b).to(x_prev.dtype) * x_prev + torch.sqrt(b).to(x_prev.dtype) * eps


def q_sample(x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return x_t (B, *): the data x0 (B, *) after steps 0 .. t in one jump, with eps (B, *).

    eps is standard normal. t (B,) int64 holds each sample's own step; alpha_bar (T,). The result
    has x0's dtype; gradients flow to x0 and eps. A table cast to x0's dtype first is right as well,
    though near the data it costs digits. Ho 2020, eq. 4.
    """
    share = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    return torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps


def predict_x0(x_t: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return the x0 (B, *) from which q_sample makes x_t (B, *) with this eps (B, *).

    t (B,) int64; alpha_bar (T,). x0 is not clipped to the data's range, and has x_t's dtype;
    gradients flow to x_t and eps. Ho 2020, eq. 4 solved for x_0.
    """
    share = alpha_bar[t].reshape(-1, *[1] * (x_t.dim() - 1))
    return (x_t - torch.sqrt(1 - share).to(x_t.dtype) * eps) / torch.sqrt(share).to(x_t.dtype)


def q_posterior(x0: Tensor, x_t: Tensor, t: Tensor, beta: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean (B, *) and variance (B,) of the Gaussian q(x_{t-1} | x_t, x_0).

    All entries of a sample have the same variance. x0, x_t (B, *); t (B,) int64; beta (T,). At
    t = 0 the mean is x0 and the variance 0. Both have x_t's dtype; gradients flow from the mean to
    x0 and x_t. Ho 2020, eq. 6 and 7.
    """
    alpha, alpha_bar, before = alpha_tables(beta)
    toward_x0 = torch.sqrt(before) * beta / (1 - alpha_bar)
    toward_x_t = torch.sqrt(alpha) * (1 - before) / (1 - alpha_bar)
    variance = beta * (1 - before) / (1 - alpha_bar)
    a, b = (w[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for w in (toward_x0, toward_x_t))
    return a * x0 + b * x_t, variance[t].to(x_t.dtype)


def vlb_terms(net: Callable, x0: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return each sample's term of the variational bound, (B,), in nats, summed over its entries.

    x_t comes from x0 (B, *) and eps (B, *). For t > 0 the term is
    KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)); for t = 0, where x_{t-1} is the data, it is
    -log p(x0 | x_t), a density. p has the posterior's mean at the x0 that eps = net(x_t, t)
    predicts (not clipped), and variance beta_t. t (B,) int64; beta (T,); the result has x0's dtype.
    Gradients flow to the network's parameters; x_t may be made without a graph, or with one. The KL
    at the chain's noisy end has nothing to learn and is no term here. Ho 2020, eq. 5 and 8.
    """
    _, alpha_bar, alpha_bar_prev = alpha_tables(beta)
    x_t = q_sample(x0, t, eps, alpha_bar)
    mean, _ = q_posterior(x0, x_t, t, beta)
    mean_p, _ = q_posterior(predict_x0(x_t, t, net(x_t, t), alpha_bar), x_t, t, beta)
    distance = (mean - mean_p).square().flatten(1).sum(dim=1) / beta[t]
    ratio = torch.where(t > 0, ((1 - alpha_bar_prev) / (1 - alpha_bar))[t], 1.0)
    per_entry = torch.where(t > 0, ratio - 1 - torch.log(ratio), torch.log(2 * math.pi * beta[t]))
    return (0.5 * (distance + per_entry * x0[0].numel())).to(x0.dtype)


def ddpm_loss(net: Callable, x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return L_simple (B,): the squared error of net(x_t, t) against eps, mean over entries.

    x0, eps (B, *); t (B,) int64; alpha_bar (T,); net maps x_t (B, *) and t (B,) to (B, *). The
    result has x0's dtype. Gradients flow to the network's parameters; x_t may be made without a
    graph, or with one. Ho 2020, eq. 14, divided by the number of entries, so that always answering
    0 costs 1 on average.
    """
    x_t = q_sample(x0, t, eps, alpha_bar)
    return (eps - net(x_t, t)).square().flatten(1).mean(dim=1)


def timestep_embedding(t: Tensor, dim: int) -> Tensor:
    """Return (B, dim) features of the steps t (B,): one half sines, then one half cosines.

    Both halves are of the same angles, t * 10000^(-i / half) for i = 0 .. half-1, where
    half = dim / 2; an odd dim raises ValueError. float32 unless t is float64; no gradient need flow
    to t. Vaswani 2017, sec. 3.5, in the halves layout of diffusion code.
    """
    if dim % 2:
        raise ValueError(f"dim must be even, got {dim}: half the features are sines, half cosines.")
    dtype = torch.float64 if t.dtype == torch.float64 else torch.float32
    i = torch.arange(dim // 2, dtype=dtype, device=t.device)
    angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))
    return torch.cat([torch.sin(angle), torch.cos(angle)], dim=1)


@torch.no_grad()
def ema_update(ema: nn.Module, model: nn.Module, decay: float) -> None:
    """Move each parameter of ema to decay * itself + (1 - decay) * the model's, in place.

    Nothing is returned. Buffers (running statistics, counters) are copied from model, not averaged.
    Parameters stay the same objects, model is left as it is, and no gradient is recorded. Whether
    ema is in training mode or not is left open, as is what state_dict() leaves out (buffers with
    persistent=False). Ho 2020, app. B uses decay 0.9999 over 800,000 steps.
    """
    for average, current in zip(ema.parameters(), model.parameters(), strict=True):
        average.lerp_(current, 1 - decay)
    for kept, now in zip(ema.buffers(), model.buffers(), strict=True):
        kept.copy_(now)


def p_sample(net: Callable, x_t: Tensor, t: Tensor, z: Tensor, beta: Tensor) -> Tensor:
    """Return x_{t-1} (B, *): one step of ancestral sampling from x_t (B, *).

    The posterior's mean at the x0 that eps = net(x_t, t) predicts (not clipped), plus noise of
    variance beta_t, made from the standard normal z (B, *); no noise for the samples at t = 0.
    t (B,) int64, each sample's own step; beta (T,). The result has x_t's dtype; no gradient need
    flow through it, since nothing is trained by sampling. Ho 2020, algorithm 2, with sigma_t^2 =
    beta_t.
    """
    _, alpha_bar, _ = alpha_tables(beta)
    x0 = predict_x0(x_t, t, net(x_t, t), alpha_bar)
    mean, _ = q_posterior(x0, x_t, t, beta)
    sigma = (beta[t].sqrt() * (t > 0)).to(x_t.dtype)
    return mean + sigma.reshape(-1, *[1] * (x_t.dim() - 1)) * z
