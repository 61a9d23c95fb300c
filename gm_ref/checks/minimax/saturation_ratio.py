"""The check of saturation_ratio."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, slope, wave
from gm_ref.checks.minimax.oracles import cost, plain

SURE = plain(-5, -10, -40, 36.5, 40)
PROBES = [lambda f: (f(wave(4)), f(plain(-5, 0.5, 3, -10).reshape(2, 2)), f(plain(40)).abs().log())]


def ratio_of_slopes(logit: Tensor) -> Tensor:
    """Return the slope of -log D over the slope of log(1 - D), both with respect to the logit, by autograd."""
    return slope(lambda u: cost(-u), logit) / slope(lambda u: -cost(u), logit)


@check(probes=PROBES, exact=True)
def check_saturation_ratio(saturation_ratio: Guarded, draw: Draws) -> None:
    """Probe it against the two slopes by autograd, and where the discriminator is sure."""
    beside = Beside(saturation_ratio, ratio_of_slopes, ["the ratio"])
    logit = draw.uniform(2, 3, low=-3, high=3)
    beside.at(
        (logit,),
        "It is not the slope of the non-saturating loss over the slope of the minimax loss.",
        "The slopes are D - 1 and -D; their ratio is (1 - D) / D.",
    )
    for dtype in (torch.float64, torch.float32):
        got = saturation_ratio(SURE.to(dtype))
        told = f"Where the discriminator is sure, digits are lost in {str(dtype)[6:]}."
        look = (
            "No clamp: the ratio may be of any size. And 1 - sigmoid(l) cancels for large l: simplify the ratio first."
        )
        expect_close(got.log(), -SURE, told, look, shown=(got, torch.exp(-SURE)))
    beside.everywhere((logit,), [(draw.normal(3),), (draw.normal(2, 1, 2),)])
