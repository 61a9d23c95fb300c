"""The check of dequantize."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave

TINY = 2.0**-20
FEW = torch.tensor([[0, 5, 16], [16, 9, 1]])


def between(x_int: Tensor, u: Tensor, levels: int) -> Tensor:
    """Return the place at share u between the lower and the upper end of each level's interval."""
    low = x_int.to(u.dtype)
    return torch.lerp(low / levels, (low + 1) / levels, u)


def _ends(f: Callable) -> Tensor:
    x = f(torch.tensor([[0, 16]]), torch.tensor([[TINY, 1 - TINY]], dtype=torch.float64), 17)
    return torch.stack([x[:, 0], 1 - x[:, 1]], dim=1) * 17 / TINY


PROBES = [given(FEW, wave(2, 3).abs() / 2, 17) + given(FEW, wave(2, 3, shift=5).abs() / 2, 256), _ends]


@check(probes=PROBES, rows=(0, 1), exact=True)
def check_dequantize(dequantize: Guarded, draw: Draws) -> None:
    """Probe the grid without noise, the noise's share, both together, the ends, three kinds of whole numbers."""
    beside = Beside(dequantize, between, ["x"])
    x_int, u = (draw.uniform(3, 1, 4, 2) * 17).long(), draw.uniform(3, 1, 4, 2)
    beside.at(
        (x_int, 0 * u, 17),
        "With u = 0, level k of 17 must be at k / 17.",
        "There are `levels` levels, 0 .. levels - 1, and each owns an interval of length 1 / levels.",
    )
    beside.at(
        (0 * x_int, u, 17),
        "Level 0 must spread over [0, 1 / levels) as u runs over [0, 1).",
        "One level's noise must fill its own interval and no other.",
    )
    beside.at((x_int, u, 17), "x is not (x_int + u) / levels.")
    for kind, levels in ((torch.uint8, 256), (torch.int64, 17), (torch.int32, 1024)):
        ends, near = torch.tensor([[0, levels - 1]], dtype=kind), torch.tensor([[TINY, 1 - TINY]], dtype=u.dtype)
        beside.at(
            (ends, near, levels),
            f"Close to 0 and close to 1, for {levels} levels of {str(kind)[6:]}, x is off, if only by a little.",
            "No clamp, no small number; and the whole numbers become numbers of u's dtype before anything is divided: "
            "torch divides whole numbers in float32.",
        )
    beside.everywhere((x_int, u, 17), [((draw.uniform(2, 5) * 256).to(torch.uint8), draw.uniform(2, 5), 256)])
