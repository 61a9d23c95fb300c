"""The reference of lesson 41 against mathematics: autograd, torch.distributions, Gaussians, integrals, counting."""

import math

import pytest
import torch
from torch.distributions import (
    AffineTransform,
    ComposeTransform,
    Independent,
    MultivariateNormal,
    Normal,
    SigmoidTransform,
    TransformedDistribution,
    Uniform,
)
from torch.nn.functional import pixel_unshuffle

from gm_ref.flow.realnvp import (
    bits_per_dim,
    channel_mask,
    checkerboard_mask,
    coupling_forward,
    coupling_inverse,
    dequantize,
    flow_log_prob,
    flow_sample,
    log_det_by_autograd,
    logit_inverse,
    logit_transform,
    squeeze,
    unsqueeze,
)
from gm_ref.kit.probes.realnvp import Bend, Mixing, NormalLogProb, Rescale, ScaleShift, Turn

dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
TOLERANCE = {torch.float64: 1e-11, torch.float32: 2e-5}
A = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)
B = torch.tensor([[0.8, -0.3], [0.5, 1.9]], dtype=torch.float64)
SHIFT = torch.tensor([0.4, -0.7], dtype=torch.float64)


def normal(*shape, dtype=torch.float64, device="cpu", seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(device, dtype)


def close(got, want, dtype=torch.float64, factor=1.0):
    tolerance = factor * TOLERANCE[dtype]
    torch.testing.assert_close(got, want.to(got), rtol=tolerance, atol=tolerance)


class Coupling:
    """A coupling layer with the probes' conditioner."""

    def __init__(self, mask, strength=0.7):
        self.mask, self.net = mask, ScaleShift(strength)

    def forward(self, x):
        return coupling_forward(x, self.mask, self.net)

    def inverse(self, z):
        return coupling_inverse(z, self.mask, self.net)


# log_det_by_autograd


@dtypes
def test_log_det_of_linear_maps_is_that_of_their_matrix(dtype, device):
    x = normal(5, 2, dtype=dtype, device=device)
    layer = Turn(A, SHIFT).to(device)
    assert torch.linalg.det(A) < 0
    close(log_det_by_autograd(lambda y: layer(y)[0], x), layer(x)[1], dtype)


@dtypes
def test_log_det_of_a_triangular_map_is_the_sum_over_its_diagonal(dtype, device):
    x = normal(6, 3, dtype=dtype, device=device)
    want = torch.log(torch.cosh(x[:, 0])) + torch.sin(x[:, 0]) + x[:, 1] / 2
    close(log_det_by_autograd(Bend(), x), want, dtype, factor=10)


def test_log_det_of_images_is_that_of_jacrev(device):
    x = normal(3, 2, 3, 2, device=device)
    J = torch.func.vmap(torch.func.jacrev(lambda s: Mixing()(s[None])[0]))(x).reshape(3, 12, 12)
    close(log_det_by_autograd(Mixing(), x), torch.linalg.slogdet(J).logabsdet)


def test_log_det_does_not_underflow_and_allows_another_shape(device):
    x = normal(2, 200, device=device)
    close(log_det_by_autograd(Rescale(1e-4, (10, 20)), x), torch.full((2,), 200 * math.log(1e-4), dtype=torch.float64))
    assert log_det_by_autograd(lambda y: 0 * y, x[:1, :3]).item() == -math.inf


# coupling layers

MASKS = [torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0]), checkerboard_mask(3, 4), channel_mask(4)]
SHAPES = [(4, 5), (2, 2, 3, 4), (3, 4, 2, 1)]


@dtypes
@pytest.mark.parametrize("mask, shape", list(zip(MASKS, SHAPES, strict=True)))
def test_coupling_inverts_and_its_log_det_is_the_jacobians(mask, shape, dtype, device):
    x, mask = normal(*shape, dtype=dtype, device=device), mask.to(device)
    layer = Coupling(mask)
    z, log_det = layer.forward(x)
    assert z.dtype == log_det.dtype == dtype and log_det.shape == shape[:1]
    close(layer.inverse(z), x, dtype, factor=10)
    close(log_det, log_det_by_autograd(lambda y: layer.forward(y)[0], x), dtype, factor=10)
    kept = mask.expand(shape) == 1
    assert torch.equal(z[kept], x[kept])


def test_coupling_follows_the_papers_equation(device):
    """Dinh 2017, eq. 4, 5: with the first half kept, y2 = x2 exp(s(x1)) + t(x1), entry by entry."""
    x, mask, net = normal(7, 4, device=device), torch.tensor([1.0, 1, 0, 0], device=device), ScaleShift()
    s, t = net(torch.cat([x[:, :2], torch.zeros_like(x[:, 2:])], dim=1))
    z, log_det = coupling_forward(x, mask, net)
    close(z, torch.cat([x[:, :2], x[:, 2:] * s[:, 2:].exp() + t[:, 2:]], dim=1))
    close(log_det, s[:, 2:].sum(dim=1))


def test_coupling_ignores_a_scale_that_overflows_where_nothing_is_scaled():
    def wild(x):
        return torch.where(mask == 1, 1e4, 0.5).expand_as(x).to(x), torch.zeros_like(x)

    x, mask = normal(3, 4), torch.tensor([1.0, 0, 1, 0])
    z, log_det = coupling_forward(x, mask, wild)
    close(log_det, torch.full((3,), 1.0))
    close(coupling_inverse(z, mask, wild), x)


def test_log_det_is_differentiable_by_the_networks_weights():
    net = torch.nn.Linear(4, 8).double()
    _, log_det = coupling_forward(normal(3, 4), MASKS[0][:4], lambda x: net(x).chunk(2, dim=1))
    log_det.sum().backward()
    assert net.weight.grad.abs().sum() > 0


# flows


@dtypes
def test_an_affine_flow_is_a_multivariate_normal(dtype, device):
    layers = [Turn(A, SHIFT).to(device), Turn(B, -SHIFT).to(device)]
    M, c = B @ A, B @ SHIFT - SHIFT
    want = MultivariateNormal(torch.linalg.solve(M, 0.3 - c), precision_matrix=M.T @ M / 1.7)
    x = normal(50, 2, dtype=dtype, device=device)
    close(flow_log_prob(x, layers, NormalLogProb(0.3, 1.7)), want.log_prob(x.double().cpu()), dtype, factor=10)


def test_an_affine_flows_samples_have_that_normals_moments(device):
    layers = [Turn(A, SHIFT).to(device), Turn(B, -SHIFT).to(device)]
    M, c, n = B @ A, B @ SHIFT - SHIFT, 200_000
    x = flow_sample(normal(n, 2, device=device), layers).cpu()
    mean, covariance = torch.linalg.solve(M, -c), torch.linalg.inv(M.T @ M)
    error = covariance.diagonal().div(n).sqrt()
    assert ((x.mean(dim=0) - mean).abs() < 4 * error).all()
    assert ((x.T.cov() - covariance).abs() < 4 * math.sqrt(2 / n) * covariance.diagonal().max()).all()


@pytest.mark.parametrize("sign, whole", [(1, True), (-1, False)])
def test_the_density_integrates_to_one_with_plus_and_not_with_minus(sign, whole):
    layers = [Coupling(torch.tensor([1.0, 0.0])), Coupling(torch.tensor([0.0, 1.0]), 0.5), Turn(B, SHIFT)]
    line, base = torch.linspace(-9, 9, 721, dtype=torch.float64), NormalLogProb(0.0, 1.0)
    grid = torch.cartesian_prod(line, line)
    log_p = flow_log_prob(grid, layers, base)
    z = grid
    for layer in layers:
        z = layer.forward(z)[0]
    log_p = base(z) + sign * (log_p - base(z))
    area = log_p.exp().sum().item() * (line[1] - line[0]).item() ** 2
    assert (abs(area - 1) < 1e-6) == whole
    assert whole or abs(area - 1) > 0.5


class Wrapped:
    """A layer made of one of torch's transforms, entry by entry."""

    def __init__(self, transform):
        self.transform = transform

    def forward(self, x):
        z = self.transform(x)
        return z, self.transform.log_abs_det_jacobian(x, z).sum(dim=1)


def test_log_prob_is_torchs_transformed_distribution(device):
    x = torch.rand(40, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device)
    logit, affine, base = SigmoidTransform().inv, AffineTransform(0.3, -1.7), Normal(x.new_zeros(3), x.new_ones(3))
    want = TransformedDistribution(Independent(base, 1), [affine.inv, logit.inv]).log_prob(x)
    layers = [Wrapped(logit), Wrapped(affine)]
    close(flow_log_prob(x, layers, lambda z: base.log_prob(z).sum(dim=1)), want)


@dtypes
def test_flow_sample_and_log_prob_run_opposite_ways(dtype, device):
    masks = [checkerboard_mask(2, 3).to(device), 1 - checkerboard_mask(2, 3).to(device)]
    layers = [Coupling(masks[k % 2], 0.5 - 0.1 * k) for k in range(5)]
    x = normal(4, 1, 2, 3, dtype=dtype, device=device)
    z = x
    for layer in layers:
        z = layer.forward(z)[0]
    close(flow_sample(z, layers), x, dtype, factor=100)
    whole = log_det_by_autograd(lambda y: run(y, layers), x)
    close(flow_log_prob(x, layers, NormalLogProb(0, 1)), NormalLogProb(0, 1)(z) + whole, dtype, factor=100)


def run(x, layers):
    for layer in layers:
        x = layer.forward(x)[0]
    return x


def test_no_layer_is_the_base_and_arguments_stay():
    x, base = normal(3, 2), NormalLogProb(0.3, 1.7)
    kept = x.clone()
    assert torch.equal(flow_log_prob(x, [], base), base(x)) and torch.equal(flow_sample(x, []), x)
    flow_log_prob(x, [Turn(A, SHIFT)], base)
    assert torch.equal(x, kept)


# masks and squeezing


def test_masks_by_hand():
    assert checkerboard_mask(2, 3).tolist() == [[[0, 1, 0], [1, 0, 1]]]
    assert channel_mask(4).flatten().tolist() == [1, 1, 0, 0] and channel_mask(6).shape == (6, 1, 1)
    with pytest.raises(ValueError, match="even, got 3"):
        channel_mask(3)


@dtypes
@pytest.mark.parametrize("shape", [(2, 3, 4, 6), (1, 1, 2, 2), (4, 4, 4, 4)])
def test_squeeze_is_numpys_block_view(shape, dtype, device):
    x = normal(*shape, dtype=dtype, device=device)
    n, c, h, w = shape
    blocks = x.cpu().numpy().reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 3, 5, 2, 4)
    want = torch.from_numpy(blocks.reshape(n, 4 * c, h // 2, w // 2).copy()).to(device)
    assert torch.equal(squeeze(x), want) and torch.equal(squeeze(x), pixel_unshuffle(x, 2))
    assert torch.equal(unsqueeze(squeeze(x)), x) and squeeze(x).dtype == dtype


def test_squeeze_orders_a_block_row_by_row_and_keeps_volumes():
    x = torch.arange(8.0, dtype=torch.float64).reshape(1, 2, 2, 2)
    assert squeeze(x).flatten().tolist() == list(range(8))
    close(log_det_by_autograd(squeeze, normal(2, 2, 2, 4)), torch.zeros(2))
    with pytest.raises(ValueError, match=r"even, got \(3, 4\)"):
        squeeze(torch.zeros(1, 1, 3, 4))


# dequantisation, logit, bits


@dtypes
def test_dequantized_levels_can_be_read_off_and_fill_the_interval(dtype, device):
    x_int = torch.arange(17, device=device).repeat(1000, 1)
    u = torch.rand(1000, 17, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device, dtype)
    x = dequantize(x_int, u, 17)
    assert x.dtype == dtype and x.min() >= 0 and x.max() <= 1
    inside = u < 1 - 1e-5  # beyond, float32 rounds up to the next level
    assert torch.equal((x * 17).floor().long()[inside], x_int[inside])
    n = x.numel()
    assert abs(x.double().mean().item() - 0.5) < 4 * math.sqrt(1 / 12 / n)


def shrunk(alpha):
    return ComposeTransform([AffineTransform(alpha, 1 - 2 * alpha), SigmoidTransform().inv])


@dtypes
@pytest.mark.parametrize("alpha", [0.05, 1e-3])
def test_logit_is_torchs_composed_transform_both_ways(alpha, dtype, device):
    x = torch.rand(5, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device, dtype)
    chain = shrunk(alpha)
    y, log_det = logit_transform(x, alpha)
    close(y, chain(x.double()), dtype, factor=10)
    close(log_det, chain.log_abs_det_jacobian(x.double(), chain(x.double())).sum(dim=(1, 2)), dtype, factor=10)
    back, log_det_back = logit_inverse(y, alpha)
    close(back, x, dtype, factor=10)
    close(log_det_back, -log_det, dtype, factor=10)


def test_logit_log_det_is_the_jacobians_and_finite_at_both_ends(device):
    x = torch.rand(4, 1, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device)
    close(logit_transform(x, 0.05)[1], log_det_by_autograd(lambda v: logit_transform(v, 0.05)[0], x))
    y = 3 * normal(4, 5, device=device)
    close(logit_inverse(y, 0.05)[1], log_det_by_autograd(lambda v: logit_inverse(v, 0.05)[0], y))
    ends, log_det = logit_transform(torch.tensor([[0.0, 1.0]], device=device), 0.05)
    assert ends.tolist()[0] == pytest.approx([-math.log(19), math.log(19)]) and log_det.isfinite().all()
    assert logit_inverse(torch.tensor([[1000.0]]), 0.05)[1].item() == pytest.approx(-1000 - math.log(0.9))


@dtypes
def test_a_uniform_model_costs_eight_bits_exactly(dtype, device):
    images = torch.rand(6, 3, 4, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device, dtype)
    uniform = Independent(Uniform(images.new_tensor(0.0), images.new_tensor(1.0)).expand((3, 4, 2)), 3)
    assert bits_per_dim(uniform.log_prob(images), (3, 4, 2), 256).tolist() == [8.0] * 6
    assert bits_per_dim(uniform.log_prob(images), (3, 4, 2), 16).tolist() == [4.0] * 6


def test_a_logistic_prior_through_the_logit_costs_eight_bits(device):
    """logit(U) is logistic: with alpha near 0 the logit's Jacobian and a logistic base cancel."""
    x = torch.rand(4, 1, 3, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device)
    y, log_det = logit_transform(x, 1e-12)
    unit = Uniform(torch.zeros((), device=device).double(), torch.ones((), device=device).double())
    logistic = TransformedDistribution(unit, [SigmoidTransform().inv])
    log_prob = logistic.log_prob(y).flatten(1).sum(dim=1) + log_det
    close(bits_per_dim(log_prob, (1, 3, 3), 256), torch.full((4,), 8.0), factor=100)


def test_bits_are_the_cross_entropy_of_the_grey_levels_of_a_step_density():
    """A density constant on each level's interval makes the bound tight: bits = -log2 of the level's probability."""
    weights = torch.tensor([0.1, 0.4, 0.3, 0.2], dtype=torch.float64)
    x_int = torch.tensor([[0, 1], [2, 3], [1, 1]])
    u = torch.rand(3, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    x = dequantize(x_int, u, 4)
    log_prob = torch.log(weights[(4 * x).floor().long()] * 4).sum(dim=1)
    close(bits_per_dim(log_prob, (2,), 4), -torch.log2(weights[x_int]).mean(dim=1))
