"""The Frechet distance against scipy, torchmetrics and closed forms; modes counted by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from torchmetrics.image.fid import _compute_fid

from gm_ref.kit.metrics import frechet_distance, modes_found


def samples(n, d, seed, scale=1.0):
    g = torch.Generator().manual_seed(seed)
    mix = torch.randn(d, d, generator=g, dtype=torch.float64)
    return scale * torch.randn(n, d, generator=g, dtype=torch.float64) @ mix + torch.randn(d, generator=g).double()


@pytest.mark.parametrize("n, m, d", [(200, 150, 5), (30, 20, 12)])
def test_against_torchmetrics_and_scipy(n, m, d):
    x, y = samples(n, d, 0), samples(m, d, 1, 0.7)
    cx, cy = torch.cov(x.T), torch.cov(y.T)
    want = _compute_fid(x.mean(0), cx, y.mean(0), cy).item()
    root = np.trace(sqrtm((cx @ cy).numpy()).real)
    by_hand = (x.mean(0) - y.mean(0)).square().sum() + cx.trace() + cy.trace() - 2 * root
    assert frechet_distance(x, y) == pytest.approx(want, rel=1e-8)
    assert frechet_distance(x, y) == pytest.approx(by_hand.item(), rel=1e-8)


def test_fewer_samples_than_entries():
    x, y = samples(8, 20, 0), samples(9, 20, 1)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-8)
    roots = [torch.cov(v.T) for v in (x, y)]
    want = _compute_fid(x.mean(0), roots[0], y.mean(0), roots[1]).item()
    assert frechet_distance(x, y) == pytest.approx(want, rel=1e-4)


def test_diagonal_closed_form_and_symmetry():
    x = samples(500, 3, 0)
    y = 2 * (x - x.mean(0)) + x.mean(0) + 1
    want = 3 + torch.cov(x.T).trace().item()
    assert frechet_distance(x, y) == pytest.approx(want, rel=1e-9)
    assert frechet_distance(y, x) == pytest.approx(want, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 40), m=st.integers(2, 40), d=st.integers(1, 9), seed=st.integers(0, 1000))
def test_distance_is_symmetric_moves_and_turns_with_the_space(n, m, d, seed):
    x, y = samples(n, d, seed), samples(m, d, seed + 1, 0.6)
    value, size = frechet_distance(x, y), 1e-9 * (x.square().sum() + y.square().sum()).item()
    turn = torch.linalg.qr(samples(d, d, seed + 2))[0]
    assert value >= 0 and frechet_distance(y, x) == pytest.approx(value, abs=size)
    assert frechet_distance(x @ turn + 3, y @ turn + 3) == pytest.approx(value, abs=10 * size, rel=1e-6)
    assert frechet_distance(2 * x, 2 * y) == pytest.approx(4 * value, abs=4 * size)


def test_both_ways_to_the_root_agree():
    """Samples repeated 20 times, and spread so that the covariance with N - 1 stays, take the other way to the root."""

    def grown(v):
        n = len(v)
        return v.mean(0) + (v - v.mean(0)).repeat(20, 1) * ((20 * n - 1) / (20 * (n - 1))) ** 0.5

    x, y = samples(5, 8, 0), samples(6, 8, 1)
    assert frechet_distance(grown(x), grown(y)) == pytest.approx(frechet_distance(x, y), rel=1e-6)


def test_too_few_samples_and_unequal_sizes_are_refused():
    with pytest.raises(ValueError, match=r"N and M at least 2, got \(1, 3\) and \(5, 3\)"):
        frechet_distance(torch.ones(1, 3), torch.ones(5, 3))
    with pytest.raises(ValueError, match=r"got \(5, 3\) and \(5, 4\)"):
        frechet_distance(torch.ones(5, 3), torch.ones(5, 4))


def test_images_are_flattened():
    x = torch.rand(40, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    assert frechet_distance(x, x + 0.5) == pytest.approx(9 * 0.25, rel=1e-5)


def test_modes_are_counted():
    centres = torch.tensor([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    near = torch.cat(
        [centres[:1].repeat(50, 1), centres[1:2].repeat(49, 1), centres[2:].repeat(1, 1), torch.full((100, 2), 9.0)]
    )
    assert modes_found(near, centres, 0.1) == (2, 0.5)
    assert modes_found(torch.full((10, 2), 9.0), centres, 0.1) == (0, 0.0)
