"""The check of predict_x0."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import ALPHA_BAR, BAR_EDGES, expect_two_parts, turned

PROBES = [
    given(3 * wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR),
    given(3 * wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR),
]


def undone(x_t: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return the x0 (B, *) that a jump turns into x_t: what a jump makes of 0 and of 1 says how to go back."""
    zero, noise_var = torch.zeros_like(x_t), 1 - alpha_bar[t]
    return (x_t - turned(zero, eps, noise_var)) / turned(zero + 1, zero, noise_var)


@check(probes=PROBES, rows=(0, 1, 2), alike=("x_t", "eps"), tables=("alpha_bar",), slopes=("x_t", "eps"))
def check_predict_x0(predict_x0: Guarded, draw: Draws) -> None:
    """Probe the part of x_t, that of eps, their sum, data of any size, and both ends of a chain."""
    claim = "The part of x_t is off: with eps = 0, x0 is x_t with the signal's scale undone."
    signal = claim, "The scale is the square root of alpha_bar_t."
    claim = "The part of eps is off: with x_t = 0, x0 is minus the noise, with the signal's scale undone."
    noise = claim, "Subtract the noise first, then divide everything."
    expect_two_parts(Beside(predict_x0, undone, ["x0"]), draw, (ALPHA_BAR, BAR_EDGES), signal, noise)
