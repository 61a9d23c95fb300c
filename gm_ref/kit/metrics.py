"""Numbers that say how good samples are; a later lesson derives them.

The distances take features: the judge's for faces (gm_ref.kit.judge.features), raw entries for small pictures.
Measure a set of real samples of the same size beside every number: what is 0 for infinitely many is not for a few.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

CHUNK = 512  # rows whose distances to all others are in memory at once


def frechet_distance(x: Tensor, y: Tensor) -> float:
    """Return the squared Frechet distance between the Gaussians fitted to samples x (N, *) and y (M, *).

    |mean_x - mean_y|^2 + tr(C_x + C_y - 2 (C_x C_y)^(1/2)), covariances with N - 1. Raw entries are the features.
    The trace of the root is the sum of the singular values of X^T Y for the centred, scaled samples, so that
    singular covariances are no trouble. Dowson and Landau 1982; Heusel 2017. Biased upwards for few samples, about
    as 1/N + 1/M: twice the samples of one distribution halve it. Compare only values of equal N and equal M.
    """
    x, y = pair(x, y, at_least=2)
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


def kernel_distance(x: Tensor, y: Tensor) -> float:
    """Return the kernel distance (KID) between features x (N, *) and y (M, *): 0 on average for one distribution.

    The unbiased estimate of the squared maximum mean discrepancy under the kernel (a.b / D + 1)^3: the diagonal is
    left out within each set, so that it may be below 0. Gretton 2012, eq. 3; Binkowski 2018.
    """
    x, y = pair(x, y, at_least=2)

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a @ b.T / x.shape[1] + 1) ** 3

    within = [(k.sum() - k.trace()) / (len(k) * (len(k) - 1)) for k in (kernel(x, x), kernel(y, y))]
    return float(within[0] + within[1] - 2 * kernel(x, y).mean())


def precision_recall(real: Tensor, made: Tensor, k: int = 3) -> tuple[float, float]:
    """Return the precision and the recall of made features (M, *) for real ones (N, *), shares in [0, 1].

    Precision: the share of made samples inside the balls that reach from each real sample to its k-th neighbour, itself
    not counted. Recall: the same with the roles exchanged. Kynkaanniemi 2019, eq. 1 and 2.
    """
    real, made = pair(real, made, at_least=k + 1)
    return covered(made, real, k), covered(real, made, k)


def covered(points: Tensor, centres: Tensor, k: int) -> float:
    """Return the share of points (M, D) inside the ball of a centre (N, D) that reaches to its k-th neighbour."""
    reach = torch.cat([far(part, centres).kthvalue(k + 1, dim=1).values for part in centres.split(CHUNK)])
    inside = [(far(part, centres) <= reach).any(dim=1) for part in points.split(CHUNK)]
    return float(torch.cat(inside).double().mean())


def far(x: Tensor, y: Tensor) -> Tensor:
    """Return the Euclidean distances (N, M), exact also where they are 0."""
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def nearest(samples: Tensor, training: Tensor) -> tuple[Tensor, Tensor]:
    """Return for each sample (N, *) how far its nearest training sample (M, *) is, (N,), and which that is, (N,).

    The distance is the root of the mean squared difference of entries: 0 for a copy, whatever the size.
    """
    x, y = pair(samples, training, at_least=1)
    index = torch.cat([torch.cdist(part, y).argmin(dim=1) for part in x.split(CHUNK)])
    return (x - y[index]).square().mean(dim=1).sqrt(), index


def attribute_counts(attributes: Tensor, sizes: Sequence[int]) -> list[Tensor]:
    """Return how often each word of each attribute is there: attributes (N, A), indices below sizes -> A of (K,)."""
    if attributes.dim() != 2 or attributes.shape[1] != len(sizes) or not len(attributes):
        got = tuple(attributes.shape)
        raise ValueError(f"attributes must be (N, {len(sizes)}) with N at least 1, got {got}: give one size a column.")
    return [torch.bincount(column, minlength=size) for column, size in zip(attributes.T.cpu(), sizes, strict=True)]


def uniform_gap(counts: Tensor) -> float:
    """Return the share of samples that would have to change their word for counts (K,) to be uniform, in [0, 1).

    The total variation distance from uniform. For N uniform draws it is about sqrt((K - 1) / (2 pi N)), not 0; all of
    one word gives 1 - 1/K.
    """
    share = counts.double() / counts.sum()
    return float((share - 1 / len(counts)).abs().sum() / 2)


def mean_sureness(sureness: Tensor) -> Tensor:
    """Return the mean over the samples (N, A) of how sure the judge is of each attribute, (A,).

    Near 1 for clear pictures. A generator that makes one clear face over and over has it too: read the counts as well.
    """
    return sureness.double().mean(dim=0)


def modes_found(samples: Tensor, centres: Tensor, std: float) -> tuple[int, float]:
    """Return how many centres (K, 2) have samples (N, 2) within 3 std, and the share of samples that are so near.

    A mode counts when at least a quarter of its fair share of the good samples is there; Srivastava 2017 counts one.
    """
    distance = torch.cdist(samples.detach(), centres)
    nearest = distance.argmin(dim=1)[distance.min(dim=1).values < 3 * std]
    counts = torch.bincount(nearest, minlength=len(centres))
    return int((counts >= max(1, 0.25 * len(nearest) / len(centres))).sum()), len(nearest) / len(samples)


def pair(x: Tensor, y: Tensor, at_least: int) -> tuple[Tensor, Tensor]:
    """Return x (N, *) and y (M, *) flattened, in double precision, on the CPU; ValueError if they do not fit."""
    x, y = (v.detach().cpu().flatten(1).double() for v in (x, y))
    if min(len(x), len(y)) < at_least or x.shape[1] != y.shape[1]:
        got = f"{tuple(x.shape)} and {tuple(y.shape)}"
        raise ValueError(
            f"x and y must be (N, D) and (M, D) with N and M at least {at_least}, got {got}: take more, or of one size."
        )
    return x, y
