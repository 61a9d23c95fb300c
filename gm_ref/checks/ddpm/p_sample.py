"""The check of p_sample."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_in_float32
from gm_ref.checks.ddpm.oracles import (
    BETA,
    OWN_STEP,
    chain,
    expect_nothing_from_nothing,
    expect_same_twice,
    over,
    own_steps,
)
from gm_ref.kit.probes.ddpm import (
    GaussianNoisePredictor,
    TimeScaled,
)


def regression(m: float, s2: float, x_t: Tensor, t: Tensor) -> Tensor:
    """Return E[x_{t-1} | x_t] where the data is N(m, s2): x_{t-1} and x_t are jointly Gaussian."""
    signal, noise_var, *_ = chain(BETA)
    mean, total = signal * m, signal**2 * s2 + noise_var
    before = [torch.cat([torch.tensor([first], dtype=torch.float64), v[:-1]]) for first, v in ((m, mean), (s2, total))]
    gain = (1 - BETA).sqrt() * before[1] / total
    return over(before[0][t], x_t) + over(gain[t], x_t) * (x_t - over(mean[t], x_t))


def step_mean(net: nn.Module, x_t: Tensor, t: Tensor, beta: Tensor) -> Tensor:
    """Return the posterior's mean at the x0 that the network's eps gives."""
    signal, noise_var, to_x0, to_x_t, _ = (over(w[t], x_t) for w in chain(beta))
    guess = (x_t - noise_var.sqrt() * net(x_t, t).detach()) / signal
    return to_x0 * guess + to_x_t * x_t


def _p_sample_images(f: Callable) -> Tensor:
    x_t, z = 2 * wave(4, 1, 2, 3), wave(4, 1, 2, 3, shift=90)
    return f(TimeScaled(), x_t, torch.tensor([4, 0, 2, 1]), z, BETA)


def _p_sample_square(f: Callable) -> tuple:
    x_t, z = 2 * wave(3, 3), wave(3, 3, shift=50)
    net = TimeScaled(-0.2, 0.05)
    return f(net, x_t, torch.tensor([0, 3, 5]), z, BETA), f(net, x_t, torch.tensor([3, 1, 5]), z, BETA)


@check(
    probes=[_p_sample_images, _p_sample_square],
    uses=("alpha_tables", "predict_x0", "q_posterior"),
    rows=(1, 2, 3),
    alike=("x_t", "z"),
    tables=("beta",),
)
def check_p_sample(p_sample: Guarded, draw: Draws) -> None:
    """Probe the mean (a regression for Gaussian data, the posterior otherwise) and the noise, each alone."""
    expect_same_twice(p_sample, TimeScaled(), draw.normal(2, 3), draw.steps(6, 2), draw.normal(2, 3), BETA)
    nothing = torch.zeros(2, 3, dtype=torch.float64)
    expect_nothing_from_nothing(p_sample, TimeScaled(0.0, 0.0, 0.0), nothing, torch.tensor([3, 5]), nothing, BETA)
    for shape in ((6, 2, 4, 3), (4, 4), (1, 3, 2), (5, 2), (3, 3, 3, 3), (2, 1, 2, 1, 3)):
        _expect_step(p_sample, draw, shape, own_steps(draw, 6, shape[0]))
    for steps in ([0, 4, 0], [5, 0, 3], [0, 0, 0], [1, 1, 1]):
        _expect_step(p_sample, draw, (3, 2), torch.tensor(steps))
    beta, t = draw.uniform(30, low=1e-3, high=0.1), torch.tensor([29, 0, 1, 12])
    x_t, z = draw.normal(3, 4).mT, draw.normal(4, 3)
    want = step_mean(TimeScaled(), x_t, t, beta) + over((t > 0) * beta[t].sqrt(), z) * z
    expect_close(p_sample(TimeScaled(), x_t, t, z, beta), want, "On a longer chain x_{t-1} is off.")
    single = p_sample(TimeScaled(), x_t.float(), t, z.float(), beta)
    expect_tensor(single, (4, 3), like=x_t.float(), name="x_{t-1} for float32 data")
    expect_in_float32(single, want, "In float32 x_{t-1} is off by more than rounding.")


def _expect_step(p_sample: Guarded, draw: Draws, shape: tuple[int, ...], t: Tensor) -> None:
    x_t, z = 3 * draw.normal(*shape), draw.normal(*shape)
    zero, where = torch.zeros_like(z), f"x_t has shape {shape}, t = {t.tolist()}."
    alpha_bar = torch.cumprod(1 - BETA, dim=0)
    best = GaussianNoisePredictor(0.7, 0.25, alpha_bar)
    mean = expect_tensor(p_sample(best, x_t, t, zero, BETA), shape, like=x_t, name="x_{t-1}")
    expect_close(
        mean,
        regression(0.7, 0.25, x_t, t),
        "The mean is off: with z = 0 and the best network for Gaussian data, it must be E[x_{t-1} | x_t].",
        "Predict x0 from eps = net(x_t, t), do not clip it, and take the posterior's mean there. " + OWN_STEP,
        where,
    )
    mean = step_mean(TimeScaled(), x_t, t, BETA)
    expect_close(
        p_sample(TimeScaled(), x_t, t, zero, BETA),
        mean,
        "The mean is off: with z = 0, x_{t-1} is the posterior's mean at the x0 that the network's eps gives.",
        "net gets x_t and t itself.",
        where,
    )
    noise = expect_tensor(p_sample(TimeScaled(0.0, 0.0, 0.0), zero, t, z, BETA), shape, like=x_t, name="x_{t-1}")
    expect_close(
        noise[t == 0],
        zero[t == 0],
        "Noise is added at t = 0: the last step gives the data, and p's mean is its best guess.",
        "Decide for each sample by its own t.",
        where,
    )
    expect_close(
        noise,
        over((t > 0) * BETA[t].sqrt(), z) * z,
        "The noise part, alone where x_t = 0 and net answers 0, is off: for t > 0 it has variance beta_t.",
        "A variance scales z by its square root; here it is beta_t, not the posterior's variance. " + OWN_STEP,
        where,
    )
    whole = p_sample(TimeScaled(), x_t, t, z, BETA)
    expect_close(whole, mean + noise, "x_{t-1} is not the sum of mean and noise.", "Clip nothing.", where)
