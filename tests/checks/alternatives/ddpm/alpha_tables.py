"""Right answers to alpha_tables that are written in unusual ways.  A fair check passes them all."""

import numpy as np
import torch
from torch.nn import functional as F


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


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "alpha_bar = torch.cumprod(alpha, dim=0)  ->  alpha_bar = torch.cumprod(alpha, dim=-1)": "a table (T,) has one axis",
}
