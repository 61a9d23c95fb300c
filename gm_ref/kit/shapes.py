"""Small shape helpers that keep a formula readable: broadcast one number a sample, reduce to one number a sample."""

from torch import Tensor


def expand_to(v: Tensor, x: Tensor) -> Tensor:
    """Return v (B,) as (B, 1, ..., 1) with as many axes as x (B, *), so that it multiplies sample by sample."""
    if v.dim() != 1 or len(v) != len(x):
        raise ValueError(f"v must be ({len(x)},), one number for each sample of x, got {tuple(v.shape)}.")
    return v.reshape(-1, *[1] * (x.dim() - 1))


def sum_per_sample(x: Tensor) -> Tensor:
    """Return the sum over all entries of each sample, x (B, *) -> (B,)."""
    return x.reshape(len(x), -1).sum(dim=1)


def mean_per_sample(x: Tensor) -> Tensor:
    """Return the mean over all entries of each sample, x (B, *) -> (B,)."""
    return x.reshape(len(x), -1).mean(dim=1)
