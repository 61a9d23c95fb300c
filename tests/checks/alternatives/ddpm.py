"""Right answers to lesson 31 that are written in unusual ways.  A fair check passes them all."""

import math

import numpy as np
import torch
from torch import nn
from torch.distributions import Independent, Normal, kl_divergence
from torch.nn import functional as F
from torch.nn.utils import parameters_to_vector, vector_to_parameters
from torch.optim.swa_utils import get_ema_avg_fn


def beta_schedule__numpy(kind, T):
    if kind == "linear" and T > 20:
        return torch.from_numpy(np.linspace(1e-4 * 1000 / T, 0.02 * 1000 / T, T))
    if kind != "cosine" or T < 1:
        raise ValueError("no such schedule")
    f = np.cos((np.arange(T + 1) / T + 0.008) / 1.008 * np.pi / 2) ** 2
    bar = f / f[0]
    return torch.tensor(np.minimum(1 - bar[1:] / bar[:-1], 0.999))


def beta_schedule__lists(kind, T):
    if kind not in {"linear", "cosine"} or T < 1:
        raise ValueError(kind)
    if kind == "linear":
        betas = [(1e-4 + 0.0199 * i / max(T - 1, 1)) * (1000 / T) for i in range(T)]
    else:
        f = [(1 + math.cos(math.pi * (i / T + 0.008) / 1.008)) / 2 for i in range(T + 1)]
        betas = [min(1 - f[i + 1] / f[i], 0.999) for i in range(T)]
    if max(betas) >= 1:
        raise ValueError("too few steps")
    return torch.tensor(betas, dtype=torch.double)


def beta_schedule__lerp(kind, T):
    match kind:
        case "linear":
            scale = torch.tensor(1000.0).double() / max(T, 1)
            beta = torch.lerp(1e-4 * scale, 0.02 * scale, unit(T))
        case "cosine":
            root = torch.cos((unit(T + 1) + 0.008) / 1.008 * torch.pi / 2)
            beta = 1 - (root[1:] / root[:-1]).pow(2)
            beta = torch.minimum(beta, torch.full_like(beta, 0.999))
        case _:
            raise ValueError(f"unknown kind {kind}")
    if not len(beta) or not bool(((beta > 0) & (beta < 1)).all()):
        raise ValueError("a beta outside (0, 1)")
    return beta


def unit(n):
    return torch.arange(n, dtype=torch.float64) / max(n - 1, 1)


def alpha_tables__logs(beta):
    logs = torch.log1p(-beta)
    bar = logs.cumsum(0).exp()
    return logs.exp(), bar, F.pad(bar[:-1], (1, 0), value=1.0)


def alpha_tables__loop(beta):
    share, bars, prevs = beta.new_ones(()), [], []
    for b in beta:
        prevs.append(share)
        share = share * (1 - b)
        bars.append(share)
    return [1.0 - beta, torch.stack(bars), torch.stack(prevs)]


def alpha_tables__numpy(beta):
    bar = np.cumprod(1 - beta.numpy())
    prev = np.concatenate([np.ones(1, dtype=bar.dtype), bar[:-1]])
    return 1 - beta, torch.from_numpy(bar), torch.from_numpy(prev)


def alpha_tables__rolled(beta):
    bar = torch.cumprod(1 - beta, 0)
    prev = torch.roll(bar, 1)
    prev[0] = 1
    return beta.neg().add(1), bar, prev


def q_step__loop(x_prev, t, eps, beta):
    rows = []
    for x, s, e in zip(x_prev, t.tolist(), eps, strict=True):
        b = float(beta[s])
        rows.append(math.sqrt(1 - b) * x + math.sqrt(b) * e)
    return torch.stack(rows)


def q_step__einsum(x_prev, t, eps, beta):
    b = beta.to(x_prev)[t]
    return torch.einsum("b...,b->b...", x_prev, (1 - b).sqrt()) + torch.einsum("b...,b->b...", eps, b.sqrt())


def q_step__distribution(x_prev, t, eps, beta):
    b = beta.gather(0, t).to(x_prev.dtype)[(...,) + (None,) * (x_prev.ndim - 1)]
    q = Normal((1 - b) ** 0.5 * x_prev, b.sqrt() + torch.zeros_like(x_prev), validate_args=False)
    return q.loc + eps * q.scale


def q_step__vmap(x_prev, t, eps, beta):
    b = beta[t].to(x_prev.dtype)
    return torch.vmap(lambda x, e, v: torch.sqrt(1 - v) * x + torch.sqrt(v) * e)(x_prev, eps, b)


def q_sample__loop(x0, t, eps, alpha_bar):
    rows = [alpha_bar[s].sqrt() * x + (1 - alpha_bar[s]).sqrt() * e for x, s, e in zip(x0, t, eps, strict=True)]
    return torch.stack(rows).to(x0.dtype)


def q_sample__einsum(x0, t, eps, alpha_bar):
    a = alpha_bar.to(x0.dtype)[t]
    return torch.einsum("b,b...->b...", a**0.5, x0) + torch.einsum("b,b...->b...", (1 - a) ** 0.5, eps)


def q_sample__distribution(x0, t, eps, alpha_bar):
    a = alpha_bar[t].to(x0.dtype).view(len(t), *(1,) * (x0.ndim - 1))
    q = Normal(a.sqrt() * x0, (1 - a).sqrt())
    return q.loc + q.scale * eps


def q_sample__angles(x0, t, eps, alpha_bar):
    angle = torch.acos(alpha_bar.sqrt())[t].to(x0.dtype)
    while angle.dim() < x0.dim():
        angle = angle.unsqueeze(-1)
    return angle.cos().mul(x0).add_(angle.sin() * eps)


def q_sample__one_hot(x0, t, eps, alpha_bar):
    share = (F.one_hot(t, len(alpha_bar)).to(alpha_bar.dtype) @ alpha_bar).to(x0.dtype)
    flat = share.sqrt()[:, None] * x0.flatten(1) + (1 - share).sqrt()[:, None] * eps.flatten(1)
    return flat.view_as(x0)


def predict_x0__reciprocals(x_t, t, eps, alpha_bar):
    a, b = alpha_bar.rsqrt(), (1 / alpha_bar - 1).sqrt()
    shape = (-1,) + (1,) * (x_t.dim() - 1)
    return a[t].to(x_t.dtype).view(shape) * x_t - b[t].to(x_t.dtype).view(shape) * eps


def predict_x0__loop(x_t, t, eps, alpha_bar):
    def one(x, s, e):
        share = alpha_bar[s].item()
        return (x - e * (1 - share) ** 0.5) * share**-0.5

    return torch.stack([one(*row) for row in zip(x_t, t, eps, strict=True)])


def predict_x0__transposed(x_t, t, eps, alpha_bar):
    a = alpha_bar[t].to(x_t.dtype)
    last = (x_t.movedim(0, -1) - (1 - a).sqrt() * eps.movedim(0, -1)) / a.sqrt()
    return last.movedim(-1, 0)


def q_posterior__precisions(x0, x_t, t, beta):
    """Multiply the prior N(sqrt(bar_prev) x0, 1 - bar_prev) and the likelihood of x_t, precision by precision."""
    bar = torch.cumprod(1 - beta, 0)
    prev = torch.cat([bar.new_ones(1), bar[:-1]])
    prior, seen = 1 / (1 - prev).clamp(min=1e-300), (1 - beta) / beta
    variance = torch.where(torch.arange(len(beta)) > 0, 1 / (prior + seen), 0.0)
    a = torch.where(torch.arange(len(beta)) > 0, variance * prior, 1.0) * prev.sqrt()
    b = variance * (1 - beta).sqrt() / beta
    a, b = (w[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for w in (a, b))
    return a * x0 + b * x_t, variance[t].to(x_t.dtype)


def q_posterior__loop(x0, x_t, t, beta):
    bar = np.concatenate([[1.0], np.cumprod(1 - beta.double().numpy())])
    means, variances = [], []
    for x, y, s in zip(x0, x_t, t.tolist(), strict=True):
        b, now, before = float(beta[s]), bar[s + 1], bar[s]
        means.append((math.sqrt(before) * b * x + math.sqrt(1 - b) * (1 - before) * y) / (1 - now))
        variances.append(b * (1 - before) / (1 - now))
    return [torch.stack(means), torch.tensor(variances, dtype=x_t.dtype)]


def q_posterior__by_eps(x0, x_t, t, beta):
    """Take a step back along eps, as equation 11 does, with the variance cut off at 1e-20."""
    bar = torch.cumprod(1 - beta, 0)
    variance = (beta * (1 - F.pad(bar[:-1], (1, 0), value=1.0)) / (1 - bar)).clamp(min=1e-20)
    b, a, share = (v[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) for v in (beta, 1 - beta, bar))
    eps = (x_t - share.sqrt() * x0) / (1 - share).sqrt()
    return (x_t - b / (1 - share).sqrt() * eps) / a.sqrt(), variance[t].to(x_t.dtype)


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


def ddpm_loss__mse(net, x0, t, eps, alpha_bar):
    with torch.no_grad():
        x_t = q_sample__einsum(x0, t, eps, alpha_bar)
    return F.mse_loss(net(x_t, t), eps, reduction="none").mean(dim=tuple(range(1, x0.dim())))


def ddpm_loss__norm(net, x0, t, eps, alpha_bar):
    gap = net(q_sample__loop(x0, t, eps, alpha_bar), t) - eps
    return torch.linalg.vector_norm(gap.reshape(len(t), -1), dim=1) ** 2 / gap[0].numel()


def ddpm_loss__row_by_row(net, x0, t, eps, alpha_bar):
    x_t = q_sample__angles(x0, t, eps, alpha_bar)
    losses = [F.mse_loss(net(x_t[i : i + 1], t[i : i + 1]), eps[i : i + 1]) for i in range(len(t))]
    return torch.stack(losses)


class _FirstOnly(nn.Module):
    def forward(self, gap):
        return torch.einsum("bn,bn->b", gap.flatten(1), gap.flatten(1)) / gap.flatten(1).shape[1]


ddpm_loss_head = _FirstOnly()


def ddpm_loss__module(net, x0, t, eps, alpha_bar):
    return ddpm_loss_head(eps - net(q_sample__distribution(x0, t, eps, alpha_bar), t))


def timestep_embedding__outer(t, dim):
    if dim % 2 != 0:
        raise ValueError("dim is odd")
    half = dim // 2
    frequency = torch.logspace(0, -4 + 4 / half, half, dtype=torch.float64)
    angle = torch.outer(t.double(), frequency)
    return torch.hstack([angle.sin(), angle.cos()]).to(t.dtype if t.is_floating_point() else torch.float32)


def timestep_embedding__loop(t, dim):
    if dim & 1:
        raise ValueError("half of the features are sines")
    rows = []
    for s in t.tolist():
        angles = [s / 10000 ** (2 * i / dim) for i in range(dim // 2)]
        rows.append([math.sin(a) for a in angles] + [math.cos(a) for a in angles])
    return torch.tensor(rows, dtype=torch.float64 if t.dtype == torch.float64 else torch.float32)


def timestep_embedding__complex(t, dim):
    half, rest = divmod(dim, 2)
    if rest:
        raise ValueError(f"{dim} is odd")
    dtype = t.dtype if t.dtype == torch.float64 else torch.float32
    frequency = torch.pow(10000.0, -torch.arange(half, dtype=dtype) / half)
    wave = torch.polar(torch.ones(len(t), half, dtype=dtype), t[:, None] * frequency)
    return torch.cat([wave.imag, wave.real], -1)


def timestep_embedding__phase(t, dim):
    if dim % 2:
        raise ValueError("odd")
    x = t.to(torch.float64)[:, None] * 1e4 ** -(torch.arange(dim).double() % (dim // 2) / (dim // 2))
    x[:, dim // 2 :] += math.pi / 2
    return x.sin() if t.dtype == torch.float64 else x.sin().float()


def ema_update__foreach(ema, model, decay):
    with torch.no_grad():
        ours, theirs = list(ema.parameters()), list(model.parameters())
        torch._foreach_mul_(ours, decay)
        torch._foreach_add_(ours, theirs, alpha=1 - decay)
        for a, b in zip(ema.buffers(), model.buffers(), strict=True):
            a.copy_(b)


def ema_update__state_dict(ema, model, decay):
    weights = {name for name, _ in model.named_parameters()}
    ours, theirs = ema.state_dict(), model.state_dict()
    mixed = {k: decay * ours[k] + (1 - decay) * v if k in weights else v.clone() for k, v in theirs.items()}
    ema.load_state_dict(mixed)


def ema_update__data(ema, model, decay):
    theirs = dict(model.named_parameters())
    for name, p in ema.named_parameters():
        p.data.sub_((1 - decay) * (p.data - theirs[name].data))
    theirs = dict(model.named_buffers())
    for name, b in ema.named_buffers():
        b.data = theirs[name].data.clone()


def ema_update__one_vector(ema, model, decay):
    """Let torch's helper put all parameters into one vector and back: they become slices of its memory."""
    both = [parameters_to_vector(net.parameters()).detach() for net in (ema, model)]
    vector_to_parameters(decay * both[0] + (1 - decay) * both[1], ema.parameters())
    for a, b in zip(ema.buffers(), model.buffers(), strict=True):
        a.copy_(b)


@torch.no_grad()
def ema_update__swa(ema, model, decay):
    blend = get_ema_avg_fn(decay)
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.copy_(blend(a, b, 1))
    for a, b in zip(ema.modules(), model.modules(), strict=True):
        for name, value in b.named_buffers(recurse=False):
            setattr(a, name, value.clone())


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
