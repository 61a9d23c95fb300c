"""The check of log_normal_diag."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_slope
from gm_ref.checks.start.oracles import LEVELS, expect_single, log_pdf, strided

LOG_2PI = math.log(2 * math.pi)


def _log_normal_diag(f: Callable) -> Tensor:
    return f(wave(3, 2), wave(3, 2, shift=30), wave(3, 2, shift=60))


def _log_normal_diag_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), wave(3, 3, shift=35), wave(3, 3, shift=65))


def _log_normal_diag_narrow(f: Callable) -> Tensor:
    return f(wave(2, 3) * 1e-6, 0 * wave(2, 3), wave(2, 3, shift=9) - 26)


def _log_normal_diag_many(f: Callable) -> Tensor:
    return f(wave(2, 400) * torch.exp(LEVELS / 2), wave(2, 400, shift=3), LEVELS + 0.3 * wave(2, 400, shift=7))


@check(
    probes=[_log_normal_diag, _log_normal_diag_square, _log_normal_diag_narrow, _log_normal_diag_many],
    rows=(0, 1, 2),
    alike=("x", "mu", "logvar"),
    slopes=("x", "mu", "logvar"),
)
def check_log_normal_diag(log_normal_diag: Guarded, draw: Draws) -> None:
    """Probe the normaliser at x = mu, the distance at variance 1, both together, narrow Gaussians, the gradients."""
    x, mu, logvar = draw.normal(4, 3), draw.normal(4, 3), draw.normal(4, 3)
    zero = torch.zeros_like(x)
    peak = expect_tensor(log_normal_diag(mu, mu, logvar), (4,), like=x, name="the log-density")
    expect_close(
        log_normal_diag(zero, zero, zero),
        torch.full((4,), -1.5 * LOG_2PI),
        "For a standard normal in 3 dimensions, the log-density at 0 must be -3/2 log(2 pi), about -2.757.",
        "Each dimension brings its own -1/2 log(2 pi); the dimensions are summed.",
    )
    expect_close(
        peak,
        log_pdf(mu, mu, logvar).sum(dim=1),
        "At x = mu the log-density is off: it must be the sum over dimensions of -1/2 (log(2 pi) + logvar).",
        "logvar is the logarithm of the variance; the standard deviation is exp(logvar / 2).",
    )
    expect_close(
        log_normal_diag(x, mu, zero),
        log_pdf(x, mu, zero).sum(dim=1),
        "With variance 1 the log-density is off: away from mu it must fall by half the squared distance.",
    )
    want = log_pdf(x, mu, logvar).sum(dim=1)
    expect_close(
        log_normal_diag(x, mu, logvar),
        want,
        "The log-density is off where x is not mu and the variance is not 1.",
        "The squared distance is divided by the variance exp(logvar), each dimension by its own.",
    )
    thin, near = draw.uniform(2, 5, low=-30, high=-20), 1e-6 * draw.normal(2, 5)
    expect_close(
        log_normal_diag(near, 0 * near, thin),
        log_pdf(near, 0 * near, thin).sum(dim=1),
        "For a narrow Gaussian, logvar from -30 to -20, the log-density is off.",
        "Look for a small number added to the variance, or a clamp on logvar.",
    )
    wide = draw.uniform(2, 5, low=15, high=40)
    expect_close(
        log_normal_diag(1e6 * near, 0 * near, wide),
        log_pdf(1e6 * near, 0 * near, wide).sum(dim=1),
        "For a wide Gaussian, logvar from 15 to 40, the log-density is off.",
        "Look for a clamp on logvar.",
    )
    box = draw.normal(3, 3)
    expect_close(
        log_normal_diag(strided(box), 0 * box, 0 * box),
        log_pdf(box, 0 * box, 0 * box).sum(dim=1),
        "On a batch as large as the dimension, the sum runs along the wrong axis.",
        "Axis 0 is the batch and stays; sum along axis 1.",
    )
    for rows in ([x[:1], mu[:1], logvar[:1]], [x[:, :1], mu[:, :1], logvar[:, :1]]):
        shape = tuple(rows[0].shape)
        one = expect_tensor(log_normal_diag(*rows), shape[:1], like=x, name=f"the log-density for x of shape {shape}")
        expect_close(one, log_pdf(*rows).sum(dim=1), f"For x of shape {shape} the log-density is off.")
    spread = LEVELS + draw.uniform(2, 400, low=-1, high=1)
    there = draw.normal(2, 400)
    point = there + torch.exp(spread / 2) * draw.normal(2, 400)
    expect_close(
        log_normal_diag(point, there, spread),
        log_pdf(point, there, spread).sum(dim=1),
        "In 400 dimensions the log-density is off.",
        "A product or a determinant over so many dimensions leaves the range of numbers: sum logarithms.",
    )
    single = log_normal_diag(x.float(), mu.float(), logvar.float())
    expect_single(single, want, "the log-density in float32")
    pull = (mu - x) / torch.exp(logvar)
    push = 0.5 * ((x - mu) * -pull - 1)
    for place, (name, slope_there) in enumerate((("x", pull), ("mu", -pull), ("logvar", push))):
        expect_slope(log_normal_diag, (x, mu, logvar), place, name, slope_there)
