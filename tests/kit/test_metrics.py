"""The Frechet distance against scipy, torchmetrics and closed forms; modes counted by hand."""

import numpy as np
import pytest
import torch
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
