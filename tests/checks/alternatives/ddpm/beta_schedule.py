"""Right answers to beta_schedule that are written in unusual ways.  A fair check passes them all."""

import math

import numpy as np
import torch


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
