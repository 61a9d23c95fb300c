"""The check of interpolate."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_digits, expect_refused, given, wave

PROBES = [given(wave(3), wave(3, shift=8), 5) + given(wave(4, shift=2), wave(4, shift=18), 2)]


def by_weights(z_start: Tensor, z_end: Tensor, steps: int) -> Tensor:
    """Return the points of the line one by one, from their shares of the way."""
    return torch.stack([z_start + k / (steps - 1) * (z_end - z_start) for k in range(steps)])


@check(probes=PROBES, rows=(), alike=("z_start", "z_end"), exact=True)
def check_interpolate(interpolate: Guarded, draw: Draws) -> None:
    """Probe both ends, the even spacing, and the refusal of fewer than two steps."""
    beside = Beside(interpolate, by_weights, ["the line"])
    start, end = draw.normals(2, 3)
    ((got, _, _),) = beside.parts((start, end, 6))
    expect_digits(got[0], start, "The first point must be z_start itself.")
    last = "Of 6 points, 5 steps apart: both ends are included."
    expect_digits(got[-1], end, "The last point must be z_end itself.", last)
    beside.at((start, end, 6), "The points are not evenly spaced on the straight line.")
    beside.at((start, end, 2), "With two steps only the two ends are left.")
    for steps in (3, 4, 5, 7, 8, 10, 12, 22, 30, 47):
        beside.at((start, end, steps), f"With {steps} steps the line is off.")
    beside.everywhere((start, end, 6), [(start[:1], end[:1], 4)], far=[(50 * start, 50 * end, 3)])
    for steps in (1, 0, -3):
        look = "Look at steps before anything is computed, and refuse every number below 2."
        expect_refused(interpolate, (start, end, steps), f"steps = {steps}, which cannot hold both ends", look)
