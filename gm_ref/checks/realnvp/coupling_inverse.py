"""The check of coupling_inverse."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, wave
from gm_ref.checks.realnvp.oracles import COUPLINGS, EVEN, FAR, FLAT, IMAGE, WIDE, slope_of
from gm_ref.kit.probes.realnvp import ScaleShift

PROBES = [*COUPLINGS, slope_of(0, wave(2, 5, shift=2), FLAT, ScaleShift())]


def undone(z: Tensor, mask: Tensor, net: Callable) -> Tensor:
    """Return what a coupling layer makes z of, entry by entry."""
    s, t = net(z * mask)
    return torch.where(mask == 1, z, (z - t) / s.exp())


@check(probes=PROBES, same_dtype=("z", "mask"), slopes=("z",))
def check_coupling_inverse(coupling_inverse: Guarded, draw: Draws) -> None:
    """Probe a mask of ones, the way back, images, wide scales, gradients."""
    beside = Beside(coupling_inverse, undone, ["x"])
    net, z = ScaleShift(), draw.normal(4, 5)
    beside.at(
        (z, torch.ones_like(FLAT), net),
        "Where the mask is 1, entries must pass unchanged: with a mask of ones x is z.",
        "Forward left them alone, so the inverse does.",
    )
    beside.at(
        (z, FLAT, net),
        "It does not give back the x that a coupling layer mapped to z.",
        "The entries that passed unchanged are the same in x and z: give the network these alone, then undo the shift "
        "and the scale in the opposite order.",
    )
    beside.at(
        (FAR, FLAT, WIDE),
        "Where z and the network's scales s are large, x is off.",
        "No clamp on s, z or x, and no small number beside exp(s): forward has none.",
    )
    beside.slopes((z, FLAT, net), "Gradients flow through the network too.")
    beside.everywhere((z, FLAT, net), [(draw.normal(2, 2, 3, 4), IMAGE, net), (draw.normal(4, 4), EVEN, net)])
