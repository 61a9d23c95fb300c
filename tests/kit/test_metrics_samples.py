"""Measures of samples in features against torchmetrics, scikit-learn and scipy; the bias of few samples is shown."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree
from scipy.spatial.distance import cityblock
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from torchmetrics.image.kid import poly_mmd

from gm_ref.kit.metrics import (
    attribute_counts,
    frechet_distance,
    kernel_distance,
    mean_sureness,
    nearest,
    precision_recall,
    uniform_gap,
)


def normal(n, d, seed, shift=0.0):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=g, dtype=torch.float64) + shift


def by_sklearn(x, y):
    """Return the unbiased kernel distance by scikit-learn's kernel and plain sums."""
    xx, yy, xy = (polynomial_kernel(a, b, degree=3, coef0=1) for a, b in ((x, x), (y, y), (x, y)))
    n, m = len(x), len(y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within - 2 * xy.sum() / (n * m)


@pytest.mark.parametrize("n, m, d, shift", [(40, 40, 5, 0.0), (60, 60, 64, 0.3), (30, 50, 3, 1.0), (2, 2, 1, 0.0)])
def test_kernel_distance_against_scikit_learn_and_torchmetrics(n, m, d, shift):
    x, y = normal(n, d, 0), normal(m, d, 1, shift)
    assert kernel_distance(x, y) == pytest.approx(by_sklearn(x.numpy(), y.numpy()), rel=1e-9, abs=1e-12)
    if n == m:
        assert kernel_distance(x, y) == pytest.approx(poly_mmd(x, y).item(), rel=1e-9, abs=1e-12)


def test_kernel_distance_is_zero_on_average_and_frechet_is_not():
    """200 pairs of 20 samples of one distribution: the kernel distance's mean is 0 within four standard errors."""
    pairs = [(normal(20, 8, 2 * s), normal(20, 8, 2 * s + 1)) for s in range(200)]
    kernel = np.array([kernel_distance(x, y) for x, y in pairs])
    frechet = np.array([frechet_distance(x, y) for x, y in pairs])
    assert abs(kernel.mean()) < 4 * kernel.std() / math.sqrt(200) < 0.2
    assert frechet.min() > 0.5


def test_frechet_of_one_distribution_falls_as_one_over_n():
    """The true distance is 0; in 16 dimensions 100 samples give some 1.8, and each doubling halves what is seen."""
    seen = []
    for n in (100, 200, 400, 800, 1600):
        seen.append(np.mean([frechet_distance(normal(n, 16, 7 * s), normal(n, 16, 7 * s + 1)) for s in range(1, 9)]))
    ratios = np.array(seen[:-1]) / np.array(seen[1:])
    assert seen[0] > 1 and np.all(np.abs(ratios - 2) < 0.35), (seen, ratios)


def by_trees(points, centres, k):
    """Return the share of points in a ball of the centres, by a k-d tree and a plain loop."""
    radii = cKDTree(centres).query(centres, k=k + 1)[0][:, -1]
    return np.mean([np.any(np.linalg.norm(centres - p, axis=1) <= radii) for p in points])


@pytest.mark.parametrize("n, m, d, k, shift", [(80, 60, 2, 3, 0.0), (50, 90, 8, 1, 1.0), (700, 40, 3, 5, 2.0)])
def test_precision_and_recall_against_trees(n, m, d, k, shift):
    real, made = normal(n, d, 0), 0.7 * normal(m, d, 1, shift)
    precision, recall = precision_recall(real, made, k)
    assert precision == pytest.approx(by_trees(made.numpy(), real.numpy(), k), abs=1e-12)
    assert recall == pytest.approx(by_trees(real.numpy(), made.numpy(), k), abs=1e-12)


def test_precision_and_recall_tell_junk_from_repetition():
    real = normal(400, 4, 0)
    repeated = real[:1] + 0.01 * normal(400, 4, 1)
    assert precision_recall(real, real) == (1.0, 1.0)
    assert precision_recall(real, real + 100) == (0.0, 0.0)
    precision, recall = precision_recall(real, repeated)
    assert precision == 1.0 and recall < 0.02


def test_nearest_against_scikit_learn():
    training = normal(1200, 12, 0).reshape(1200, 3, 2, 2)
    samples = torch.cat([normal(600, 12, 1).reshape(-1, 3, 2, 2), training[[700, 3]]])
    distance, index = nearest(samples, training)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(training.flatten(1).numpy())
    want, which = search.kneighbors(samples.flatten(1).numpy())
    assert np.array_equal(index.numpy(), which[:, 0])
    assert np.allclose(distance[:600].numpy(), want[:600, 0] / math.sqrt(12), rtol=1e-9)
    assert distance[600:].tolist() == [0, 0] and index[600:].tolist() == [700, 3]


def test_counts_and_their_gap_from_uniform():
    attributes = torch.tensor([[0, 1], [0, 0], [2, 1], [0, 1]])
    counts = attribute_counts(attributes, (4, 2))
    assert [c.tolist() for c in counts] == [[3, 0, 1, 0], [1, 3]]
    for c in counts:
        want = cityblock(c.numpy() / c.sum().item(), np.full(len(c), 1 / len(c))) / 2
        assert uniform_gap(c) == pytest.approx(want)
    assert uniform_gap(torch.tensor([7, 0, 0, 0])) == 0.75 and uniform_gap(torch.tensor([5, 5])) == 0


def test_uniform_draws_have_the_gap_that_the_docstring_says():
    g, n, k = torch.Generator().manual_seed(0), 1000, 5
    gaps = [uniform_gap(torch.bincount(torch.randint(k, (n,), generator=g), minlength=k)) for _ in range(400)]
    assert np.mean(gaps) == pytest.approx(math.sqrt((k - 1) / (2 * math.pi * n)), rel=0.1)


def test_sureness_is_averaged_by_attribute():
    assert mean_sureness(torch.tensor([[1.0, 0.5], [0.5, 0.25]])).tolist() == [0.75, 0.375]


@pytest.mark.parametrize(
    "measure, n, m, sentence",
    [
        (kernel_distance, 1, 5, "at least 2, got (1, 3) and (5, 3)"),
        (precision_recall, 9, 3, "at least 4, got (9, 3) and (3, 3)"),
        (nearest, 5, 0, "at least 1, got (5, 3) and (0, 3)"),
    ],
)
def test_too_few_samples_are_refused(measure, n, m, sentence):
    with pytest.raises(ValueError) as caught:
        measure(torch.ones(n, 3), torch.ones(m, 3))
    assert sentence in str(caught.value)


@pytest.mark.parametrize("attributes", [torch.zeros(4), torch.zeros(4, 3), torch.zeros(0, 2)])
def test_unfit_attributes_are_refused(attributes):
    with pytest.raises(ValueError, match=r"must be \(N, 2\) with N at least 1, got .*: give one size a column"):
        attribute_counts(attributes.long(), (4, 2))
