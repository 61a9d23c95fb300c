"""The check of jensen_shannon."""

from gm_ref.checks.core import Beside, Draws, Guarded, check
from gm_ref.checks.minimax.oracles import PAIRS, deep, distributions, plain, to_the_middle


@check(probes=PAIRS, rows=(0, 1), alike=("p", "q"), exact=True)
def check_jensen_shannon(jensen_shannon: Guarded, draw: Draws) -> None:
    """Probe it against KL to the middle, outcome by outcome, and at its two extremes."""
    beside = Beside(jensen_shannon, lambda p, q: to_the_middle(p, q) / 2, ["the divergence"])
    p, q = distributions(draw)
    beside.at(
        tuple(x.softmax(dim=1) for x in draw.normals(2, 3, 5)),
        "The divergence is not the mean of the two KL divergences to the middle (p + q) / 2, in nats.",
        "Half of each KL, natural logarithm, no square root, summed over the last axis.",
    )
    beside.at(
        (p, q),
        "Where p, q or both are 0, the divergence is off.",
        "0 log 0 counts as 0, as in torch.xlogy, with no clamp and nothing added; where both are 0, 0 / 0 is NaN.",
    )
    beside.at((q, p), "It must not change when p and q change places.")
    beside.at((p, p), "Equal distributions are at divergence 0.")
    apart = plain(0.3, 0.7, 0, 0), plain(0, 0, 0.6, 0.4)
    beside.at(apart, "Distributions that do not overlap are at divergence log 2.", "0 log 0 counts as 0.")
    beside.everywhere((p, q), [(deep(p), deep(q))], room=1e-5)
