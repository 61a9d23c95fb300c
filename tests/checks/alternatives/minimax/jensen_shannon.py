"""Right answers to jensen_shannon that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.nn import functional as F


def jensen_shannon__entropies(p, q):
    def entropy(r):
        return torch.special.entr(r).sum(-1)

    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def jensen_shannon__kl_div(p, q):
    m = ((p + q) / 2).clamp(min=1e-300 if p.dtype == torch.float64 else 1e-38)
    return 0.5 * (F.kl_div(m.log(), p, reduction="none") + F.kl_div(m.log(), q, reduction="none")).sum(-1)


def jensen_shannon__loop(p, q):
    def one(a, b):
        pairs = zip(a.tolist(), b.tolist(), strict=True)
        return 0.5 * sum(x * math.log(2 * x / (x + y)) if x else 0.0 for x, y in pairs)

    rows = [one(a, b) + one(b, a) for a, b in zip(p.reshape(-1, p.shape[-1]), q.reshape(-1, q.shape[-1]), strict=True)]
    return torch.tensor(rows, dtype=p.dtype).reshape(p.shape[:-1])


def jensen_shannon__nan_to_num(p, q):
    m = (p + q) / 2
    return 0.5 * ((p * torch.log(p / m)).nan_to_num() + (q * torch.log(q / m)).nan_to_num()).sum(-1)


def jensen_shannon__numpy(p, q):
    import numpy as np

    a, b = p.numpy(), q.numpy()
    with np.errstate(all="ignore"):
        parts = [np.where(r > 0, r * np.log(2 * r / (a + b)), 0) for r in (a, b)]
    return torch.as_tensor((parts[0] + parts[1]).sum(-1) / 2).to(p.dtype)


def jensen_shannon__never_negative(p, q):
    return jensen_shannon__entropies(p, q).clamp(min=0)


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "m = torch.where(m > 0, m, 1)  ->  m = torch.where(m > 0, m, 2)": "changes only the denominator where both probabilities are 0, and 0 log 0 is 0",
}
