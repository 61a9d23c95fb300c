"""The check of predict_x0."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.ddpm.oracles import (
    ALPHA_BAR,
    BAR_EDGES,
    OWN_STEP,
    expect_nothing_from_nothing,
    expect_two_parts,
    over,
)


def _predict_x0_images(f: Callable) -> Tensor:
    return f(3 * wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR)


def _predict_x0_square(f: Callable) -> Tensor:
    return f(3 * wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(
    probes=[_predict_x0_images, _predict_x0_square],
    rows=(0, 1, 2),
    alike=("x_t", "eps"),
    tables=("alpha_bar",),
    slopes=("x_t", "eps"),
)
def check_predict_x0(predict_x0: Guarded, draw: Draws) -> None:
    """Undo a jump made here, with data far outside [-1, 1], then probe both parts alone."""
    nothing = torch.zeros(2, 3, dtype=torch.float64)
    expect_nothing_from_nothing(predict_x0, nothing, torch.tensor([3, 0]), nothing, ALPHA_BAR)
    x0, eps, t = 4 * draw.normal(6, 2, 4, 5), draw.normal(6, 2, 4, 5), draw.steps(6, 6)
    share = over(ALPHA_BAR[t], x0)
    x_t = share.sqrt() * x0 + (1 - share).sqrt() * eps
    got = expect_tensor(predict_x0(x_t, t, eps, ALPHA_BAR), x0.shape, like=x0, name="x0")
    expect(
        not (float(got.abs().max()) <= 1.0),
        "Your x0 never leaves [-1, 1], the data does: it is clipped.",
        "Clipping belongs to a sampler that wants it; here x0 must be exactly what the equation gives.",
    )
    expect_close(
        got,
        x0,
        "It does not give back the x0 from which x_t was made with this eps.",
        "Take the noise part away from x_t, with the square root of its variance, then undo the signal's scale. "
        + OWN_STEP,
    )
    expect_two_parts(
        predict_x0,
        draw,
        (ALPHA_BAR, BAR_EDGES),
        lambda share: (1 / share.sqrt(), -(1 - share).sqrt() / share.sqrt()),
        (
            (
                "The part of x_t is off: with eps = 0, x0 is x_t with the signal's scale undone.",
                "The scale is the square root of alpha_bar_t. " + OWN_STEP,
            ),
            (
                "The part of eps is off: with x_t = 0, x0 is minus the noise, with the signal's scale undone.",
                "Subtract the noise first, then divide everything. " + OWN_STEP,
            ),
        ),
    )
