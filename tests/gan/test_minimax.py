"""The reference of lesson 11 against mathematics: quadrature, scipy, torch's own losses, autograd."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from scipy.spatial.distance import jensenshannon
from torch.nn import functional as F
from torch.optim import SGD

from gm_ref.gan.minimax import (
    discriminator_loss,
    discriminator_step,
    generator_loss,
    generator_loss_minimax,
    generator_step,
    jensen_shannon,
    optimal_discriminator,
    saturation_ratio,
    value_at_optimum,
)
from gm_ref.kit.probes.minimax import AffineGenerator, LogitDiscriminator

dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5}


def logits(n, dtype, device, seed=0):
    return torch.randn(n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(device, dtype) * 3


def on_a_grid(*densities, low=-14.0, high=16.0, points=6001):
    """Return probabilities of narrow cells under each density, normalised by the cell's width only."""
    x = np.linspace(low, high, points)
    return [torch.tensor(d.pdf(x) * (x[1] - x[0])) for d in densities]


@dtypes
def test_losses_are_torchs_binary_cross_entropies(dtype, device):
    real, fake = logits(7, dtype, device), logits(4, dtype, device, seed=1)
    bce = F.binary_cross_entropy_with_logits
    want = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
    close = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype]}
    torch.testing.assert_close(discriminator_loss(real, fake), want, **close)
    torch.testing.assert_close(generator_loss(fake), bce(fake, torch.ones_like(fake)), **close)
    torch.testing.assert_close(generator_loss_minimax(fake), -bce(fake, torch.zeros_like(fake)), **close)


@dtypes
@pytest.mark.parametrize("size", [200.0, 1e4])
def test_losses_are_finite_where_the_discriminator_is_sure(dtype, size, device):
    sure = torch.full((3,), size, dtype=dtype, device=device)
    assert discriminator_loss(-sure, sure).item() == 2 * size
    assert generator_loss(-sure).item() == size and generator_loss_minimax(sure).item() == -size
    assert discriminator_loss(sure, -sure).item() < 1e-80


# the divergence of N(0, 1) and N(m, s), by quadrature, to eight digits
@pytest.mark.parametrize("m, s, want", [(1, 1, 0.11142148), (2, 1, 0.33683082), (4, 1, 0.63272019), (0, 2, 0.09273338)])
def test_divergence_of_gaussians(m, s, want):
    p, q = on_a_grid(stats.norm(0, 1), stats.norm(m, s))
    assert jensen_shannon(p, q).item() == pytest.approx(want, abs=2e-8)
    assert value_at_optimum(p, q).item() == pytest.approx(2 * want - math.log(4), abs=4e-8)


def test_value_is_the_integral_of_the_definition():
    p, q = stats.norm(0, 1), stats.norm(1.5, 0.7)

    def integrand(x):
        both = p.pdf(x) + q.pdf(x)
        return p.pdf(x) * np.log(p.pdf(x) / both) + q.pdf(x) * np.log(q.pdf(x) / both)

    want, error = integrate.quad(integrand, -8, 8)
    assert error < 1e-7
    assert value_at_optimum(*on_a_grid(p, q, low=-8, high=8)).item() == pytest.approx(want, abs=1e-6)


@dtypes
def test_divergence_is_scipys_distance_squared(dtype, device):
    p = torch.rand(5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    p = (p / p.sum(1, keepdim=True)).to(device, dtype)
    want = [jensenshannon(a, b) ** 2 for a, b in zip(p.double().cpu(), p.double().cpu().flip(0), strict=True)]
    got = jensen_shannon(p, p.flip(0)).double().cpu()
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64), rtol=1e-4, atol=TOLERANCE[dtype])


def test_disjoint_and_equal_distributions():
    p, q = torch.tensor([0.5, 0.5, 0, 0]).double(), torch.tensor([0, 0, 0.25, 0.75]).double()
    assert jensen_shannon(p, q).item() == pytest.approx(math.log(2), abs=1e-15)
    assert value_at_optimum(p, q).item() == pytest.approx(0, abs=1e-15)
    assert value_at_optimum(p, p).item() == pytest.approx(-math.log(4), abs=1e-15)


def test_optimal_logit_of_two_gaussians_is_a_straight_line():
    x, m = torch.linspace(-3, 5, 41, dtype=torch.float64), 2.0
    p, q = (torch.tensor(stats.norm(mean, 1).pdf(x.numpy())) for mean in (0.0, m))
    torch.testing.assert_close(torch.logit(optimal_discriminator(p, q)), -m * x + m * m / 2)


def test_no_discriminator_does_better():
    p, q = on_a_grid(stats.norm(0, 1), stats.norm(1, 2), points=301)
    best, value = optimal_discriminator(p, q), value_at_optimum(p, q)
    for k in range(20):
        noise = torch.randn(len(best), generator=torch.Generator().manual_seed(k), dtype=torch.float64)
        other = torch.sigmoid(torch.logit(best) + noise)
        assert (p * other.log() + q * (1 - other).log()).sum() < value


@dtypes
def test_saturation_ratio_is_the_ratio_of_autograds_gradients(dtype, device):
    l = logits(20, dtype, device).requires_grad_()
    strong = torch.autograd.grad(F.softplus(-l).sum(), l)[0]
    weak = torch.autograd.grad(-F.softplus(l).sum(), l)[0]
    torch.testing.assert_close(saturation_ratio(l.detach()), strong / weak, rtol=100 * TOLERANCE[dtype], atol=0)
    assert saturation_ratio(torch.tensor(-5.0, dtype=torch.float64)).item() == pytest.approx(math.exp(5))


def test_steps_descend_their_own_loss_and_leave_the_other_player_alone(device):
    D, G = LogitDiscriminator().to(device), AffineGenerator().to(device)
    g = torch.Generator().manual_seed(0)
    real = torch.randn(64, 2, generator=g, dtype=torch.float64).to(device) + 2
    z = torch.randn(64, 3, generator=g, dtype=torch.float64).to(device)
    before = [p.clone() for p in G.parameters()]
    opt = SGD(D.parameters(), lr=0.1)
    losses = [discriminator_step(D, G, real, z, opt).item() for _ in range(20)]
    assert losses[-1] < losses[0] and all(p.grad is None for p in G.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, G.parameters(), strict=True))
    before = [p.clone() for p in D.parameters()]
    opt = SGD(G.parameters(), lr=0.1)
    losses = [generator_step(D, G, z, opt).item() for _ in range(20)]
    assert losses[-1] < losses[0]
    assert all(torch.equal(a, b) for a, b in zip(before, D.parameters(), strict=True))
