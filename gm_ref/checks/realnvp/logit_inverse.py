"""The check of logit_inverse."""

import math

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import slope_of

FAR = torch.tensor([[-800.0, 1.0], [0.5, 800.0]], dtype=torch.float64)
PROBES = [
    given(2 * wave(2, 3), 0.05) + given(wave(3, 3, shift=5), 0.2),
    given(FAR, 0.05),
    given(wave(2, 1, 2, 3, shift=9), 0.05),
    given(100 + wave(2, 1), 0.05),
    slope_of(0, FAR, 0.05),
]


def squashed(y: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Return x and log_det by hyperbolic functions: the sigmoid is (1 + tanh(y/2)) / 2, its slope 1 / (2 cosh(y/2))^2."""
    log_slopes = -2 * torch.log(2 * torch.cosh(y / 2)) - math.log(1 - 2 * alpha)
    return ((1 + torch.tanh(y / 2)) / 2 - alpha) / (1 - 2 * alpha), log_slopes.flatten(1).sum(dim=1)


@check(probes=PROBES, slopes=("y",))
def check_logit_inverse(logit_inverse: Guarded, draw: Draws) -> None:
    """Probe the way back and log_det inside, y far out, many entries, gradients."""
    beside = Beside(logit_inverse, squashed, ["x", "log_det"])
    y = torch.logit(0.05 + 0.9 * draw.uniform(4, 3))
    beside.at(
        (y, 0.05),
        "It must give back the x that was transformed to y, and log |det dx/dy| of this direction: {name} is off.",
        "The sigmoid undoes the logit; then undo the shrinking: subtract alpha, divide by 1 - 2 alpha.",
        "Sum log dx/dy over the entries: the slope of the sigmoid, and 1 / (1 - 2 alpha) for each entry.",
    )
    beside.at(
        (FAR, 0.05),
        "For y of size 800 {name} is off.",
        "No clamp on x: the sigmoid is 0 and 1 there, beyond the [alpha, 1 - alpha] of the data.",
        "log_det stays finite: take the logarithm of the slope from y itself, not from a sigmoid that is 0 or 1.",
    )
    beside.at(
        (draw.normal(1, 3, 16, 16), 0.05),
        "For 768 entries {name} is off.",
        "Sum over all axes but the first. Add up logarithms: the product of so many slopes leaves the range of numbers.",
    )
    beside.slopes(
        (FAR, 0.05), "y reaches 800 here: exp overflows, and infinity times 0 is NaN. torch.sigmoid has a slope."
    )
    beside.everywhere((y, 0.05), [(5 * draw.normal(3, 2, 2, 3), 0.2)])
