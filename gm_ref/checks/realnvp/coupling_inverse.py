"""The check of coupling_inverse."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.realnvp.oracles import EVEN, FAR, FLAT, IMAGE, WIDE, expect_single, moved, strided
from gm_ref.kit.probes.realnvp import ScaleShift


def undone(z: Tensor, mask: Tensor, net: Callable) -> Tensor:
    """Return what a coupling layer makes z of, entry by entry."""
    s, t = net(z * mask)
    return torch.where(mask == 1, z, (z - t) / s.exp())


def _inverse_flat(f: Callable) -> Tensor:
    return f(wave(3, 5), FLAT, ScaleShift())


def _inverse_square(f: Callable) -> Tensor:
    return f(wave(4, 4, shift=20), EVEN, ScaleShift(-0.5))


def _inverse_image(f: Callable) -> Tensor:
    return f(wave(2, 2, 3, 4, shift=7), IMAGE, ScaleShift())


@check(probes=[_inverse_flat, _inverse_square, _inverse_image], same_dtype=("z", "mask"), slopes=("z",))
def check_coupling_inverse(coupling_inverse: Guarded, draw: Draws) -> None:
    """Probe the half that stayed, the half that is undone, the way there and back, images, gradients."""
    net, x = ScaleShift(), draw.normal(4, 5)
    z = moved(x, FLAT, net)
    got = expect_tensor(coupling_inverse(z, FLAT, net), (4, 5), like=z, name="x")
    expect_close(
        got[:, FLAT == 1],
        z[:, FLAT == 1],
        "Where the mask is 1, entries must pass unchanged.",
        "Forward left them alone, so the inverse does.",
    )
    expect_close(
        got,
        x,
        "It does not give back the x that a coupling layer mapped to z.",
        "The entries that passed unchanged are the same in x and z: give the network these alone, then undo the shift and the scale in the opposite order.",
    )
    for box, mask in ((draw.normal(2, 2, 3, 4), IMAGE), (draw.normal(4, 4), EVEN)):
        mapped = moved(box, mask, net)
        claim = f"For z of shape {tuple(box.shape)} it does not give back x."
        expect_close(coupling_inverse(strided(mapped), mask, net), box, claim)
    gradient = coupling_inverse.gradient(z, FLAT, net)
    there = slope(lambda u: undone(u, FLAT, net), z)
    expect_close(gradient, there, "The gradient of x with respect to z is off.", "Look for detach or no_grad.")
    far = undone(FAR, FLAT, WIDE)
    expect_close(
        expect_tensor(coupling_inverse(FAR, FLAT, WIDE), (4, 5), name="x") / far,
        torch.ones(4, 5),
        "Where z and the scales s are large, x is off.",
        "No clamp on s, z or x, and no small number beside exp(s): forward has none.",
    )
    expect_alone(coupling_inverse, (z, FLAT, net), (0,))
    expect_single(coupling_inverse(z.float(), FLAT.float(), net), x, z.float(), "x")
