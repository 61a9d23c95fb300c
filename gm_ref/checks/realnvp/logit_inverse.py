"""The check of logit_inverse."""

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


def _back(f: Callable) -> tuple:
    return tuple(f(2 * wave(2, 3), 0.05)) + tuple(f(wave(3, 3, shift=5), 0.2))


def _back_far(f: Callable) -> tuple:
    return tuple(f(torch.tensor([[-800.0, 1.0], [0.5, 800.0]]).double(), 0.05))


def _back_image(f: Callable) -> tuple:
    return tuple(f(wave(2, 1, 2, 3, shift=9), 0.05))


@check(probes=[_back, _back_far, _back_image], slopes=("y",))
def check_logit_inverse(logit_inverse: Guarded, draw: Draws) -> None:
    """Probe the way there and back, log_det by the Jacobian, y far out, gradients."""
    x, alpha = draw.uniform(4, 3), 0.05
    y = logit_of(x, alpha)
    got, log_det = pair(logit_inverse(y, alpha), "x and log_det")
    got, log_det = expect_tensor(got, (4, 3), like=y, name="x"), expect_tensor(log_det, (4,), like=y, name="log_det")
    expect_close(
        got,
        x,
        "It does not give back the x that was transformed to y.",
        "The sigmoid undoes the logit; then undo the shrinking: subtract alpha, divide by 1 - 2 alpha.",
    )
    expect_close(
        log_det,
        sum_of_slopes(lambda v: (1 / (1 + torch.exp(-v)) - 0.05) / 0.9, y),
        "log_det is not log |det dx/dy|, of this direction.",
        "Sum log dx/dy over the entries: the slope of the sigmoid, and 1 / (1 - 2 alpha) for each entry.",
    )
    box = 5 * draw.normal(3, 2, 2, 3)
    back, log_det = pair(logit_inverse(strided(box), 0.2), "x and log_det")
    there = lambda v: (1 / (1 + torch.exp(-v)) - 0.2) / 0.6  # noqa: E731
    expect_close(back, there(box), "For images x is off.")
    expect_close(
        log_det,
        sum_of_slopes(there, box),
        "For images, or another alpha, log_det is off.",
        "Sum over all axes but the first; log(1 - 2 alpha) comes once for each entry.",
    )
    ends, far = logit_inverse(torch.tensor([[-800.0, 800.0]], dtype=torch.float64), alpha)
    expect_close(
        ends,
        torch.tensor([[-0.05, 0.95]], dtype=torch.float64) / 0.9,
        "For y of size 800 x is off.",
        "No clamp: the sigmoid is 0 and 1 there, which lie beyond the [alpha, 1 - alpha] of the data.",
    )
    expect_close(
        far,
        torch.full((1,), -1600 - 2 * math.log(0.9)),
        "For y of size 800 log_det must stay finite.",
        "There the sigmoid is exactly 0 or 1 in floating point: take the logarithm of its slope from y itself.",
    )
    expect_many(logit_inverse, draw.normal(1, 3, 16, 16), lambda v: (1 / (1 + torch.exp(-v)) - 0.05) / 0.9)
    expect_alone(logit_inverse, (y, alpha), (0,))
    share = 1 / (1 + torch.exp(-y))
    expect_gradients(logit_inverse, y, share * (1 - share) / 0.9)
    back, log_det = logit_inverse(y.float(), alpha)
    expect_single(back, x, y.float(), "x")
    expect_single(log_det, -sum_of_slopes(lambda v: logit_of(v, alpha), x), y.float(), "log_det")
