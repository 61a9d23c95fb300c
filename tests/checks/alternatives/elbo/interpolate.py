"""Right answers to interpolate that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.nn import functional as F


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
