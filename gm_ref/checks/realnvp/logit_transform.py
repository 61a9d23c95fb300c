"""The check of logit_transform."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import slope_of

NO_CLAMP = "No clamp and no small number: alpha alone keeps the logit finite."
PROBES = [
    given(wave(2, 3).abs() / 2, 0.05) + given(wave(3, 3, shift=5).abs() / 2, 0.2),
    given(torch.tensor([[0.0, 1.0, 0.3], [1.0, 1.0, 0.6]]).double(), 0.05),
    given(wave(2, 1, 2, 3, shift=9).abs() / 2, 0.05),
    slope_of(0, wave(2, 3).abs() / 2, 0.05),
    slope_of(1, wave(2, 3).abs() / 2, 0.05),
]


def stretched(x: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Return torch's own logit of x shrunk to [alpha, 1 - alpha], and the sum of its log-slopes by differentiating."""
    x = x if x.requires_grad else x.clone().requires_grad_()
    y = torch.logit(alpha + (1 - 2 * alpha) * x)
    slopes = torch.autograd.grad(y.sum(), x, create_graph=True)[0]
    return y, slopes.log().flatten(1).sum(dim=1)


@check(probes=PROBES, slopes=("x",))
def check_logit_transform(logit_transform: Guarded, draw: Draws) -> None:
    """Probe y and log_det inside, at both ends, for a small alpha, for many entries, gradients."""
    beside = Beside(logit_transform, stretched, ["y", "log_det"])
    x, ends = draw.uniform(4, 3), torch.tensor([[0.0, 1.0, 0.5]], dtype=torch.float64)
    beside.at(
        (x, 0.05),
        "y must be the logit of alpha + (1 - 2 alpha) x, and log_det log |det dy/dx|: {name} is off.",
        "First shrink [0, 1] to [alpha, 1 - alpha], then take the logit, log p - log(1 - p).",
        "y depends on x entry by entry: sum log dy/dx over the entries, including the log(1 - 2 alpha) of the shrinking.",
    )
    beside.at((ends, 0.01), "At x = 0 and x = 1, {name} is off.", NO_CLAMP)
    beside.at((ends, 2.0**-20), "For a small alpha {name} is off.", NO_CLAMP)
    beside.at(
        (draw.uniform(1, 3, 16, 16), 0.05),
        "For 768 entries {name} is off.",
        "Sum over all axes but the first. Add up logarithms: the product of so many slopes leaves the range of numbers.",
    )
    beside.everywhere((x, 0.05), [(draw.uniform(3, 2, 2, 3), 0.2)])
