"""The check of channel_mask."""

from collections.abc import Callable
from functools import partial

import torch

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_close,
    expect_raises,
    expect_tensor,
)
from gm_ref.checks.realnvp.oracles import kind_of, refused


def _channel(f: Callable) -> tuple:
    return f(4), f(6), f(2)


def _channel_kind(f: Callable) -> tuple:
    return kind_of(f(4)), refused(f, 5)


@check(probes=[_channel, _channel_kind], rows=(), float32=False)
def check_channel_mask(channel_mask: Guarded, draw: Draws) -> None:
    """Probe several sizes entry by entry, the kind of number, and odd numbers of channels."""
    for channels in (2, 4, 6, 12 + 2 * int(draw.steps(5, 1))):
        mask = expect_tensor(channel_mask(channels), (channels, 1, 1), name="the mask")
        expect(
            mask.is_floating_point(),
            f"The mask is of {str(mask.dtype)[6:]}; it must be of floating-point numbers, since layers compute 1 - mask.",
            "Convert it at the end.",
        )
        half = channels // 2
        want = torch.tensor([1.0] * half + [0.0] * half).reshape(channels, 1, 1)
        claim = f"For {channels} channels the mask must be 1 for the first half and 0 for the rest."
        expect_close(mask, want, claim, "1 marks the channels that pass unchanged: the first half.")
    for odd in (1, 3, 7):
        expect_raises(
            partial(channel_mask, odd),
            ValueError,
            f"For channels = {odd}, which has no half, it must raise ValueError.",
            "Raise it, rather than return or print it, and say in it what came in and what to give.",
        )
