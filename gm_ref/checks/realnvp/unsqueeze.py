"""The check of unsqueeze."""

from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.realnvp.oracles import expect_moved, expect_single, strided


def _unsqueeze(f: Callable) -> Tensor:
    return f(wave(2, 8, 1, 3))


def _unsqueeze_square(f: Callable) -> Tensor:
    return f(wave(1, 4, 4, 2, shift=4))


@check(probes=[_unsqueeze, _unsqueeze_square], slopes=("x",))
def check_unsqueeze(unsqueeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; the gradient."""
    for B, C, H, W in ((2, 3, 2, 3), (1, 1, 1, 1), (4, 1, 4, 4)):
        x = 10 * draw.normal(B, 4 * C, H, W)
        out = expect_tensor(unsqueeze(strided(x)), (B, C, 2 * H, 2 * W), like=x, name="the result")
        want = torch.empty_like(out)
        for c, dy, dx in product(range(C), range(2), range(2)):
            for i, j in product(range(H), range(W)):
                want[:, c, 2 * i + dy, 2 * j + dx] = x[:, 4 * c + 2 * dy + dx, i, j]
        expect_moved(
            out,
            want,
            f"For x of shape {(B, 4 * C, H, W)} entries are not where they belong.",
            "Channels 4 c, 4 c + 1, 4 c + 2, 4 c + 3 at [i, j] are the 2 x 2 block of channel c at row 2 i and column 2 j, row by row.",
        )
    expect_close(unsqueeze.gradient(x), torch.ones_like(x), "The gradient of the sum must be 1 for every entry.")
    expect_single(unsqueeze(x.float()), out, x.float(), "the result")
