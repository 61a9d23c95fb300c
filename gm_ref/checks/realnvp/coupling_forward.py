"""The check of coupling_forward."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_alone,
    expect_close,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.realnvp.oracles import (
    EVEN,
    FAR,
    FLAT,
    IMAGE,
    WIDE,
    compared,
    expect_single,
    log_abs_det,
    moved,
    near,
    pair,
    strided,
)
from gm_ref.kit.probes.realnvp import ScaleShift


def _coupling_flat(f: Callable) -> tuple:
    return tuple(f(wave(3, 5), FLAT, ScaleShift()))


def _coupling_square(f: Callable) -> tuple:
    return tuple(f(wave(4, 4, shift=20), EVEN, ScaleShift(-0.5)))


def _coupling_image(f: Callable) -> tuple:
    return tuple(f(wave(2, 2, 3, 4, shift=7), IMAGE, ScaleShift()))


@check(probes=[_coupling_flat, _coupling_square, _coupling_image], same_dtype=("x", "mask"), slopes=("x",))
def check_coupling_forward(coupling_forward: Guarded, draw: Draws) -> None:
    """Probe the half that stays, the half that moves, what the network saw, log_det against the Jacobian, gradients."""
    net, x = ScaleShift(), draw.normal(4, 5)
    z, log_det = pair(coupling_forward(x, FLAT, net), "z and log_det")
    z, log_det = expect_tensor(z, (4, 5), like=x, name="z"), expect_tensor(log_det, (4,), like=x, name="log_det")
    expect_close(
        z[:, FLAT == 1],
        x[:, FLAT == 1],
        "Where the mask is 1, entries must pass unchanged.",
        "Scale and shift act only where the mask is 0.",
    )
    s, t = net(x * FLAT)
    expect_close(
        z[:, FLAT == 0],
        (x * s.exp() + t)[:, FLAT == 0],
        "Where the mask is 0, z must be x exp(s) + t.",
        "scale_shift sees x with the entries to be changed set to 0; scale first, then shift.",
    )
    expect_close(
        log_det,
        s[:, FLAT == 0].sum(dim=1),
        "log_det is not the sum of s over the entries that change, one number for each sample.",
        "The Jacobian is triangular, with exp(s) on the diagonal where the mask is 0 and 1 where it is 1.",
    )
    box = draw.normal(2, 2, 3, 4)
    z, log_det = pair(coupling_forward(strided(box), IMAGE, net), "z and log_det")
    z, log_det = expect_tensor(z, (2, 2, 3, 4), name="z"), expect_tensor(log_det, (2,), name="log_det")
    s, t = net(box * IMAGE)
    expect_close(z, torch.where(IMAGE == 1, box, box * s.exp() + t), "For images z is off.")
    expect_close(
        log_det,
        torch.where(IMAGE == 1, 0, s).flatten(1).sum(dim=1),
        "For images log_det is off.",
        "Sum over all axes but the first.",
    )
    _expect_jacobian(coupling_forward, draw.normal(4, 4))
    _expect_far(coupling_forward)
    expect_alone(coupling_forward, (x, FLAT, net), (0,))
    z, log_det = coupling_forward(x.float(), FLAT.float(), net)
    expect_single(z, moved(x, FLAT, net), x.float(), "z")
    expect_single(log_det, net(x * FLAT)[0][:, FLAT == 0].sum(dim=1), x.float(), "log_det")


def _expect_far(coupling_forward: Guarded) -> None:
    z, log_det = coupling_forward(FAR, FLAT, WIDE)
    expect_close(z, moved(FAR, FLAT, WIDE), "Where x and the scales s are large, z is off.", "No clamp on s, x or z.")
    s = WIDE(FAR * FLAT)[0]
    expect_close(
        log_det,
        s[:, FLAT == 0].sum(dim=1),
        "Where the network's scales s are large, log_det is off.",
        "Add up s itself: the factors exp(s), and their product, leave the range of floating point.",
    )
    box, low = wave(2, 2, 3, 4), ScaleShift(0.7, -60.0)
    expect_close(
        coupling_forward(box, IMAGE, low)[1],
        low(box * IMAGE)[0].flatten(1)[:, IMAGE.flatten() == 0].sum(dim=1),
        "Where many entries are scaled down, log_det is off.",
        "Add up s itself: the product of the factors exp(s) underflows to 0.",
    )


def _expect_jacobian(coupling_forward: Guarded, x: Tensor) -> None:
    net = ScaleShift(-0.5)
    log_det = expect_tensor(coupling_forward(x, EVEN, net)[1], (len(x),), name="log_det")
    by_differences = log_abs_det(lambda y: moved(y, EVEN, net), x)
    expect(
        near(log_det, by_differences, 1e-6),
        "With as many samples as entries log_det is not log |det dz/dx|.",
        "Compare it with log_det_by_autograd of your layer; no sum over the batch, no factor.",
        compared("the Jacobian gives", log_det, by_differences),
    )
    expect_close(
        coupling_forward.gradient(x, EVEN, net),
        slope(lambda y: moved(y, EVEN, net), x),
        "The gradient of z with respect to x is off.",
        "Gradients flow through the network too: look for detach or no_grad.",
    )
    leaf = x.clone().requires_grad_()
    expect(
        coupling_forward(leaf, EVEN, net)[1].requires_grad,
        "No gradient flows through log_det, so the scales would never be trained.",
        "Look for detach, item or no_grad on the way from s to log_det.",
    )
