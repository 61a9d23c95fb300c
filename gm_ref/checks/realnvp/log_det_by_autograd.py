"""The check of log_det_by_autograd."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.realnvp.oracles import compared, expect_single, log_abs_det, near, strided
from gm_ref.kit.probes.realnvp import Bend, Mixing, Rescale, Spin


def _log_det_bend(f: Callable) -> Tensor:
    return f(Bend(), wave(4, 3))


def _log_det_square(f: Callable) -> Tensor:
    return f(Mixing(), wave(4, 2, 1, 2, shift=3))


def _log_det_large(f: Callable) -> Tensor:
    return f(Rescale(-1e-3, (11, 12)), wave(1, 132))


@check(probes=[_log_det_bend, _log_det_square, _log_det_large], rows=(1,))
def check_log_det_by_autograd(log_det_by_autograd: Guarded, draw: Draws) -> None:
    """Probe it on a triangular map, on full Jacobians by finite differences, many dimensions, images, other shapes."""
    x = draw.normal(4, 3)
    got = expect_tensor(log_det_by_autograd(Bend(), x), (4,), like=x, name="log |det|")
    a, b = x[:, 0], x[:, 1]
    bent = torch.log(torch.cosh(a)) + torch.sin(a) + b / 2
    expect_close(
        got,
        bent,
        "For a map with a triangular Jacobian, whose determinant is the product of its diagonal, log |det| is off.",
        "One Jacobian for each sample, at that sample; the absolute value of its determinant, then the logarithm.",
    )
    box = draw.normal(3, 2, 1, 2)
    got = expect_tensor(log_det_by_autograd(Mixing(), strided(box)), (3,), like=box, name="log |det|")
    expect(
        near(got, log_abs_det(Mixing(), box), 1e-6),
        "For a map of images in which every entry depends on every entry, log |det| is off.",
        "Flatten a sample's entries: the Jacobian has a row for each output entry and a column for each input entry.",
        compared("finite differences give", got, log_abs_det(Mixing(), box)),
    )
    many = draw.normal(1, 42)
    for factor, limit in ((1e-9, "underflows to 0"), (1e9, "overflows to infinity")):
        expect_close(
            log_det_by_autograd(Rescale(factor, (6, 7)), many),
            torch.full((1,), 42 * math.log(factor)),
            f"In 42 dimensions, with every entry scaled by {factor:g}, log |det| must be 42 log {factor:g}.",
            f"The determinant itself {limit}: ask torch.linalg for its sign and its logarithm.",
        )
    expect_close(
        log_det_by_autograd(Spin(1.001), x[:, :2]),
        torch.full((4,), 2 * math.log(1.001)),
        "For a map that turns the plane and stretches it by 1.001, log |det| must be 2 log 1.001.",
        "The eigenvalues of a rotation are complex: the determinant is the product of them as they are.",
    )
    expect_close(
        log_det_by_autograd(Rescale(-2.0, (1, 3)), x[:1]),
        torch.full((1,), 3 * math.log(2)),
        "A map that turns space over has a negative determinant; log |det| takes its absolute value.",
    )
    expect_single(log_det_by_autograd(Bend(), x.float()), bent, x.float(), "log |det|")
