"""The check of q_step."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.ddpm.oracles import BETA, OWN_STEP, chain, expect_two_parts


def _q_step_images(f: Callable) -> Tensor:
    return f(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), BETA)


def _q_step_square(f: Callable) -> Tensor:
    return f(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), BETA)


@check(
    probes=[_q_step_images, _q_step_square],
    rows=(0, 1, 2),
    alike=("x_prev", "eps"),
    tables=("beta",),
    slopes=("x_prev", "eps"),
)
def check_q_step(q_step: Guarded, draw: Draws) -> None:
    """Probe the shrunken signal, the noise and their sum; then that small steps make up one jump."""
    expect_two_parts(
        q_step,
        draw,
        (BETA, torch.tensor([1e-6, 0.5, 1e-4, 0.9999], dtype=torch.float64)),
        lambda beta: ((1 - beta).sqrt(), beta.sqrt()),
        (
            (
                "The signal part is off: with eps = 0, one step leaves the share 1 - beta_t of x_prev's variance.",
                "A share of the variance scales the signal by its square root. " + OWN_STEP,
            ),
            (
                "The noise part is off: with x_prev = 0, x_t has variance beta_t.",
                "A variance scales eps by its square root. " + OWN_STEP,
            ),
        ),
    )
    x, zero = draw.normal(2, 3), torch.zeros(2, 3, dtype=torch.float64)
    still = torch.zeros(6, dtype=torch.float64)
    expect_close(q_step(x, torch.tensor([2, 5]), zero + 1, still), x, "With beta = 0 a step must change nothing.")
    first = x
    for step in range(6):
        first = expect_tensor(q_step(first, torch.full((2,), step), zero, BETA), x.shape)
    expect_close(first, chain(BETA)[0][-1] * x, "Six small steps do not shrink the signal as one jump does.")
