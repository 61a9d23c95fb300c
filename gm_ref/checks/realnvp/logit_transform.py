"""The check of logit_transform."""

import math
from collections.abc import Callable

import torch

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.realnvp.oracles import (
    expect_gradients,
    expect_many,
    expect_single,
    logit_of,
    pair,
    strided,
    sum_of_slopes,
)


def _logit(f: Callable) -> tuple:
    return tuple(f(wave(2, 3).abs() / 2, 0.05)) + tuple(f(wave(3, 3, shift=5).abs() / 2, 0.2))


def _logit_ends(f: Callable) -> tuple:
    return tuple(f(torch.tensor([[0.0, 1.0, 0.3], [1.0, 1.0, 0.6]]).double(), 0.05))


def _logit_image(f: Callable) -> tuple:
    return tuple(f(wave(2, 1, 2, 3, shift=9).abs() / 2, 0.05))


@check(probes=[_logit, _logit_ends, _logit_image], slopes=("x",))
def check_logit_transform(logit_transform: Guarded, draw: Draws) -> None:
    """Probe y by its sigmoid, both ends, log_det by the Jacobian, one number a sample, gradients."""
    x, alpha = draw.uniform(4, 3), 0.05
    y, log_det = pair(logit_transform(x, alpha), "y and log_det")
    y, log_det = expect_tensor(y, (4, 3), like=x, name="y"), expect_tensor(log_det, (4,), like=x, name="log_det")
    expect_close(
        1 / (1 + torch.exp(-y)),
        0.05 + 0.9 * x,
        "The sigmoid of y is not alpha + (1 - 2 alpha) x.",
        "First shrink [0, 1] to [alpha, 1 - alpha], then take the logit, log p - log(1 - p).",
    )
    ends, _ = logit_transform(torch.tensor([[0.0, 1.0]], dtype=torch.float64), 0.01)
    expect_close(ends, torch.tensor([[-math.log(99), math.log(99)]]), "At x = 0 and x = 1, y is off.")
    expect_close(
        log_det,
        sum_of_slopes(lambda v: logit_of(v, alpha), x),
        "log_det is not log |det dy/dx|.",
        "y depends on x entry by entry: sum log dy/dx over the entries, including the log(1 - 2 alpha) of the shrinking.",
    )
    box = draw.uniform(3, 2, 2, 3)
    y, log_det = pair(logit_transform(strided(box), 0.2), "y and log_det")
    expect_close(y, logit_of(box, 0.2), "For images y is off.")
    expect_close(
        log_det,
        sum_of_slopes(lambda v: logit_of(v, 0.2), box),
        "For images, or another alpha, log_det is off.",
        "Sum over all axes but the first; log(1 - 2 alpha) comes once for each entry.",
    )
    _expect_small_alpha(logit_transform)
    expect_many(logit_transform, draw.uniform(1, 3, 16, 16), lambda v: logit_of(v, 0.05))
    expect_gradients(logit_transform, x, 0.9 / ((0.05 + 0.9 * x) * (0.95 - 0.9 * x)))
    expect_alone(logit_transform, (x, alpha), (0,))
    y, log_det = logit_transform(x.float(), alpha)
    expect_single(y, logit_of(x, alpha), x.float(), "y")
    expect_single(log_det, sum_of_slopes(lambda v: logit_of(v, alpha), x), x.float(), "log_det")


def _expect_small_alpha(logit_transform: Guarded) -> None:
    alpha = 2.0**-20
    y, log_det = logit_transform(torch.tensor([[0.0, 1.0, 0.5]], dtype=torch.float64), alpha)
    far = math.log(2.0**20 - 1)
    expect_close(y, torch.tensor([[-far, far, 0.0]]), "For a small alpha y is off.", NO_CLAMP)
    slopes = 3 * math.log(1 - 2 * alpha) + 2 * math.log(2.0**40 / (2.0**20 - 1)) + math.log(4)
    expect_close(log_det, torch.tensor([slopes]), "For a small alpha log_det is off.", NO_CLAMP)


NO_CLAMP = "No clamp and no small number: alpha alone keeps the logit finite."
