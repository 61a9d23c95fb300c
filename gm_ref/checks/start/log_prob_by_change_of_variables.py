"""The check of log_prob_by_change_of_variables."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.start.oracles import expect_single, strided
from gm_ref.kit.probes.start import (
    AffineLogAbsDet,
    AffineMap,
    GaussianLogProb,
    SinhLogAbsDet,
    SinhMap,
)


def slope(f: Callable, x: Tensor, h: float = 1e-3) -> Tensor:
    """Return f'(x) entry by entry for a smooth f, by central differences of fourth order."""
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


A2 = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)  # det -1.41: it turns the plane over


SHIFT2 = torch.tensor([0.4, -0.7], dtype=torch.float64)


def _by_affine(f: Callable) -> Tensor:
    return f(wave(3, 2), AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), GaussianLogProb(0.3, 1.7))


def _by_sinh(f: Callable) -> Tensor:
    return f(wave(4, 1), SinhMap(-0.8), SinhLogAbsDet(-0.8), GaussianLogProb(0.3, 1.7))


def _by_sinh_square(f: Callable) -> Tensor:
    return f(wave(3, 3), SinhMap(0.6), SinhLogAbsDet(0.6), GaussianLogProb(-0.2, 0.6))


def _by_affine_far(f: Callable) -> Tensor:
    return f(400 * wave(3, 2), AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), GaussianLogProb(0.3, 1.7))


@check(probes=[_by_affine, _by_sinh, _by_sinh_square, _by_affine_far], slopes=("x",))
def check_log_prob_by_change_of_variables(log_prob_by_change_of_variables: Guarded, draw: Draws) -> None:
    """Probe it against the slope of the cumulative distribution, a Gaussian in the plane, the integral, the gradient."""
    log_prob, base = log_prob_by_change_of_variables, GaussianLogProb(0.3, 1.7)
    x = draw.uniform(5, 1, low=-2, high=2)
    bend, stretch = SinhMap(0.9), SinhLogAbsDet(0.9)
    got = expect_tensor(log_prob(x, bend, stretch, base), (5,), like=x, name="log p(x)")

    def below(a: Tensor) -> Tensor:
        return torch.special.ndtr((torch.sinh(0.9 * a) - 0.3) / math.sqrt(1.7))

    expect_close(
        got,
        torch.log(slope(below, x.squeeze(1))),
        "exp(log p) is not the slope of the probability below x: the density of z is not carried over to x.",
        "An interval of x is stretched by |dz/dx| on its way to z, and keeps its probability: where f stretches, p(x) is larger than p(z).",
    )
    grid = torch.linspace(-6, 6, 401, dtype=torch.float64)[:, None]
    total = torch.exp(log_prob(grid, bend, stretch, base)).sum() * 0.03
    expect_close(total, 1.0, "The density does not integrate to one over x.", name="the integral")
    pairs = draw.normal(4, 2)
    precision = A2.T @ A2 / 1.7
    centre = torch.linalg.solve(A2, 0.3 - SHIFT2)
    plane = MultivariateNormal(centre, precision_matrix=precision)
    expect_close(
        log_prob(pairs, AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), base),
        plane.log_prob(pairs),
        "For an affine map of the plane p(x) is off; it must be the density of a Gaussian.",
        "log_abs_det gives the logarithm already, summed over dimensions, one number for each sample.",
    )
    spots = torch.cat([centre + 1e-4 * pairs[:2], 30 * pairs[2:]])
    peaked = MultivariateNormal(centre, precision_matrix=A2.T @ A2 / 1e-4)
    expect_close(
        log_prob(spots, AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), GaussianLogProb(0.3, 1e-4)),
        peaked.log_prob(spots),
        "Where the density is very high or very low, log p(x) is off.",
        "A log-density may be positive, and as low as it likes: look for a clamp, or for exp followed by log.",
    )
    box = draw.uniform(3, 3, low=-2, high=2)
    rows = [
        expect_tensor(log_prob(row[None], bend, stretch, base), (1,), like=x, name="log p(x) of a single sample")
        for row in box
    ]
    expect_close(
        log_prob(strided(box), bend, stretch, base),
        torch.cat(rows),
        "A sample's log p(x) changes when it stands in a batch with others.",
        "Nothing is summed or averaged over the batch.",
    )
    pull = slope(lambda a: torch.log(slope(below, a)), x.squeeze(1))[:, None]
    got = log_prob.gradient(x, bend, stretch, base)
    expect(
        torch.allclose(got.double(), pull, rtol=1e-5, atol=1e-6),
        "The gradient of log p(x) with respect to x is off.",
        "Look for detach or no_grad around f or log_abs_det: gradients flow through both.",
    )
    want = log_prob(x, bend, stretch, base).detach()
    expect_single(log_prob(x.float(), bend, stretch, base), want, "log p(x) in float32")
