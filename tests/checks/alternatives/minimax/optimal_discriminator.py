"""Right answers to optimal_discriminator that are written in unusual ways.  A fair check passes them all."""

import torch


def optimal_discriminator__log_ratio(p, q):
    d = torch.sigmoid(torch.log(p) - torch.log(q))
    return torch.where((p == 0) & (q == 0), torch.full_like(d, 0.5), d)


def optimal_discriminator__nan_to_num(p, q):
    return (p / (p + q)).nan_to_num(nan=0.5)


def optimal_discriminator__loop(p, q):
    values = [
        a / (a + b) if a + b > 0 else 0.5 for a, b in zip(p.flatten().tolist(), q.flatten().tolist(), strict=True)
    ]
    return torch.tensor(values, dtype=p.dtype).reshape(p.shape)


def optimal_discriminator__indexed(p, q):
    both, d = p + q, torch.full_like(p, 0.5)
    some = both != 0
    d[some] = p[some] / both[some]
    return d


def optimal_discriminator__one_minus(p, q):
    return 1 - torch.where(p + q == 0, torch.full_like(p, 0.5), q / (p + q))


def optimal_discriminator__odds(p, q):
    return torch.where((p == 0) & (q == 0), torch.full_like(p, 0.5), 1 / (1 + q / p))


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both >= 0, both, 1), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
    "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > 0, both, 0), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
    "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > 0, both, 2), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
    "return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)  ->  return torch.where(both > 0, p / torch.where(both > -1, both, 1), 0.5)": "changes only the denominator where both densities are 0, and that entry is replaced",
}
