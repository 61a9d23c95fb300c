"""The check of q_posterior."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import SINGLE, expect_slope
from gm_ref.checks.ddpm.oracles import BETA, SHAPES, SMALL, UNCUT, chain, over, own_steps


def _posterior_images(f: Callable) -> tuple:
    return tuple(f(wave(3, 1, 2, 3), 2 * wave(3, 1, 2, 3, shift=70), torch.tensor([4, 0, 2]), BETA))


def _posterior_square(f: Callable) -> tuple:
    return tuple(f(wave(3, 3), 2 * wave(3, 3, shift=30), torch.tensor([3, 1, 5]), BETA))


@check(
    probes=[_posterior_images, _posterior_square],
    uses=("alpha_tables",),
    rows=(0, 1, 2),
    alike=("x0", "x_t"),
    tables=("beta",),
    slopes=("x0", "x_t"),
)
def check_q_posterior(q_posterior: Guarded, draw: Draws) -> None:
    """Probe both weights of the mean and the variance against conditioning, at every step, also at t = 0."""
    for shape in SHAPES:
        t = own_steps(draw, 6, shape[0])
        _expect_posterior(q_posterior, 3 * draw.normal(*shape), draw.normal(*shape), t, BETA)
    beta = draw.uniform(9, low=0.02, high=0.7)
    t = torch.tensor([8, 0, 8, 1, 4])
    x0, x_t = draw.normal(3, 5).mT, draw.normal(3, 5).mT
    _expect_posterior(q_posterior, x0, x_t, t, beta)
    _, _, to_x0, to_x_t, var = chain(beta)
    mean, variance = q_posterior(x0.float(), x_t.float(), t, beta)
    expect_tensor(mean, (5, 3), like=x0.float(), name="mean for float32 data")
    expect_tensor(variance, (5,), like=x0.float(), name="variance for float32 data")
    want = over(to_x0[t], x0) * x0 + over(to_x_t[t], x0) * x_t
    expect_close(mean, want, "In float32 the mean is off.", SINGLE)
    expect_close(variance, var[t], "In float32 the variance is off.", SINGLE)
    for place, weight, name in ((0, to_x0, "x0"), (1, to_x_t, "x_t")):
        expect_slope(q_posterior, (x0, x_t, t, beta), place, name, over(weight[t], x0).expand_as(x0), UNCUT)
    _expect_posterior(q_posterior, 100 * draw.normal(4, 3), 100 * draw.normal(4, 3), draw.steps(6, 4), BETA)
    _expect_posterior(q_posterior, draw.normal(4, 3), draw.normal(4, 3), torch.tensor([1, 0, 3, 2]), SMALL)


def _expect_posterior(q_posterior: Guarded, x0: Tensor, x_t: Tensor, t: Tensor, beta: Tensor) -> None:
    _, _, to_x0, to_x_t, var = chain(beta)
    a, b, zero = over(to_x0[t], x0), over(to_x_t[t], x0), torch.zeros_like(x0)
    got = q_posterior(x0, x_t, t, beta)
    expect(isinstance(got, (tuple, list)) and len(got) == 2, "Return two things: the mean, then the variance.")
    mean = expect_tensor(got[0], tuple(x0.shape), like=x0, name="mean")
    variance = expect_tensor(got[1], (len(t),), like=x0, name="variance")
    where = f"x0 has shape {tuple(x0.shape)}, t = {t.tolist()}."
    expect(
        bool((variance[t == 0].abs() < 1e-10).all()),
        "At t = 0 the variance must be 0: given x0, the point before the first step is known.",
        "alpha_bar before the first step is 1.",
    )
    expect_close(
        q_posterior(x0, zero, t, beta)[0],
        a * x0,
        "The weight of x0 in the mean is off.",
        "It is sqrt(alpha_bar_{t-1}) beta_t over 1 - alpha_bar_t; at t = 0 it is 1.",
        where,
    )
    expect_close(
        q_posterior(zero, x_t, t, beta)[0],
        b * x_t,
        "The weight of x_t in the mean is off.",
        "It is sqrt(alpha_t) (1 - alpha_bar_{t-1}) over 1 - alpha_bar_t; at t = 0 it is 0.",
        where,
    )
    expect_close(mean, a * x0 + b * x_t, "The mean is not the sum of its two parts.", "It must not be clipped.")
    expect_close(
        variance,
        var[t],
        "The variance is off.",
        "It is beta_t times (1 - alpha_bar_{t-1}) over (1 - alpha_bar_t): smaller than beta_t, since x0 tells something.",
        where,
    )
