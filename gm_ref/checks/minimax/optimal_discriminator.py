"""The check of optimal_discriminator."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given
from gm_ref.checks.minimax.oracles import P4, Q4, plain

NOTHING = torch.zeros(3, dtype=torch.float64)
PROBES = [
    given(P4, Q4) + given(3 * P4.reshape(2, 2), Q4.reshape(2, 2) + 0.1),
    given(plain(0, 0.5, 0), plain(0, 0, 0.5)),
    given(1e-30 * P4, 1e-30 * Q4),
]


def best_guess(p: Tensor, q: Tensor) -> Tensor:
    """Return D where p log D + q log(1 - D) is largest, by halving the interval in which it is; 1/2 where it is flat."""
    low, high = torch.zeros_like(p), torch.ones_like(p)
    for _ in range(60):
        middle = (low + high) / 2
        slope = p * (1 - middle) - q * middle
        low, high = torch.where(slope >= 0, middle, low), torch.where(slope <= 0, middle, high)
    return (low + high) / 2


@check(probes=PROBES, rows=(0, 1), alike=("p", "q"), exact=True)
def check_optimal_discriminator(optimal_discriminator: Guarded, draw: Draws) -> None:
    """Probe that no other D does better at any point, and the points where a density is 0."""
    beside = Beside(optimal_discriminator, best_guess, ["D*"])
    p, q = draw.uniform(2, 4, 3, low=0.05, high=3)
    beside.at(
        (p, q),
        "D* is not the probability at which p log D + q log(1 - D) is largest.",
        "Set the derivative to zero and solve for D: a share of the two densities, not their ratio and not a logit.",
    )
    beside.at((p[0], NOTHING), "Where the generator puts nothing, D* must be 1.")
    beside.at((NOTHING, q[0]), "Where there is no data, D* must be 0.")
    beside.at(
        (NOTHING, NOTHING),
        "Where both densities are 0, D* is 1/2 by convention.",
        "p + q = 0 is a case of its own: 0 / 0 is NaN, and a small constant below gives 0.",
    )
    beside.at(
        (plain(0, 0.3, 0, 0.4, 0, 0.1).reshape(2, 3), plain(0, 0.1, 0.2, 0, 0, 0.1).reshape(2, 3)),
        "Where only some points have densities of 0, D* is off.",
        "Decide at each point for itself, not for a row or for all points at once.",
    )
    beside.at(
        (1e-200 * p, 1e-200 * q),
        "Far out, where both densities are tiny, D* is off.",
        "A small constant added to the densities changes the answer there, and so does a clamp.",
    )
    beside.at((1e6 * p, 1e6 * q), "For large densities D* is off.", "No clamp on a density.")
    beside.in_float32((1e-25 * p, 1e-25 * q))
    beside.everywhere((p, q), [(p.reshape(2, 2, 3), q.reshape(2, 2, 3))])
