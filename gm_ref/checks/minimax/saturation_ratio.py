"""The check of saturation_ratio."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect, slope, wave
from gm_ref.checks.minimax.oracles import cost, plain

SURE = plain(-5, -10, -40, 36.5, 40)


def ratio_of_slopes(logit: Tensor) -> Tensor:
    """Return the slope of -log D over the slope of log(1 - D), both with respect to the logit, by autograd."""
    return slope(lambda u: cost(-u), logit) / slope(lambda u: -cost(u), logit)


@check(
    probes=[
        lambda f: (f(wave(4)), f(plain(-5, 0.5, 3, -10).reshape(2, 2)), f(plain(40)).abs().log()),
    ],
    exact=True,
)
def check_saturation_ratio(saturation_ratio: Guarded, draw: Draws) -> None:
    """Probe it against the two slopes by autograd, and where the discriminator is sure."""
    beside = Beside(saturation_ratio, ratio_of_slopes, ["the ratio"])
    logit = draw.uniform(2, 3, low=-3, high=3)
    beside.at(
        (logit,),
        "It is not the slope of the non-saturating loss over the slope of the minimax loss.",
        "The slopes are D - 1 and -D; their ratio is (1 - D) / D.",
    )
    for dtype, room in ((torch.float64, 1e-7), (torch.float32, 1e-4)):
        got, want = saturation_ratio(SURE.to(dtype)).double(), ratio_of_slopes(SURE)
        gap = (got / want - 1).abs()
        worst = int(gap.nan_to_num(torch.inf).argmax())
        expect(
            bool((gap < room).all()),
            f"Where the discriminator is sure, digits are lost in {str(dtype)[6:]}.",
            "1 - sigmoid(l) cancels for large l: simplify the ratio first.",
            f"At logit {SURE[worst]:g} the ratio is {want[worst]:.6g}, yours {got[worst]:.6g}.",
        )
    beside.everywhere((logit,), [(draw.normal(3),), (draw.normal(2, 1, 2),)])
