"""The check of flow_sample."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

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
from gm_ref.checks.realnvp.oracles import A2, B2, FACTORS, SHIFT2, expect_single, stack, strided
from gm_ref.kit.probes.realnvp import Sinh, Stretch, Turn


def _sample_plane(f: Callable) -> Tensor:
    return f(wave(3, 2), stack())


def _sample_square(f: Callable) -> Tensor:
    return f(wave(2, 2, shift=5), [Sinh(-0.6, 0.3), Turn(B2, SHIFT2)])


def _sample_image(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3, shift=9), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3), Sinh(0.4, 0.6)])


@check(probes=[_sample_plane, _sample_square, _sample_image])
def check_flow_sample(flow_sample: Guarded, draw: Draws) -> None:
    """Probe no layer, one layer, the way there and back through three, images, the gradient."""
    z = draw.normal(4, 2)
    got = expect_tensor(flow_sample(z, []), (4, 2), like=z, name="x")
    expect_close(got, z, "A flow without layers gives z itself.")
    expect_close(
        flow_sample(z, (Turn(A2, SHIFT2),)),
        torch.linalg.solve(A2, (z - SHIFT2).T).T,
        "With one layer, x must be the layer's inverse of z.",
        "forward runs from x to z; samples run the other way.",
    )
    for x, layers in ((draw.normal(4, 2), nn.ModuleList(stack())), (draw.normal(2, 2), stack()[1:])):
        z = x
        for layer in layers:
            z = layer.forward(z)[0]
        expect_close(
            flow_sample(strided(z), layers),
            x,
            "It does not give back the x that the layers mapped to z.",
            "The layer that came last on the way from x to z is undone first, and every layer is undone once.",
        )
    far = 4000 * draw.normal(4, 2)
    expect_close(
        flow_sample(far, stack()[2:]),
        torch.linalg.solve(B2, (far + 2 * SHIFT2).T).T,
        "Far out x is off.",
        "No clamp: a flow's samples lie wherever its layers put them.",
    )
    images, layers = draw.normal(2, 1, 2, 2), [Sinh(0.7, 0.2), Stretch(FACTORS, (4, 1, 1)), Sinh(-1.2, -0.3)]
    mapped = images
    for layer in layers:
        mapped = layer.forward(mapped)[0]
    expect_close(
        flow_sample(mapped, layers),
        images,
        "For images, with a layer that changes their shape, it does not give back x.",
        "z goes through the layers in the shape that it has.",
    )
    if flow_sample(mapped.clone().requires_grad_(), layers).requires_grad:  # samples may be drawn under no_grad
        expect_close(
            flow_sample.gradient(mapped, layers),
            slope(lambda u: layers[0].inverse(layers[1].inverse(layers[2].inverse(u))), mapped),
            "The gradient of x with respect to z is off.",
            "Look for detach.",
        )
    expect_alone(flow_sample, (mapped, layers), (0,))
    expect_single(flow_sample(mapped.float(), layers), images, z.float(), "x")
