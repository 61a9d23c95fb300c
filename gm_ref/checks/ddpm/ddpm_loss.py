"""The check of ddpm_loss."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_in_float32
from gm_ref.checks.ddpm.oracles import ALPHA_BAR, expect_same_twice, expect_slope_if_any, expect_trainable, own_steps
from gm_ref.kit.probes.ddpm import (
    GaussianNoisePredictor,
    TimeScaled,
)


def squared_error(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """Return the loss (B,), one sample after the other."""
    rows = []
    for k, s in enumerate(t.tolist()):
        share = float(alpha_bar[s])
        x_t = math.sqrt(share) * x0[k : k + 1] + math.sqrt(1 - share) * eps[k : k + 1]
        rows.append((net(x_t, t[k : k + 1]) - eps[k : k + 1]).square().sum() / x0[k].numel())
    return torch.stack(rows)


def _loss_images(f: Callable) -> Tensor:
    return f(TimeScaled(), wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 5]), wave(4, 1, 2, 3, shift=90), ALPHA_BAR)


def _loss_square(f: Callable) -> Tensor:
    return f(TimeScaled(-0.2, 0.05), wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(
    probes=[_loss_images, _loss_square],
    uses=("q_sample",),
    rows=(1, 2, 3),
    alike=("x0", "eps"),
    tables=("alpha_bar",),
    slopes=("net",),
)
def check_ddpm_loss(ddpm_loss: Guarded, draw: Draws) -> None:
    """Probe a network that knows eps, one that answers 0, and one that shows which x_t and t it was given."""
    expect_same_twice(ddpm_loss, TimeScaled(), draw.normal(2, 3), draw.steps(6, 2), draw.normal(2, 3), ALPHA_BAR)
    for shape in ((6, 2, 4, 3), (4, 4), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3), (3, 3, 3, 3)):
        x0, eps, t = 2 * draw.normal(*shape), draw.normal(*shape), own_steps(draw, 6, shape[0])
        _expect_loss(ddpm_loss, x0, t, eps)
    x0, eps, t = draw.normal(4, 3).float(), draw.normal(4, 3).float(), torch.tensor([5, 0, 5, 2])
    single = expect_tensor(
        ddpm_loss(TimeScaled(), x0, t, eps, ALPHA_BAR), (4,), like=x0, name="the loss for float32 data"
    )
    want = squared_error(TimeScaled(), x0.double(), t, eps.double(), ALPHA_BAR)
    expect_in_float32(single, want, "In float32 the loss is off.")
    expect_trainable(ddpm_loss, squared_error, x0.double(), t, eps.double(), ALPHA_BAR)
    expect_slope_if_any(ddpm_loss, (squared_error,), x0.double(), t, eps.double(), ALPHA_BAR)


def _expect_loss(ddpm_loss: Guarded, x0: Tensor, t: Tensor, eps: Tensor) -> None:
    where = f"x0 has shape {tuple(x0.shape)}, t = {t.tolist()}."
    silent = ddpm_loss(TimeScaled(0.0, 0.0, 0.0), x0, t, eps, ALPHA_BAR)
    silent = expect_tensor(silent, (len(t),), like=x0, name="the loss")
    expect_close(
        silent,
        eps.square().flatten(1).mean(dim=1),
        "For a network that always answers 0, the loss is not the mean square of eps.",
        "The target is the eps that is given: not x0, nor noise drawn inside. Square, then average over all entries of a sample, not over the batch.",
        where,
    )
    expect_close(
        ddpm_loss(GaussianNoisePredictor(1.3, 0.0, ALPHA_BAR), torch.full_like(x0, 1.3), t, eps, ALPHA_BAR),
        torch.zeros(len(t)),
        "All data is 1.3 and the network finds the noise in x_t exactly: the loss must be 0.",
        "net gets the x_t that x0 and eps make at each sample's own step, and is compared with that eps.",
        where,
    )
    for net in (TimeScaled(), GaussianNoisePredictor(0.7, 0.25, ALPHA_BAR)):
        expect_close(
            ddpm_loss(net, x0, t, eps, ALPHA_BAR),
            squared_error(net, x0, t, eps, ALPHA_BAR),
            "The network is not asked about the x_t that x0 and eps make at step t, or is told another t.",
            "net gets x_t, noised by each sample's own step, and t itself, as whole numbers from 0.",
            where,
        )
