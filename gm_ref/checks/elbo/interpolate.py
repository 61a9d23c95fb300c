"""The check of interpolate."""

from collections.abc import Callable

import torch

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_close,
    expect_raises,
    expect_tensor,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.core.verdict import Problem


def _line(f: Callable) -> tuple:
    return f(wave(3), wave(3, shift=8), 5), f(wave(4, shift=2), wave(4, shift=18), 2)


@check(probes=[_line], rows=(), alike=("z_start", "z_end"), exact=True)
def check_interpolate(interpolate: Guarded, draw: Draws) -> None:
    """Probe both ends, the even spacing, and the refusal of fewer than two steps."""
    start, end = draw.normal(3), draw.normal(3)
    got = expect_tensor(interpolate(start, end, 6), (6, 3), like=start, name="the line")
    expect_digits(got[0], start, "The first point must be z_start itself.")
    expect_digits(
        got[-1], end, "The last point must be z_end itself.", "Of 6 points, 5 steps apart: both ends are included."
    )
    expect_digits(
        got[1:] - got[:-1],
        ((end - start) / 5).expand(5, 3),
        "The points are not evenly spaced on the straight line.",
    )
    expect_close(interpolate(50 * start, 50 * end, 3)[1], 25 * (start + end), "Between points far out it is off.")
    expect_tensor(interpolate(start[:1], end[:1], 4), (4, 1), name="the line with one latent dimension")
    expect_close(interpolate(start, end, 2), torch.stack([start, end]), "With two steps only the two ends are left.")
    for steps in (3, 4, 5, 7, 8, 10, 12, 22, 30, 47):
        line = expect_tensor(interpolate(start, end, steps), (steps, 3), name=f"the line with {steps} steps")
        weight = torch.tensor([k / (steps - 1) for k in range(steps)], dtype=torch.float64)[:, None]
        expect_close(line, start + weight * (end - start), f"With {steps} steps the line is off.")
    claim = "cannot hold both ends: raise ValueError."
    for steps in (1, 0, -3):
        expect_value_error(lambda n=steps: interpolate(start, end, n), f"steps = {steps} {claim}")
    small = interpolate(start.float(), end.float(), 6)
    expect_tensor(small, (6, 3), like=start.float(), name="the line in float32")
    expect_in_float32(small, got, "In float32 the line is off.")


def expect_value_error(call: Callable, claim: str) -> None:
    """Raise a Problem unless call() raises ValueError; another error is told for what it is."""
    look = "Look at steps before anything is computed, and refuse every number below 2."
    try:
        expect_raises(call, ValueError, claim, look)
    except Problem as problem:
        raise Problem("property", claim, *[line for line in problem.lines if line != claim]) from None
