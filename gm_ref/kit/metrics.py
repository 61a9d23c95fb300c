"""Two numbers that say how good samples are; a later lesson derives them."""

import torch
from torch import Tensor


def frechet_distance(x: Tensor, y: Tensor) -> float:
    """Return the squared Frechet distance between the Gaussians fitted to samples x (N, *) and y (M, *).

    |mean_x - mean_y|^2 + tr(C_x + C_y - 2 (C_x C_y)^(1/2)), covariances with N - 1. Raw entries are the features.
    The trace of the root is the sum of the singular values of X^T Y for the centred, scaled samples, so that
    singular covariances are no trouble. Dowson and Landau 1982; Heusel 2017. Biased upwards for few samples.
    """
    x, y = (v.detach().cpu().flatten(1).double() for v in (x, y))
    if min(len(x), len(y)) < 2 or x.shape[1] != y.shape[1]:
        shapes = f"{tuple(x.shape)} and {tuple(y.shape)}"
        raise ValueError(
            f"x and y must be (N, D) and (M, D) with N and M at least 2, got {shapes}: take two or more of one size."
        )
    a, b = ((v - v.mean(dim=0)) / (len(v) - 1) ** 0.5 for v in (x, y))
    away = (x.mean(dim=0) - y.mean(dim=0)).square().sum()
    root = torch.linalg.svdvals(a @ b.T).sum() if len(a) * len(b) < a.shape[1] ** 2 else root_trace(a, b)
    return max(0.0, float(away + a.square().sum() + b.square().sum() - 2 * root))


def root_trace(a: Tensor, b: Tensor) -> Tensor:
    """Return tr((A B)^(1/2)) for A = a^T a and B = b^T b: the nuclear norm of the product of their roots."""
    roots = [psd_root(v.T @ v) for v in (a, b)]
    return torch.linalg.svdvals(roots[0] @ roots[1]).sum()


def psd_root(c: Tensor) -> Tensor:
    """Return the symmetric square root of a positive semi-definite matrix."""
    values, vectors = torch.linalg.eigh(c)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


def modes_found(samples: Tensor, centres: Tensor, std: float) -> tuple[int, float]:
    """Return how many centres (K, 2) have samples (N, 2) within 3 std, and the share of samples that are so near.

    A mode counts when at least a quarter of its fair share of the good samples is there; Srivastava 2017 counts one.
    """
    distance = torch.cdist(samples.detach(), centres)
    nearest = distance.argmin(dim=1)[distance.min(dim=1).values < 3 * std]
    counts = torch.bincount(nearest, minlength=len(centres))
    return int((counts >= max(1, 0.25 * len(nearest) / len(centres))).sum()), len(nearest) / len(samples)
