"""The check of q_sample."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import ALPHA_BAR, BAR_EDGES, SIGNAL, expect_two_parts, turned

PROBES = [
    given(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR),
    given(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR),
]


def jump(x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return x_t (B, *)."""
    return turned(x0, eps, 1 - alpha_bar[t])


@check(probes=PROBES, rows=(0, 1, 2), alike=("x0", "eps"), tables=("alpha_bar",), slopes=("x0", "eps"))
def check_q_sample(q_sample: Guarded, draw: Draws) -> None:
    """Probe the signal, the noise, their sum, and both ends of a chain."""
    signal = "The signal part is off: with eps = 0, x_t has the share alpha_bar_t of x0's variance.", SIGNAL
    noise = (
        "The noise part is off: with x0 = 0, x_t has variance 1 - alpha_bar_t.",
        "A variance scales eps by its square root; the two variances add up to one.",
    )
    expect_two_parts(Beside(q_sample, jump, ["the result"]), draw, (ALPHA_BAR, BAR_EDGES), signal, noise)
