"""The check of flow_log_prob."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_close,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.realnvp.oracles import (
    A2,
    B2,
    FACTORS,
    SHIFT2,
    compared,
    expect_single,
    log_abs_det,
    near,
    stack,
    strided,
)
from gm_ref.kit.probes.realnvp import NormalLogProb, Sinh, Stretch, Turn


def affine(A: Tensor, shift: Tensor, base: NormalLogProb) -> MultivariateNormal:
    """Return the Gaussian of x when z = A x + shift has the base density."""
    return MultivariateNormal(torch.linalg.solve(A, base.m - shift), precision_matrix=A.T @ A / base.s2)


def _log_prob_plane(f: Callable) -> Tensor:
    return f(wave(3, 2), stack(), NormalLogProb(0.3, 1.7))


def _log_prob_pairs(f: Callable) -> Tensor:
    return f(wave(2, 2, shift=6), stack()[:2], NormalLogProb(-0.4, 0.6))


def _log_prob_image(f: Callable) -> Tensor:
    return f(wave(3, 1, 2, 2, shift=8), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3)], NormalLogProb(0.2, 2.1))


def _log_prob_slope(f: Callable) -> Tensor:
    return slope(f, wave(2, 2, shift=2), stack(), NormalLogProb(0.3, 1.7))


@check(probes=[_log_prob_plane, _log_prob_pairs, _log_prob_image, _log_prob_slope], slopes=("x",))
def check_flow_log_prob(flow_log_prob: Guarded, draw: Draws) -> None:
    """Probe one layer, affine stacks against a Gaussian, curved ones against the Jacobian, the integral, gradients."""
    x, base = draw.normal(4, 2), NormalLogProb(0.3, 1.7)
    got = expect_tensor(flow_log_prob(x, [], base), (4,), like=x, name="log p(x)")
    expect_close(got, base(x), "A flow without layers is its base density.")
    expect_close(
        flow_log_prob(x, (Turn(A2, SHIFT2),), base),
        affine(A2, SHIFT2, base).log_prob(x),
        "With one affine layer, p(x) must be the density of a Gaussian.",
        "forward runs from x to z and gives log |det dz/dx|: it is added to log p(z), the base's log-density at z, not at x.",
    )
    expect_close(
        flow_log_prob(x, nn.ModuleList([Turn(A2, SHIFT2), Turn(B2, -SHIFT2)]), base),
        affine(B2 @ A2, B2 @ SHIFT2 - SHIFT2, base).log_prob(x),
        "With two affine layers, p(x) must be the density of a Gaussian.",
        "The layers run in order, each on what the one before gave; all their log-dets are added.",
    )

    def through(y: Tensor) -> Tensor:
        for layer in stack():
            y = layer.forward(y)[0]
        return y

    want = base(through(x)) + log_abs_det(through, x, 1e-4)
    got = expect_tensor(flow_log_prob(strided(x), stack(), base), (4,), name="log p(x)")
    expect(
        near(got, want, 1e-5),
        "With three layers, one of them curved, log p(x) is off.",
        "log p(z) plus the sum of the layers' log-dets, one number for each sample.",
        compared("the Jacobian of all layers together gives", got, want),
    )
    line = torch.linspace(-8, 8, 401, dtype=torch.float64)[:, None]
    total = torch.exp(flow_log_prob(line, [Sinh(0.8, 0.2), Sinh(0.9, -0.1)], base)).sum() * 0.04
    expect_close(total, 1.0, "The density does not integrate to one over x.", name="the integral")
    _expect_extremes(flow_log_prob, x)
    _expect_samples_alone(flow_log_prob, draw.normal(3, 1, 2, 2), base)
    _expect_flow_slope(flow_log_prob, x, base)
    flat = affine(B2 @ A2, B2 @ SHIFT2 - 2 * SHIFT2, base).log_prob(x)
    expect_single(flow_log_prob(x.float(), stack()[::2], base), flat, x.float(), "log p(x)")


def _expect_extremes(flow_log_prob: Guarded, x: Tensor) -> None:
    base, far, wide = NormalLogProb(0.3, 1.7), 4000 * x, NormalLogProb(0.3, 1e60)
    expect_close(
        flow_log_prob(far, [Turn(A2, SHIFT2)], base),
        affine(A2, SHIFT2, base).log_prob(far),
        "Far out log p(x) is off.",
        "No clamp: it is very negative there, and finite.",
    )
    expect_close(
        flow_log_prob(x, [Turn(1e30 * A2, SHIFT2)], wide),
        affine(A2, 1e-30 * SHIFT2, NormalLogProb(0.3e-30, 1.0)).log_prob(x),
        "Where a log-det is large log p(x) is off.",
        "Add the log-dets up in the dtype of x: a total that begins as float32 zeros and grows in place stays float32.",
    )


def _expect_samples_alone(flow_log_prob: Guarded, images: Tensor, base: Callable) -> None:
    layers = [Sinh(0.7, 0.2), Stretch(FACTORS, (4, 1, 1)), Sinh(-1.2, -0.3)]
    rows = torch.cat([expect_tensor(flow_log_prob(row[None], layers, base), (1,)) for row in images])
    got = expect_tensor(flow_log_prob(images, layers, base), (3,), name="log p(x) of images")
    expect_close(
        got,
        rows,
        "A sample's log p(x) changes when it stands in a batch with others.",
        "Nothing is summed or averaged over the batch.",
    )
    log_slopes = (FACTORS.abs().log() + math.log(0.7) + torch.log(torch.cosh(0.7 * (images + 0.2)))).flatten(1)
    z = (FACTORS * torch.sinh(0.7 * (images + 0.2))).flatten(1)
    expect_close(
        flow_log_prob(images, layers[:2], base),
        base(z) + log_slopes.sum(dim=1),
        "For images, with a layer that changes their shape, log p(x) is off.",
        "x goes through the layers in the shape that it has; every layer's log_det counts once.",
    )


def _expect_flow_slope(flow_log_prob: Guarded, x: Tensor, base: Callable) -> None:
    def right(y: Tensor) -> Tensor:
        u = -0.6 * (y @ A2.T + SHIFT2 + 0.3)  # the middle layer's: the others' log-dets are the same everywhere
        return base(torch.sinh(u) @ B2.T - 2 * SHIFT2) + torch.log(torch.cosh(u)).sum(dim=1)

    expect_close(
        flow_log_prob.gradient(x, stack(), base),
        slope(right, x),
        "The gradient of log p(x) with respect to x is off.",
        "Gradients flow through z and through the log-dets: look for detach or no_grad.",
    )
