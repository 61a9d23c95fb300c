"""The check of optimal_discriminator."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_alone, expect_close, expect_tensor
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.minimax.oracles import P4, Q4, plain


def _optimal_discriminator(f: Callable) -> tuple:
    return f(P4, Q4), f(3 * P4.reshape(2, 2), Q4.reshape(2, 2) + 0.1)


def _optimal_discriminator_nowhere(f: Callable) -> Tensor:
    return f(torch.tensor([0.0, 0.5, 0.0]).double(), torch.tensor([0.0, 0.0, 0.5]).double())


def _optimal_discriminator_faint(f: Callable) -> Tensor:
    return f(1e-30 * P4, 1e-30 * Q4)


@check(
    probes=[_optimal_discriminator, _optimal_discriminator_nowhere, _optimal_discriminator_faint],
    rows=(0, 1),
    alike=("p", "q"),
    exact=True,
)
def check_optimal_discriminator(optimal_discriminator: Guarded, draw: Draws) -> None:
    """Probe that no other D does better at any point, and the points where a density is 0."""
    p, q = draw.uniform(4, 3, low=0.05, high=3), draw.uniform(4, 3, low=0.05, high=3)
    d = expect_tensor(optimal_discriminator(p, q), (4, 3), like=p, name="D*")
    expect(
        bool(((d > 0) & (d < 1)).all()),
        "D* must be a probability, between 0 and 1.",
        "It is a share of the two densities, not their ratio and not a logit.",
    )
    pull, push = p / d, q / (1 - d)
    expect_digits(
        pull,
        push,
        "Another D does better: at the optimum the pull p / D and the push q / (1 - D) are equal.",
        "Set the derivative of p log D + q log(1 - D) to zero and solve for D.",
    )
    zero, some = torch.zeros(3, dtype=torch.float64), draw.uniform(3, low=0.1)
    expect_digits(optimal_discriminator(some, zero), plain(1, 1, 1), "Where the generator puts nothing, D* must be 1.")
    expect_digits(optimal_discriminator(zero, some), zero, "Where there is no data, D* must be 0.")
    expect_digits(
        optimal_discriminator(zero, zero),
        torch.full((3,), 0.5),
        "Where both densities are 0, D* is 1/2 by convention.",
        "p + q = 0 is a case of its own: 0 / 0 is NaN, and a small constant below gives 0.",
    )
    one, other = plain(0, 0.3, 0, 0.4, 0, 0.1).reshape(2, 3), plain(0, 0.1, 0.2, 0, 0, 0.1).reshape(2, 3)
    expect_digits(
        optimal_discriminator(one, other),
        plain(0.5, 0.75, 0, 1, 0.5, 0.5).reshape(2, 3),
        "Where only some points have densities of 0, D* is off.",
        "Decide at each point for itself, not for a row or for all points at once.",
    )
    tiny = 1e-200 * some
    expect_close(
        optimal_discriminator(tiny, 3 * tiny),
        torch.full((3,), 0.25),
        "Far out, where both densities are tiny, D* is off.",
        "A small constant added to the densities changes the answer there, and so does a clamp.",
    )
    expect_close(optimal_discriminator(1e6 * p, 1e6 * q), d, "For large densities D* is off.", "No clamp on a density.")
    deep = optimal_discriminator(p.reshape(2, 2, 3), q.reshape(2, 2, 3))
    expect_close(deep, d.reshape(2, 2, 3), "For densities of shape (2, 2, 3) D* is off.")
    expect_alone(optimal_discriminator, (p, q), (0, 1))
    single = optimal_discriminator(1e-25 * p.float(), 1e-25 * q.float())
    expect_tensor(single, (4, 3), like=p.float(), name="D* in float32")
    expect_in_float32(single, d, "In float32, where both densities are tiny, D* is off.")
