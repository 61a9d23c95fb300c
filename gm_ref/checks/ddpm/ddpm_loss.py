"""The check of ddpm_loss."""

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import ALPHA_BAR, cases, own_steps, turned
from gm_ref.kit.probes.ddpm import GaussianNoisePredictor, TimeScaled, TrainablePredictor

TARGET = (
    "The target is the eps that is given: not x0, nor noise drawn inside. Square, with no root and no weight, "
    "then average over all entries of a sample, not over the batch."
)
OWN_X_T = "net gets the x_t that x0 and eps make at each sample's own step, and is compared with that eps."
ASKED = "net gets x_t, noised by each sample's own step, and t itself, as whole numbers from 0."
PROBES = [
    given(TimeScaled(), wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 5]), wave(4, 1, 2, 3, shift=90), ALPHA_BAR),
    given(TimeScaled(-0.2, 0.05), wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR),
]


def squared_error(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return the loss (B,), one sample after the other."""
    guess = net(turned(x0, eps, 1 - alpha_bar[t]), t)
    return torch.stack([torch.dist(mine, noise) ** 2 / noise.numel() for mine, noise in zip(guess, eps, strict=True)])


@check(probes=PROBES, uses=("q_sample",), rows=(1, 2, 3), alike=("x0", "eps"), tables=("alpha_bar",), slopes=("net",))
def check_ddpm_loss(ddpm_loss: Guarded, draw: Draws) -> None:
    """Probe a network that knows eps, one that answers 0, and one that shows which x_t and t it was given."""
    beside = Beside(ddpm_loss, squared_error, ["the loss"])
    x0, eps, t = 2 * draw.normal(6, 2, 4), draw.normal(6, 2, 4), own_steps(draw, 6, 6)
    where = f"t = {t.tolist()}."
    silent, knowing = TimeScaled(0.0, 0.0, 0.0), GaussianNoisePredictor(1.3, 0.0, ALPHA_BAR)
    claim = "For a network that always answers 0, the loss is not the mean square of eps."
    beside.at((silent, x0, t, eps, ALPHA_BAR), claim, TARGET, where)
    claim = "All data is 1.3 and the network finds the noise in x_t exactly: the loss must be 0."
    beside.at((knowing, torch.full_like(x0, 1.3), t, eps, ALPHA_BAR), claim, OWN_X_T, where)
    claim = "The network is not asked about the x_t that x0 and eps make at step t, or is told another t."
    for net in (TimeScaled(), GaussianNoisePredictor(0.7, 0.25, ALPHA_BAR)):
        beside.at((net, x0, t, eps, ALPHA_BAR), claim, ASKED, where)
    others = [(TimeScaled(), *case, ALPHA_BAR) for case in cases(draw)]
    beside.everywhere((TrainablePredictor(), x0, t, eps, ALPHA_BAR), others)
