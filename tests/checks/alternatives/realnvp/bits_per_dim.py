"""Right answers to bits_per_dim that are written in unusual ways.  A fair check passes them all."""

import math

import numpy as np
import torch


def bits_per_dim__nats_first(log_prob, shape, levels):
    n = math.prod(shape)
    return (n * math.log(levels) - log_prob) / n / math.log(2)


def bits_per_dim__of_the_levels(log_prob, shape, levels):
    n = torch.Size(shape).numel()
    return -(log_prob - math.log(levels) * n) / (math.log(2) * n)


def bits_per_dim__logaddexp2(log_prob, shape, levels):
    n = 1
    for size in shape:
        n = n * size
    return torch.log2(torch.full_like(log_prob, levels)) - log_prob * math.log2(math.e) / n


def bits_per_dim__loop(l, s, L):
    return torch.stack([math.log2(L) - v / (math.prod(s) * math.log(2)) for v in l])


def bits_per_dim__like(l, s, L):
    L = torch.tensor(L, dtype=l.dtype)
    return torch.log2(L) - l / (math.prod(s) * torch.log(torch.tensor(2, dtype=l.dtype)))


def bits_per_dim__np(l, s, L):
    return np.log2(L) - l / (np.prod(s) * np.log(2))


def bits_per_dim__unpack(l, s, L):
    C, H, W = s
    return math.log(L, 2) - l / C / H / W / math.log(2)
