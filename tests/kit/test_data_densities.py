"""The densities are normalised, agree with independent computations, and are what their samples follow."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import Categorical, Independent, MixtureSameFamily, MultivariateNormal, Normal

from gm_ref.kit.data import checkerboard, gaussian_ring, pinwheel, two_moons

DENSITIES = [
    two_moons(),
    two_moons(0.3),
    gaussian_ring(),
    gaussian_ring(3, 0.5, 0.3),
    checkerboard(),
    checkerboard(2),
    pinwheel(),
    pinwheel(3, -0.4),
]
SMOOTH = [d for d in DENSITIES if not repr(d).startswith("Checkerboard")]
every = pytest.mark.parametrize("density", DENSITIES, ids=repr)
every_smooth = pytest.mark.parametrize("density", SMOOTH, ids=repr)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def grid(half, step):
    """Return the midpoints (N, 2) of square cells that tile [-half, half]^2."""
    line = torch.arange(-half + step / 2, half, step, dtype=torch.float64)
    return torch.cartesian_prod(line, line)


def log_prob_in_pieces(density, x):
    return torch.cat([density.log_prob(piece) for piece in x.split(4096)])


def mixture_of(means, covariance):
    """Return torch's own mixture of equal Gaussians with means (K, 2) and covariances (K, 2, 2)."""
    weights = Categorical(logits=torch.zeros(len(means), dtype=torch.float64))
    return MixtureSameFamily(weights, MultivariateNormal(means, covariance))


def round_mixture_of(means, std):
    weights = Categorical(logits=torch.zeros(len(means), dtype=torch.float64))
    return MixtureSameFamily(weights, Independent(Normal(means, torch.full_like(means, std)), 1))


@every
def test_integrates_to_one(density):
    step = 0.05
    total = log_prob_in_pieces(density, grid(4.5, step)).exp().sum() * step**2
    assert total == pytest.approx(1, abs=1e-5)


@every
def test_samples_follow_the_density(density):
    """Pearson's statistic over bins of width 0.5 stays below its mean plus 4 standard deviations."""
    n, fine, bins = 20_000, 0.05, 18
    x = density.sample(n, seeded(1), torch.float64)
    mass = log_prob_in_pieces(density, grid(4.5, fine)).exp().reshape(bins, 10, bins, 10).sum(dim=(1, 3)) * fine**2
    cell = ((x + 4.5) / 0.5).floor().long()
    seen = torch.bincount(cell[:, 0] * bins + cell[:, 1], minlength=bins**2).double()
    expected = n * mass.flatten()
    big = expected > 8
    seen = torch.cat([seen[big], seen[~big].sum()[None]])
    expected = torch.cat([expected[big], expected[~big].sum()[None]]).clamp(min=1e-3)
    freedom = len(seen) - 1
    assert ((seen - expected) ** 2 / expected).sum() < freedom + 4 * math.sqrt(2 * freedom) + 4


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_checkerboard_never_leaves_its_cells(dtype):
    """Rounding does not push a sample over the edge, not even where numbers are coarse."""
    x = checkerboard().sample(200_000, seeded(2), dtype)
    assert x.dtype == dtype and checkerboard().log_prob(x).isfinite().all()


@every
def test_entropy_is_the_mean_surprise(density):
    surprise = -density.log_prob(density.sample(20_000, seeded(3), torch.float64))
    error = surprise.std() / math.sqrt(len(surprise))
    assert density.entropy == pytest.approx(surprise.mean().item(), abs=4 * error.item() + 1e-9)


@pytest.mark.parametrize("density, step", [(gaussian_ring(3, 0.5, 0.3), 0.04), (two_moons(0.3), 0.05)], ids=repr)
def test_entropy_is_accurate_to_a_millionth(density, step):
    log_p = log_prob_in_pieces(density, grid(6, step))
    assert density.entropy == pytest.approx(-(log_p.exp() * log_p).sum().item() * step**2, abs=1e-6)


def test_entropy_of_the_ring_in_closed_form():
    """Modes far apart add log K to the entropy log(2 pi e std^2) of one; one mode alone has exactly that."""
    single = math.log(2 * math.pi * math.e * 0.1**2)
    assert gaussian_ring(1, 2.0, 0.1).entropy == pytest.approx(single, abs=1e-6)
    assert gaussian_ring(8, 4.0, 0.1).entropy == pytest.approx(single + math.log(8), abs=1e-6)


def test_entropy_of_the_other_two():
    assert checkerboard(4).entropy == math.log(8) and checkerboard(2).entropy == math.log(2)
    assert pinwheel(twist=0.0).entropy == pinwheel(twist=2.0).entropy


def test_two_moons_against_torch():
    t = (torch.arange(128, dtype=torch.float64) + 0.5) * math.pi / 128
    upper = torch.stack([torch.cos(t), torch.sin(t)], dim=1)
    lower = torch.stack([1 - torch.cos(t), 0.5 - torch.sin(t)], dim=1)  # as in scikit-learn's make_moons
    oracle = round_mixture_of(torch.cat([upper, lower]) - torch.tensor([0.5, 0.25]), 0.1)
    x = 2 * torch.randn(50, 2, generator=seeded(), dtype=torch.float64)
    torch.testing.assert_close(two_moons(0.1).log_prob(x), oracle.log_prob(x))


def test_two_moons_have_no_ripples():
    """Between two knots the least noise leaves the density within 1e-5 of that at a knot."""
    t = torch.linspace(math.pi * 63.5 / 128, math.pi * 64.5 / 128, 21, dtype=torch.float64)
    log_p = two_moons(0.02).log_prob(torch.stack([t.cos() - 0.5, t.sin() - 0.25], dim=1))
    assert log_p.max() - log_p.min() < 1e-5


def test_gaussian_ring_against_torch():
    turned = [2 * complex(math.cos(a), math.sin(a)) for a in [2 * math.pi * k / 6 for k in range(6)]]
    means = torch.tensor([[z.real, z.imag] for z in turned], dtype=torch.float64)
    x = 2 * torch.randn(50, 2, generator=seeded(), dtype=torch.float64)
    ring = gaussian_ring(6, 2.0, 0.25)
    torch.testing.assert_close(ring.log_prob(x), round_mixture_of(means, 0.25).log_prob(x))
    torch.testing.assert_close(ring.means, means)


def test_gaussian_ring_has_known_moments():
    """The covariance is (radius^2 / 2 + std^2) I for three modes or more."""
    n = 40_000
    x = gaussian_ring(5, 1.5, 0.2).sample(n, seeded(4), torch.float64)
    assert (x.mean(dim=0).abs() < 4 * x.std(dim=0) / math.sqrt(n)).all()
    squares = x.square()
    off = (squares.mean(dim=0) - (1.5**2 / 2 + 0.2**2)).abs()
    assert (off < 4 * squares.std(dim=0) / math.sqrt(n)).all()


@pytest.mark.parametrize("arms, twist", [(5, 0.7), (2, -1.3), (1, 0.0)])
def test_pinwheel_by_change_of_variables(arms, twist):
    """log p(x) = log base(y) + log |det dy/dx|, with the Jacobian by autograd and complex numbers for the turn."""
    angle = 2 * math.pi * torch.arange(arms, dtype=torch.float64) / arms
    rotation = torch.stack(
        [torch.stack([angle.cos(), -angle.sin()], dim=1), torch.stack([angle.sin(), angle.cos()], dim=1)], dim=1
    )
    covariance = rotation @ torch.diag(torch.tensor([0.45**2, 0.12**2], dtype=torch.float64)) @ rotation.mT
    base = mixture_of(1.5 * rotation[:, :, 0], covariance)

    def untwist(x):
        z = torch.complex(x[0], x[1])
        turned = z * torch.exp(-1j * twist * z.abs())
        return torch.stack([turned.real, turned.imag])

    x = 1.5 * torch.randn(20, 2, generator=seeded(), dtype=torch.float64)
    y = torch.stack([untwist(row) for row in x])
    jacobian = torch.stack([torch.autograd.functional.jacobian(untwist, row) for row in x])
    expected = base.log_prob(y) + torch.linalg.slogdet(jacobian).logabsdet
    torch.testing.assert_close(pinwheel(arms, twist).log_prob(x), expected)


@settings(deadline=None, max_examples=200)
@given(x=st.floats(-3, 3, width=32), y=st.floats(-3, 3, width=32), half=st.sampled_from([1, 2]))
def test_checkerboard_by_hand(x, y, half):
    board = checkerboard(2 * half)
    on_board = -half <= x < half and -half <= y < half
    dark = on_board and (math.floor(x) + math.floor(y)) % 2 == 0
    expected = -math.log(2 * half**2) if dark else -math.inf
    for dtype in (torch.float32, torch.float64):
        assert board.log_prob(torch.tensor([[x, y]], dtype=dtype)).item() == pytest.approx(expected, rel=1e-6)


@every
def test_dtypes_agree(density):
    x = density.sample(200, seeded(5), torch.float64)
    single = density.log_prob(x.float())
    assert single.dtype == torch.float32 and density.log_prob(x).dtype == torch.float64
    torch.testing.assert_close(single.double(), density.log_prob(x), rtol=1e-4, atol=2e-4)
    assert density.sample(3, seeded()).dtype == torch.get_default_dtype()
    assert density.sample(0, seeded()).shape == (0, 2) and density.log_prob(x[:0]).shape == (0,)


@every
def test_the_generator_decides(density):
    torch.testing.assert_close(density.sample(9, seeded(6)), density.sample(9, seeded(6)), rtol=0, atol=0)
    assert not torch.equal(density.sample(9, seeded(6)), density.sample(9, seeded(7)))
    before = torch.get_rng_state()
    density.sample(9, seeded())
    assert torch.equal(before, torch.get_rng_state())


@every_smooth
def test_the_score_flows(density):
    x = density.sample(4, seeded(8), torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(density.log_prob, x)
    assert torch.autograd.functional.jacobian(lambda x: density.log_prob(x), torch.zeros(1, 2)).isfinite().all()


@every
def test_device(density, device):
    x = density.sample(5, torch.Generator(device).manual_seed(0))
    assert x.device.type == device.type and density.log_prob(x).device.type == device.type


@pytest.mark.parametrize(
    "make, word",
    [
        (lambda: two_moons(0.001), "noise"),
        (lambda: two_moons(float("nan")), "noise"),
        (lambda: gaussian_ring(0), "modes"),
        (lambda: gaussian_ring(radius=-1.0), "radius"),
        (lambda: gaussian_ring(std=0.0), "std"),
        (lambda: checkerboard(3), "even"),
        (lambda: checkerboard(0), "cells"),
        (lambda: pinwheel(0), "arms"),
        (lambda: pinwheel(twist=9.0), "twist"),
    ],
)
def test_impossible_densities_are_refused(make, word):
    with pytest.raises(ValueError, match=f"{word}.* got .*: give"):
        make()


@every
@pytest.mark.parametrize("shape", [(2,), (3, 3), (2, 1, 2)])
def test_points_must_be_pairs(density, shape):
    with pytest.raises(ValueError, match=r"\(B, 2\), got .*: give one point a row"):
        density.log_prob(torch.zeros(shape))
