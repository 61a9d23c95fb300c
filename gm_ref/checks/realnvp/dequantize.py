"""The check of dequantize."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_alone,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.realnvp.oracles import expect_single


def _dequantize(f: Callable) -> tuple:
    x_int = torch.tensor([[0, 5, 16], [16, 9, 1]])
    return f(x_int, wave(2, 3).abs() / 2, 17), f(x_int, wave(2, 3, shift=5).abs() / 2, 256)


def _dequantize_ends(f: Callable) -> Tensor:
    return _distance_to_ends(f, torch.tensor([[0, 16]]), 17)


def _distance_to_ends(f: Callable, x_int: Tensor, levels: int) -> Tensor:
    """Return how far x is from 0 and from 1 where u is 2**-20 from them, as a share of what is right."""
    tiny = 2.0**-20
    x = f(x_int, torch.tensor([[tiny, 1 - tiny]], dtype=torch.float64), levels)
    return torch.stack([x[:, 0], 1 - x[:, 1]], dim=1) * levels / tiny


@check(probes=[_dequantize, _dequantize_ends], rows=(0, 1))
def check_dequantize(dequantize: Guarded, draw: Draws) -> None:
    """Probe the grid without noise, the noise's share, both together, both kinds of whole numbers, the dtype."""
    levels = 17
    x_int = (draw.uniform(3, 1, 4, 2) * levels).long()
    u, zero = draw.uniform(3, 1, 4, 2), torch.zeros(3, 1, 4, 2, dtype=torch.float64)
    got = expect_tensor(dequantize(x_int, u, levels), (3, 1, 4, 2), like=u, name="x")
    expect_close(
        dequantize(x_int, zero, levels),
        x_int.double() / 17,
        "With u = 0, level k of 17 must be at k / 17.",
        "There are `levels` levels, 0 .. levels - 1, and each owns an interval of length 1 / levels.",
    )
    expect_close(
        dequantize(0 * x_int, u, levels),
        u / 17,
        "Level 0 must spread over [0, 1 / levels) as u runs over [0, 1).",
        "One level's noise must fill its own interval and no other.",
    )
    expect_close(got, (x_int.double() + u) / 17, "x is not (x_int + u) / levels.")
    expect(
        bool((torch.floor(got * 17) == x_int).all()),
        "The grey level can no longer be read off: floor(levels x) differs.",
    )
    bytes_in = (draw.uniform(2, 5) * 256).to(torch.uint8)
    u = draw.uniform(2, 5)
    expect_close(dequantize(bytes_in, u, 256), (bytes_in.double() + u) / 256, "For 256 levels of uint8 x is off.")
    for last, levels in ((torch.uint8, 256), (torch.int64, 17), (torch.int32, 1024)):
        expect_close(
            _distance_to_ends(dequantize, torch.tensor([[0, levels - 1]], dtype=last), levels),
            torch.ones(1, 2),
            f"Close to 0 and close to 1, for {levels} levels of {str(last)[6:]}, x is off, if only by a little.",
            "No clamp, no small number; and the whole numbers become numbers of u's dtype before anything is divided: torch divides whole numbers in float32.",
        )
    expect_alone(dequantize, (bytes_in, u, 256), (0, 1))
    expect_single(dequantize(bytes_in, u.float(), 256), (bytes_in.double() + u) / 256, u.float(), "x")
