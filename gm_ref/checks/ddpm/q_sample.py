"""The check of q_sample."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, wave
from gm_ref.checks.ddpm.oracles import ALPHA_BAR, BAR_EDGES, BETA, OWN_STEP, chain, expect_two_parts


def _q_sample_images(f: Callable) -> Tensor:
    return f(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR)


def _q_sample_square(f: Callable) -> Tensor:
    return f(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(
    probes=[_q_sample_images, _q_sample_square],
    rows=(0, 1, 2),
    alike=("x0", "eps"),
    tables=("alpha_bar",),
    slopes=("x0", "eps"),
)
def check_q_sample(q_sample: Guarded, draw: Draws) -> None:
    """Probe the signal, the noise and their sum; then that one jump has the moments of small steps."""
    expect_two_parts(
        q_sample,
        draw,
        (ALPHA_BAR, BAR_EDGES),
        lambda share: (share.sqrt(), (1 - share).sqrt()),
        (
            (
                "The signal part is off: with eps = 0, x_t has the share alpha_bar_t of x0's variance.",
                "A share of the variance scales the signal by its square root. " + OWN_STEP,
            ),
            (
                "The noise part is off: with x0 = 0, x_t has variance 1 - alpha_bar_t.",
                "A variance scales eps by its square root; the two variances add up to one. " + OWN_STEP,
            ),
        ),
    )
    signal, noise_var, *_ = chain(BETA)
    one, t = torch.ones(6, 1, dtype=torch.float64), torch.arange(6)
    walked = (signal + 2 * noise_var.sqrt()).reshape(6, 1)
    jumped = q_sample(one, t, 2 * one, torch.cumprod(1 - BETA, dim=0))
    expect_close(jumped, walked, "One jump has not the mean and variance that small steps have.")
