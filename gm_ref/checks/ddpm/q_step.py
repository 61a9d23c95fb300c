"""The check of q_step."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import BETA, SIGNAL, expect_two_parts, turned

EDGES = torch.tensor([0.0, 0.5, 1e-4, 0.9999], dtype=torch.float64)  # a step with beta = 0 changes nothing
PROBES = [
    given(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), BETA),
    given(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), BETA),
]


def one_turn(x_prev: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return x_t (B, *)."""
    return turned(x_prev, eps, beta[t])


@check(probes=PROBES, rows=(0, 1, 2), alike=("x_prev", "eps"), tables=("beta",), slopes=("x_prev", "eps"))
def check_q_step(q_step: Guarded, draw: Draws) -> None:
    """Probe the shrunken signal, the noise, their sum, and steps that add no noise or almost nothing else."""
    beside = Beside(q_step, one_turn, ["the result"])
    claim = "The signal part is off: with eps = 0, one step leaves the share 1 - beta_t of x_prev's variance."
    signal = claim, SIGNAL
    claim = "The noise part is off: with x_prev = 0, x_t has variance beta_t."
    expect_two_parts(beside, draw, (BETA, EDGES), signal, (claim, "A variance scales eps by its square root."))
