"""The check of log_prob_by_change_of_variables."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.kit.probes.start import AffineLogAbsDet, AffineMap, GaussianLogProb, SinhLogAbsDet, SinhMap

A2 = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)  # det -1.41: it turns the plane over
SHIFT2 = torch.tensor([0.4, -0.7], dtype=torch.float64)
PLANE = (AffineMap(A2.clone(), SHIFT2.clone()), AffineLogAbsDet(A2.clone()))


def bent(rate: float) -> tuple[SinhMap, SinhLogAbsDet]:
    """Return the map sinh(rate x) and its log |det|."""
    return SinhMap(rate), SinhLogAbsDet(rate)


def density(x: Tensor, f: Callable, log_abs_det: Callable, base_log_prob: GaussianLogProb) -> Tensor:
    """Return log p(x), (B,): a Gaussian's where f is affine, else the slope of the probability below each entry."""
    m, s2 = base_log_prob.m, base_log_prob.s2
    if isinstance(f, AffineMap):
        precision = f.A.T @ f.A / s2
        return MultivariateNormal(torch.linalg.solve(f.A, m - f.shift), precision_matrix=precision).log_prob(x)
    x = x if x.requires_grad else x.detach().requires_grad_()
    below = torch.special.ndtr((f(x) - m) / math.sqrt(s2))
    return torch.autograd.grad(below.sum(), x, create_graph=True)[0].abs().log().sum(dim=1)


PROBES = [
    given(wave(3, 2), *PLANE, GaussianLogProb(0.3, 1.7)),
    given(wave(4, 1), *bent(-0.8), GaussianLogProb(0.3, 1.7)),
    given(wave(3, 3), *bent(0.6), GaussianLogProb(-0.2, 0.6)),
    given(400 * wave(3, 2), *PLANE, GaussianLogProb(0.3, 1.7)),
]


@check(probes=PROBES, slopes=("x",))
def check_log_prob_by_change_of_variables(log_prob_by_change_of_variables: Guarded, draw: Draws) -> None:
    """Probe it against the slope of the probability below x, a Gaussian in the plane, sharp peaks, the gradient."""
    beside = Beside(log_prob_by_change_of_variables, density, ["log p(x)"])
    base, peaked = GaussianLogProb(0.3, 1.7), GaussianLogProb(0.3, 1e-4)
    pairs, centre = draw.normal(4, 2), torch.linalg.solve(A2, 0.3 - SHIFT2)
    usual = (draw.uniform(5, 1, low=-2, high=2), *bent(0.9), base)
    beside.at(
        usual,
        "exp(log p) is not the slope of the probability below x: the density of z is not carried over to x.",
        "An interval of x is stretched by |dz/dx| and keeps its probability: where f stretches, p(x) is above p(z).",
    )
    beside.at(
        (pairs, *PLANE, base),
        "For an affine map of the plane p(x) is off; it must be the density of a Gaussian.",
        "log_abs_det gives the logarithm already, summed over dimensions, one number for each sample.",
    )
    beside.at(
        (torch.cat([centre + 1e-4 * pairs[:2], 30 * pairs[2:]]), *PLANE, peaked),
        "Where the density is very high or very low, log p(x) is off.",
        "A log-density may be positive, and as low as it likes: look for a clamp, or for exp followed by log.",
    )
    beside.slopes(usual, "Look for detach or no_grad around f or log_abs_det: gradients flow through both.")
    beside.everywhere(usual, [(draw.uniform(3, 3, low=-2, high=2), *bent(0.5), base)])
