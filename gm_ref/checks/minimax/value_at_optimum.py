"""The check of value_at_optimum."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_alone, expect_close, expect_tensor
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.minimax.oracles import deep, distributions, kl, one_row, plain, two_rows

LOG_4 = math.log(4)


def _faint(f: Callable) -> Tensor:
    faint = torch.tensor([[0.7, 0.3, 1e-20], [1e-20, 0.4, 0.6]], dtype=torch.float64)
    return f(faint[0], faint[1])


@check(probes=[two_rows, one_row, _faint], uses=("optimal_discriminator",), rows=(0, 1), alike=("p", "q"), exact=True)
def check_value_at_optimum(value_at_optimum: Guarded, draw: Draws) -> None:
    """Probe it against a sum by hand, at equal and at disjoint distributions, and that no other D beats it."""
    p, q = distributions(draw)
    got = expect_tensor(value_at_optimum(p, q), (3,), like=p, name="the value")
    want = -LOG_4 + kl(p, (p + q) / 2) + kl(q, (p + q) / 2)
    expect_digits(
        got,
        want,
        "The value is not the sum of p log D* + q log(1 - D*) over the outcomes.",
        "With D* = p / (p + q) it equals -log 4 + 2 JSD; natural logarithm; 0 log 0 counts as 0.",
    )
    expect_digits(
        value_at_optimum(p, p),
        plain(-LOG_4, -LOG_4, -LOG_4),
        "If p = q the best discriminator guesses: the value is -log 4.",
    )
    apart = torch.tensor([[0.3, 0.7, 0.0, 0.0], [0.0, 0.0, 0.6, 0.4]], dtype=torch.float64)
    expect_digits(
        value_at_optimum(apart[0], apart[1]),
        0.0,
        "If p and q do not overlap, the best discriminator is never wrong: 0.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    faint = torch.tensor([[1 - 1e-20, 1e-20], [1e-20, 1 - 1e-20]], dtype=torch.float64)
    expect_digits(
        value_at_optimum(faint[0], faint[1]),
        0.0,
        "Where one density is tiny beside the other, the value must stay finite.",
        "There D* rounds to 1 and 1 - D* to 0: q / (p + q) keeps the digits.",
    )
    guess = draw.uniform(3, 5, low=0.05, high=0.95)
    worse = (p * guess.log() + q * (1 - guess).log()).sum(dim=1)
    expect(bool((got >= worse - 1e-9).all()), "A random discriminator reaches a higher value than your optimum.")
    folded = expect_tensor(value_at_optimum(deep(p), deep(q)), (3, 2, 1), name="the value for p (3, 2, 1, 5)")
    rows = want.reshape(3, 1, 1).expand(3, 2, 1)
    expect_close(folded, rows, "For p and q of shape (3, 2, 1, 5) it is off.", "Sum over the last axis.")
    expect_alone(value_at_optimum, (p, q), (0, 1))
    single = value_at_optimum(p.float(), q.float())
    expect_tensor(single, (3,), like=p.float(), name="the value in float32")
    expect_in_float32(single, want, "In float32 the value is off.", 1e-5)
    expect_in_float32(
        value_at_optimum(faint[0].float(), faint[1].float()),
        0.0,
        "In float32 the value is off where one density is tiny beside the other.",
        1e-5,
    )
