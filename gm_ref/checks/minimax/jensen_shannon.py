"""The check of jensen_shannon."""

import math

import torch

from gm_ref.checks.core import Draws, Guarded, check, expect_alone, expect_close, expect_tensor
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.minimax.oracles import deep, distributions, kl, one_row, two_rows


@check(probes=[two_rows, one_row], rows=(0, 1), alike=("p", "q"), exact=True)
def check_jensen_shannon(jensen_shannon: Guarded, draw: Draws) -> None:
    """Probe it against KL to the middle, outcome by outcome, and at its two extremes."""
    p, q = distributions(draw)
    got = expect_tensor(jensen_shannon(p, q), (3,), like=p, name="the divergence")
    want = (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2
    expect_digits(
        got,
        want,
        "The divergence is not the mean of the two KL divergences to the middle (p + q) / 2, in nats.",
        "Half of each KL, natural logarithm, no square root, summed over the last axis; 0 log 0 counts as 0.",
    )
    expect_close(jensen_shannon(q, p), want, "It must not change when p and q change places.")
    expect_close(jensen_shannon(p, p), torch.zeros(3), "Equal distributions are at divergence 0.")
    apart = torch.tensor([[0.3, 0.7, 0.0, 0.0], [0.0, 0.0, 0.6, 0.4]], dtype=torch.float64)
    expect_digits(
        jensen_shannon(apart[0], apart[1]),
        math.log(2),
        "Distributions that do not overlap are at divergence log 2.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    folded = expect_tensor(jensen_shannon(deep(p), deep(q)), (3, 2, 1), name="the divergence for p (3, 2, 1, 5)")
    rows = want.reshape(3, 1, 1).expand(3, 2, 1)
    expect_close(folded, rows, "For p and q of shape (3, 2, 1, 5) it is off.", "Sum over the last axis.")
    expect_alone(jensen_shannon, (p, q), (0, 1))
    single = jensen_shannon(p.float(), q.float())
    expect_tensor(single, (3,), like=p.float(), name="the divergence in float32")
    expect_in_float32(single, want, "In float32 the divergence is off.", 1e-5)
