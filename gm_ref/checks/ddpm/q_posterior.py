"""The check of q_posterior."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import BETA, SMALL, cases, chain, over, own_steps

TO_X0 = "It is sqrt(alpha_bar_{t-1}) beta_t over 1 - alpha_bar_t; at t = 0 it is 1."
TO_X_T = "It is sqrt(alpha_t) (1 - alpha_bar_{t-1}) over 1 - alpha_bar_t; at t = 0 it is 0."
VARIANCE = (
    "It is beta_t times (1 - alpha_bar_{t-1}) over (1 - alpha_bar_t): smaller than beta_t, since x0 tells something."
)


def posterior(x0: Tensor, x_t: Tensor, t: Tensor, beta: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean (B, *) and variance (B,), from a walk along the chain."""
    _, _, to_x0, to_x_t, variance = chain(beta)
    return over(to_x0[t], x0) * x0 + over(to_x_t[t], x0) * x_t, variance[t]


@check(
    probes=[
        given(wave(3, 1, 2, 3), 2 * wave(3, 1, 2, 3, shift=70), torch.tensor([4, 0, 2]), BETA),
        given(wave(3, 3), 2 * wave(3, 3, shift=30), torch.tensor([3, 1, 5]), BETA),
    ],
    uses=("alpha_tables",),
    rows=(0, 1, 2),
    alike=("x0", "x_t"),
    tables=("beta",),
    slopes=("x0", "x_t"),
)
def check_q_posterior(q_posterior: Guarded, draw: Draws) -> None:
    """Probe both weights of the mean and the variance against conditioning, at every step, also at t = 0."""
    beside = Beside(q_posterior, posterior, ("mean", "variance"))
    mean, variance = beside.only("mean"), beside.only("variance")
    x0, x_t, t = 3 * draw.normal(6, 2, 4), draw.normal(6, 2, 4), own_steps(draw, 6, 6)
    where = f"t = {t.tolist()}."
    claim = "At t = 0 the variance must be 0: given x0, the point before the first step is known."
    variance.at((x0, x_t, 0 * t, BETA), claim, "alpha_bar before the first step is 1.")
    mean.at((x0, 0 * x_t, t, BETA), "The weight of x0 in the mean is off.", TO_X0, where)
    mean.at((0 * x0, x_t, t, BETA), "The weight of x_t in the mean is off.", TO_X_T, where)
    mean.at((x0, x_t, t, BETA), "The mean is not the sum of its two parts.", "It must not be clipped.")
    variance.at((x0, x_t, t, BETA), "The variance is off.", VARIANCE, where)
    small = (x0[:4], x_t[:4], torch.tensor([1, 0, 3, 2]), SMALL)
    beside.at(small, "With betas as small as 1e-4 the {name} is off.", "Look for a small number added, or a clamp.")
    others = [(x, y, steps, BETA) for x, steps, y in cases(draw)]
    beside.everywhere((x0, x_t, t, draw.uniform(9, low=0.02, high=0.7)), others, far=[(100 * x0, 100 * x_t, t, BETA)])
