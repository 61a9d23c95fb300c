"""The check of p_sample."""

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import BETA, OWN_STEP, cases, chain, over, own_steps
from gm_ref.kit.probes.ddpm import GaussianNoisePredictor, TimeScaled

MEAN = "Predict x0 from eps = net(x_t, t), do not clip it, and take the posterior's mean there. " + OWN_STEP
NOISE = "A variance scales z by its square root; here it is beta_t, not the posterior's variance. " + OWN_STEP
SQUARE = TimeScaled(-0.2, 0.05), 2 * wave(3, 3), wave(3, 3, shift=50)


def step_back(net: nn.Module, x_t: Tensor, t: Tensor, z: Tensor, beta: Tensor) -> Tensor:
    """Return x_{t-1} (B, *), from a walk along the chain: the mean at the x0 that net's eps gives, and noise."""
    signal, noise_var, to_x0, to_x_t, _ = (over(w[t], x_t) for w in chain(beta))
    guess = (x_t - noise_var.sqrt() * net(x_t, t)) / signal
    return to_x0 * guess + to_x_t * x_t + over((t > 0) * beta[t].sqrt(), z) * z


@check(
    probes=[
        given(TimeScaled(), 2 * wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 1]), wave(4, 1, 2, 3, shift=90), BETA),
        given(*SQUARE[:2], torch.tensor([0, 3, 5]), SQUARE[2], BETA)
        + given(*SQUARE[:2], torch.tensor([3, 1, 5]), SQUARE[2], BETA),
        given(TimeScaled(), wave(1, 3), torch.tensor([3]), wave(1, 3, shift=50), BETA)
        + given(TimeScaled(), wave(1, 3), torch.tensor([0]), wave(1, 3, shift=50), BETA),
    ],
    uses=("alpha_tables", "predict_x0", "q_posterior"),
    rows=(1, 2, 3),
    alike=("x_t", "z"),
    tables=("beta",),
)
def check_p_sample(p_sample: Guarded, draw: Draws) -> None:
    """Probe the mean and the noise, each alone, their sum, and steps of all kinds in one batch."""
    beside = Beside(p_sample, step_back, ["x_{t-1}"])
    x_t, z, t = 3 * draw.normal(6, 2, 4), draw.normal(6, 2, 4), own_steps(draw, 6, 6)
    best, silent = GaussianNoisePredictor(0.7, 0.25, torch.cumprod(1 - BETA, dim=0)), TimeScaled(0.0, 0.0, 0.0)
    where = f"t = {t.tolist()}."
    claim = "The mean is off: with z = 0, x_{t-1} is the posterior's mean at the x0 that the network's eps gives."
    for net in (best, TimeScaled()):
        beside.at((net, x_t, t, 0 * z, BETA), claim, MEAN, where)
    claim = "Noise is added at t = 0: the last step gives the data, and p's mean is its best guess."
    beside.at((silent, 0 * x_t, 0 * t, z, BETA), claim, "Decide for each sample by its own t.")
    claim = "The noise part, alone where x_t = 0 and net answers 0, is off: for t > 0 it has variance beta_t."
    beside.at((silent, 0 * x_t, t, z, BETA), claim, NOISE, where)
    beside.at((TimeScaled(), x_t, t, z, BETA), "x_{t-1} is not the sum of mean and noise.", "Clip nothing.", where)
    some = [torch.tensor(steps) for steps in ([0, 4, 0], [5, 0, 3], [0, 0, 0], [1, 1, 1])]
    others = [(TimeScaled(), *case, BETA) for case in [*cases(draw), *((x_t[:3], steps, z[:3]) for steps in some)]]
    long = (TimeScaled(), x_t[:4], torch.tensor([29, 0, 1, 12]), z[:4], draw.uniform(30, low=1e-3, high=0.1))
    beside.everywhere(long, others, far=[(TimeScaled(), 100 * x_t, t, 100 * z, BETA)])
