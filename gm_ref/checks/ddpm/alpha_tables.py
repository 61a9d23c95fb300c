"""The check of alpha_tables."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given
from gm_ref.checks.ddpm.oracles import BETA


def walked(beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the three tables, each (T,), step by step."""
    shares = [1.0]
    for b in beta.tolist():
        shares.append(shares[-1] - b * shares[-1])
    table = torch.tensor(shares, dtype=torch.float64)
    return 1 - beta, table[1:], table[:-1]


@check(probes=[given(BETA), given(BETA[2:3])], rows=())
def check_alpha_tables(alpha_tables: Guarded, draw: Draws) -> None:
    """Probe each table against a walk along the chain: short, long, of one step, in float32."""
    beside = Beside(alpha_tables, walked, ("alpha", "alpha_bar", "alpha_bar_prev"))
    for T, high in ((7, 0.6), (1, 0.6), (800, 0.03)):
        args = (draw.uniform(T, low=0.001, high=high),)
        beside.only("alpha").at(args, "The first table is off: it is alpha, 1 - beta, and alpha_bar comes second.")
        claim = "alpha_bar is off: alpha_bar_t is the product of all alphas up to and with step t."
        beside.only("alpha_bar").at(args, claim, "The first entry is alpha_0 itself.")
        claim = "alpha_bar_prev is off: it is alpha_bar one step earlier, with a 1 in front."
        beside.only("alpha_bar_prev").at(args, claim)
    beside.everywhere((BETA,))
