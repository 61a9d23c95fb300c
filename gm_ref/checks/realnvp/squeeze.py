"""The check of squeeze."""

from collections.abc import Callable
from functools import partial
from itertools import product

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_close,
    expect_raises,
    expect_tensor,
    wave,
)
from gm_ref.checks.realnvp.oracles import expect_moved, expect_single, refused, strided


def _squeeze(f: Callable) -> Tensor:
    return f(wave(2, 3, 4, 2))


def _squeeze_square(f: Callable) -> Tensor:
    return f(wave(1, 4, 4, 2, shift=4))


def _squeeze_odd(f: Callable) -> tuple:
    return refused(f, wave(1, 1, 2, 5)), refused(f, wave(1, 1, 3, 2))


@check(probes=[_squeeze, _squeeze_square, _squeeze_odd], slopes=("x",))
def check_squeeze(squeeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; odd sizes; the gradient."""
    for B, C, H, W in ((2, 3, 4, 6), (1, 1, 2, 2), (4, 4, 4, 4)):
        x = 10 * draw.normal(B, C, H, W)
        z = expect_tensor(squeeze(strided(x)), (B, 4 * C, H // 2, W // 2), like=x, name="the result")
        want = torch.empty_like(z)
        for c, dy, dx in product(range(C), range(2), range(2)):
            for i, j in product(range(H // 2), range(W // 2)):
                want[:, 4 * c + 2 * dy + dx, i, j] = x[:, c, 2 * i + dy, 2 * j + dx]
        expect_moved(
            z,
            want,
            f"For x of shape {(B, C, H, W)} entries are not where they belong.",
            "Channel 4 c + 2 dy + dx at [i, j] is input channel c at row 2 i + dy and column 2 j + dx: neighbours become channels.",
        )
    for shape in ((1, 2, 3, 4), (1, 2, 4, 3)):
        expect_raises(
            partial(squeeze, draw.normal(*shape)),
            ValueError,
            f"Height {shape[2]} and width {shape[3]} cannot both be halved: it must raise ValueError.",
            "Ask for the remainders before anything else.",
        )
    expect_close(squeeze.gradient(x), torch.ones_like(x), "The gradient of the sum must be 1 for every entry.")
    expect_single(squeeze(x.float()), z, x.float(), "the result")
