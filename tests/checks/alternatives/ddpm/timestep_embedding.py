"""Right answers to timestep_embedding that are written in unusual ways.  A fair check passes them all."""

import math

import torch


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


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "i = torch.arange(dim // 2, dtype=dtype, device=t.device)  ->  i = torch.arange(dim / 2, dtype=dtype, device=t.device)": "dim is even, so that both divisions give the same number",
    "angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))  ->  angle = t[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))": "a whole number times a float32 or float64 table is promoted to the table's dtype",
    "angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim // 2))  ->  angle = t.to(dtype)[:, None] * torch.exp(-math.log(10000) * i / (dim / 2))": "dim is even, so that both divisions give the same number",
}
