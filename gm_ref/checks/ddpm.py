"""Checks of lesson 31: forward noising, its closed form and its posterior, the bound, training and sampling."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave

ALPHA_BAR = torch.tensor([0.95, 0.8, 0.6, 0.35, 0.1, 0.02], dtype=torch.float64)  # well-spread shares of signal


def over(v: Tensor, x: Tensor) -> Tensor:
    """Return v (B,) as (B, 1, ...) to go with x (B, *)."""
    return v.reshape(-1, *[1] * (x.dim() - 1))


def _q_sample_images(q_sample: Callable) -> Tensor:
    return q_sample(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR)


def _q_sample_square(q_sample: Callable) -> Tensor:
    return q_sample(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(probes=[_q_sample_images, _q_sample_square])
def check_q_sample(q_sample: Guarded, draw: Draws) -> None:
    """Probe the signal, the noise and their sum, each alone: the variances of the two parts add up to one."""
    x0, eps, t = draw.normal(3, 2, 4, 5), draw.normal(3, 2, 4, 5), draw.steps(6, 3)
    zero, share = torch.zeros_like(x0), over(ALPHA_BAR[t], x0)
    signal = expect_tensor(q_sample(x0, t, zero, ALPHA_BAR), x0.shape, like=x0, name="x_t")
    expect_close(
        signal,
        share.sqrt() * x0,
        "The signal part is off: with eps = 0, x_t has the share alpha_bar_t of x0's variance.",
        "A share of the variance scales the signal by its square root, each sample at its own t.",
    )
    noise = q_sample(zero, t, eps, ALPHA_BAR)
    expect_close(
        noise,
        (1 - share).sqrt() * eps,
        "The noise part is off: with x0 = 0, x_t has variance 1 - alpha_bar_t.",
        "A variance scales eps by its square root; signal and noise variances add up to one.",
    )
    expect_close(
        q_sample(x0, t, eps, ALPHA_BAR), signal + noise, "x_t is not the sum of its signal and its noise part."
    )
    flat = draw.normal(4, 4)
    t = draw.steps(6, 4)
    expect_close(
        q_sample(flat, t, torch.zeros_like(flat), ALPHA_BAR),
        over(ALPHA_BAR[t].sqrt(), flat) * flat,
        "On a batch as large as its last axis, t is used along the wrong axis.",
        "t belongs to axis 0.",
    )
    single = q_sample(x0.float(), draw.steps(6, 3), eps.float(), ALPHA_BAR)
    expect_tensor(single, x0.shape, like=x0.float(), name="x_t for float32 data")
    slope = q_sample.gradient(x0, torch.tensor([0, 3, 5]), eps, ALPHA_BAR)
    expect_close(
        slope, over(ALPHA_BAR[[0, 3, 5]].sqrt(), x0).expand_as(x0), "The gradient of x_t with respect to x0 is off."
    )
