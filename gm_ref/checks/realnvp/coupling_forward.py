"""The check of coupling_forward."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, wave
from gm_ref.checks.realnvp.oracles import COUPLINGS, EVEN, FAR, FLAT, IMAGE, WIDE, slope_of
from gm_ref.kit.probes.realnvp import ScaleShift

PROBES = [*COUPLINGS, *(slope_of(part, wave(2, 5, shift=2), FLAT, ScaleShift()) for part in (0, 1))]


def moved(x: Tensor, mask: Tensor, net: Callable) -> tuple[Tensor, Tensor]:
    """Return what a coupling layer makes of x, entry by entry, and the sum of s where entries change."""
    s, t = net(x * mask)
    return torch.where(mask == 1, x, x * s.exp() + t), s.flatten(1)[:, mask.flatten() == 0].sum(dim=1)


@check(probes=PROBES, same_dtype=("x", "mask"), slopes=("x",))
def check_coupling_forward(coupling_forward: Guarded, draw: Draws) -> None:
    """Probe a mask of ones, the half that stays and the half that moves, wide scales, images, gradients."""
    beside = Beside(coupling_forward, moved, ["z", "log_det"])
    net, x, box = ScaleShift(), draw.normal(4, 5), draw.normal(2, 2, 3, 4)
    beside.at(
        (x, torch.ones_like(FLAT), net),
        "Where the mask is 1, entries must pass unchanged: with a mask of ones z is x and log_det 0. {name} is off.",
        "Scale, shift and log_det come only from where the mask is 0.",
    )
    beside.at(
        (x, FLAT, net),
        "Where the mask is 0, z must be x exp(s) + t, and log_det the sum of s there: {name} is off.",
        "scale_shift sees x with the entries to be changed set to 0; scale first, then shift.",
        "The Jacobian is triangular, with exp(s) on its diagonal where the mask is 0 and 1 where it is 1.",
    )
    beside.at(
        (FAR, FLAT, WIDE),
        "Where x and the network's scales s are large, {name} is off.",
        "No clamp on s, x or z. log_det adds up s itself: exp(s) and products of it leave the range of floating point.",
    )
    beside.at(
        (box, IMAGE, ScaleShift(0.7, -60.0)),
        "For images of which many entries are scaled down, {name} is off.",
        "Sum over all axes but the first. Add up s itself: the product of the factors exp(s) underflows to 0.",
    )
    beside.slopes((x, FLAT, net), "Gradients flow through the network too, and log_det trains the scales.")
    beside.everywhere((x, FLAT, net), [(box, IMAGE, net), (draw.normal(4, 4), EVEN, ScaleShift(-0.5))])
