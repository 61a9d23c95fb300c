"""The check of kl_diag_gaussians."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_slope
from gm_ref.checks.start.oracles import LEVELS, expect_single, log_pdf, strided


def kl_by_two_points(mu1: Tensor, logvar1: Tensor, mu2: Tensor, logvar2: Tensor) -> Tensor:
    """Return KL(N1 || N2), (B,): log N1 - log N2 is a quadratic, so its mean at mu1 +- std1 is the mean under N1."""
    std = torch.exp(logvar1 / 2)
    ends = [mu1 - std, mu1 + std]
    gaps = [log_pdf(x, mu1, logvar1) - log_pdf(x, mu2, logvar2) for x in ends]
    return ((gaps[0] + gaps[1]) / 2).sum(dim=1)


def _kl_diag_gaussians(f: Callable) -> Tensor:
    return f(wave(3, 2), wave(3, 2, shift=30), wave(3, 2, shift=60), wave(3, 2, shift=90))


def _kl_diag_gaussians_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), wave(3, 3, shift=35), wave(3, 3, shift=65), wave(3, 3, shift=95))


def _kl_diag_gaussians_narrow(f: Callable) -> Tensor:
    x = wave(2, 3)
    return f(1e-6 * x, wave(2, 3, shift=9) - 26, 0 * x, wave(2, 3, shift=19) - 26)


def _kl_diag_gaussians_many(f: Callable) -> Tensor:
    logvar1, logvar2 = (LEVELS + 0.3 * wave(2, 400, shift=s) for s in (7, 19))
    return f(wave(2, 400), logvar1, wave(2, 400, shift=3), logvar2)


@check(
    probes=[_kl_diag_gaussians, _kl_diag_gaussians_square, _kl_diag_gaussians_narrow, _kl_diag_gaussians_many],
    rows=(0, 1, 2, 3),
    alike=("mu1", "logvar1", "mu2", "logvar2"),
    slopes=("mu1", "logvar1", "mu2", "logvar2"),
)
def check_kl_diag_gaussians(kl_diag_gaussians: Guarded, draw: Draws) -> None:
    """Probe zero at equality, the means alone, the variances alone, direction, extremes and gradients."""
    mu1, mu2, logvar1, logvar2 = (draw.normal(4, 3) for _ in range(4))
    got = expect_tensor(kl_diag_gaussians(mu1, logvar1, mu2, logvar2), (4,), like=mu1, name="the divergence")
    expect_close(
        kl_diag_gaussians(mu1, logvar1, mu1, logvar1),
        torch.zeros(4),
        "A Gaussian is at divergence 0 from itself.",
        "The -1 belongs to every dimension, the logarithms of equal variances cancel, and nothing is added to a variance.",
    )
    expect_close(
        kl_diag_gaussians(mu1, logvar2, mu2, logvar2),
        ((mu1 - mu2).square() / torch.exp(logvar2)).sum(dim=1) / 2,
        "With equal variances the divergence must be half the squared distance of the means, in units of the variance.",
    )
    expect_close(
        kl_diag_gaussians(mu1, logvar1, mu1, logvar2),
        kl_by_two_points(mu1, logvar1, mu1, logvar2),
        "With equal means the divergence is off.",
        "In each dimension it is half of (variance ratio - 1 - log of that ratio), the ratio being first over second.",
    )
    expect_close(
        got,
        kl_by_two_points(mu1, logvar1, mu2, logvar2),
        "The divergence is off where both means and variances differ.",
        "The squared distance of the means is divided by the second variance; the mean is taken under the first.",
    )
    thin1, thin2, near = draw.uniform(2, 5, low=-30, high=-20), draw.uniform(2, 5, low=-30, high=-20), draw.normal(2, 5)
    expect_close(
        kl_diag_gaussians(1e-6 * near, thin1, 0 * near, thin2),
        kl_by_two_points(1e-6 * near, thin1, 0 * near, thin2),
        "For narrow Gaussians, logvar from -30 to -20, the divergence is off.",
        "Look for a small number added to a variance, or a clamp on logvar.",
    )
    expect_close(
        kl_diag_gaussians(1e6 * near, thin1 + 50, 0 * near, thin2 + 50),
        kl_by_two_points(1e6 * near, thin1 + 50, 0 * near, thin2 + 50),
        "For wide Gaussians, logvar from 20 to 30, the divergence is off.",
        "Look for a clamp on logvar.",
    )
    for first, second in ((thin1, thin2 + 50), (thin1 + 50, thin2)):
        expect_close(
            kl_diag_gaussians(near, first, 0 * near, second),
            kl_by_two_points(near, first, 0 * near, second),
            "Between a narrow and a wide Gaussian, logvar near -25 and near 25, the divergence is off.",
            "Look for a clamp on a variance, on a ratio, or on logvar.",
        )
    for rows in ([a[:1] for a in (mu1, logvar1, mu2, logvar2)], [a[:, :1] for a in (mu1, logvar1, mu2, logvar2)]):
        shape = tuple(rows[0].shape)
        one = expect_tensor(kl_diag_gaussians(*rows), shape[:1], like=mu1, name=f"the divergence for shape {shape}")
        expect_close(one, kl_by_two_points(*rows), f"For Gaussians of shape {shape} the divergence is off.")
    many = [draw.normal(2, 400) if k % 2 else LEVELS + draw.uniform(2, 400, low=-1, high=1) for k in (1, 2, 3, 4)]
    expect_close(
        kl_diag_gaussians(*many),
        kl_by_two_points(*many),
        "In 400 dimensions the divergence is off.",
        "A product or a determinant over so many dimensions leaves the range of numbers: sum logarithms.",
    )
    box = [draw.normal(3, 3) for _ in range(4)]
    expect_close(
        kl_diag_gaussians(*map(strided, box)),
        kl_by_two_points(*box),
        "On a batch as large as the dimension, the sum runs along the wrong axis.",
        "Axis 0 is the batch and stays; sum along axis 1.",
    )
    single = kl_diag_gaussians(mu1.float(), logvar1.float(), mu2.float(), logvar2.float())
    expect_single(single, got, "the divergence in float32")
    var1, var2, away = torch.exp(logvar1), torch.exp(logvar2), mu1 - mu2
    slopes = (away / var2, (var1 / var2 - 1) / 2, -away / var2, (1 - (var1 + away.square()) / var2) / 2)
    for place, (name, want) in enumerate(zip(("mu1", "logvar1", "mu2", "logvar2"), slopes, strict=True)):
        expect_slope(kl_diag_gaussians, (mu1, logvar1, mu2, logvar2), place, name, want)
