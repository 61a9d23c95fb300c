"""The check of value_at_optimum."""

import math

from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given
from gm_ref.checks.minimax.oracles import PAIRS, deep, distributions, plain, to_the_middle

PROBES = [*PAIRS, given(plain(0.7, 0.3, 1e-20), plain(1e-20, 0.4, 0.6))]


def value(p: Tensor, q: Tensor) -> Tensor:
    """Return -log 4 and the two divergences to the middle, added."""
    return to_the_middle(p, q) - math.log(4)


@check(probes=PROBES, uses=("optimal_discriminator",), rows=(0, 1), alike=("p", "q"), exact=True)
def check_value_at_optimum(value_at_optimum: Guarded, draw: Draws) -> None:
    """Probe it against the divergences to the middle, at equal, disjoint and faintly overlapping distributions."""
    beside = Beside(value_at_optimum, value, ["the value"])
    p, q = distributions(draw)
    beside.at(
        tuple(x.softmax(dim=1) for x in draw.normals(2, 3, 5)),
        "The value is not the sum of p log D* + q log(1 - D*) over the outcomes.",
        "With D* = p / (p + q) it equals -log 4 + 2 JSD; natural logarithm.",
    )
    beside.at(
        (p, q),
        "Where p, q or both are 0, the value is off.",
        "0 log 0 counts as 0, as in torch.xlogy, with no clamp and nothing added; where both are 0, 0 / 0 is NaN.",
    )
    beside.at((p, p), "If p = q the best discriminator guesses: the value is -log 4.")
    beside.at(
        (plain(0.3, 0.7, 0, 0), plain(0, 0, 0.6, 0.4)),
        "If p and q do not overlap, the best discriminator is never wrong: 0.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    faint = plain(1, 1e-20), plain(1e-20, 1)
    beside.at(
        faint,
        "Where one density is tiny beside the other, the value must stay finite.",
        "There D* rounds to 1 and 1 - D* to 0: q / (p + q) keeps the digits.",
    )
    beside.in_float32(faint, room=1e-5)
    beside.everywhere((p, q), [(deep(p), deep(q))], room=1e-5)
