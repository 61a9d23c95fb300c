"""The check of channel_mask."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_refused, given
from gm_ref.checks.realnvp.oracles import expect_floating, kind_of, stops


def halves(channels: int) -> Tensor:
    """Return ones for the first half of the channels and zeros for the rest, each with axes for height and width."""
    return torch.tensor([1.0] * (channels // 2) + [0.0] * (channels // 2)).reshape(channels, 1, 1)


@check(probes=[given(4) + given(6) + given(2), lambda f: (kind_of(f(4)), stops(f, 5))], rows=(), float32=False)
def check_channel_mask(channel_mask: Guarded, draw: Draws) -> None:
    """Probe several sizes entry by entry, the kind of number, and odd numbers of channels."""
    beside = Beside(channel_mask, halves, ["the mask"])
    for channels in (2, 4, 6, 12 + 2 * int(draw.steps(5, 1))):
        expect_floating(channel_mask, channels)
        beside.at(
            (channels,),
            f"For {channels} channels the mask must be 1 for the first half and 0 for the rest.",
            "1 marks the channels that pass unchanged: the first half.",
        )
    for odd in (1, 3, 7):
        look = "An odd number of channels has no half: say in the error what came in and what to give."
        expect_refused(channel_mask, (odd,), f"channels = {odd}", look)
