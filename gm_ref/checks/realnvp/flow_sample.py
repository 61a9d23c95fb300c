"""The check of flow_sample."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import A2, B2, FACTORS, SHIFT2, stack
from gm_ref.kit.probes.realnvp import Sinh, Stretch, Turn

STILL = Turn(torch.eye(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64))
PROBES = [
    given(wave(3, 2), stack()),
    given(wave(2, 2, shift=5), [Sinh(-0.6, 0.3), Turn(B2, SHIFT2)]),
    given(wave(2, 1, 2, 3, shift=9), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3), Sinh(0.4, 0.6)]),
]


def of_three(z: Tensor, layers: Sequence) -> Tensor:
    """Return the x of up to three layers; where fewer are given, layers that do nothing fill up."""
    first, second, third = [*layers, STILL, STILL, STILL][:3]
    return first.inverse(second.inverse(third.inverse(z)))


@check(
    probes=PROBES,
)
def check_flow_sample(flow_sample: Guarded, draw: Draws) -> None:
    """Probe no layer, one, two and three, far out, images whose shape changes."""
    beside = Beside(flow_sample, of_three, ["x"])
    z, images = draw.normal(4, 2), draw.normal(2, 4, 1, 1)
    beside.at((z, []), "A flow without layers gives z itself.")
    beside.at(
        (z, [Turn(A2, SHIFT2)]),
        "With one layer, x must be the layer's inverse of z.",
        "forward runs from x to z; samples run the other way.",
    )
    for layers in (stack()[1:], nn.ModuleList(stack()), tuple(stack())):
        beside.at(
            (z, layers),
            "It does not give back the x that the layers mapped to z.",
            "The layer that came last on the way from x to z is undone first, and every layer is undone once.",
        )
    beside.at(
        (4000 * z, stack()[2:]),
        "Far out x is off.",
        "No clamp: a flow's samples lie wherever its layers put them.",
    )
    reshaped = [Sinh(0.7, 0.2), Stretch(FACTORS, (4, 1, 1)), Sinh(-1.2, -0.3)]
    beside.at(
        (images, reshaped),
        "For images, with a layer that changes their shape, it does not give back x.",
        "z goes through the layers in the shape that it has.",
    )
    beside.everywhere((z, stack()), [(draw.normal(2, 2), stack())])
