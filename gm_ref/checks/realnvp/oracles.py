"""What several checks of lesson 41 share: oracles and inputs."""

from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor

from gm_ref.checks.core import Guarded, expect, given, slope, wave
from gm_ref.checks.core.expect import other_than_tensor
from gm_ref.kit.probes.realnvp import ScaleShift, Sinh, Turn

FLAT = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0], dtype=torch.float64)  # masks for vectors of 5, of 4, and images
EVEN = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
IMAGE = (torch.arange(24, dtype=torch.float64) * 5 % 7 < 3).double().reshape(2, 3, 4)
FAR = torch.tensor(  # rows for which the scales of WIDE run from below -250 to above 250
    [[55.0, -30, 17, 42, -8], [-21, 64, -49, 13, 90], [38, 7, -75, -26, 51], [-66, 19, 33, 81, -47]],
    dtype=torch.float64,
)
WIDE = ScaleShift(300.0)
COUPLINGS = [  # probes of a layer's two directions
    given(wave(3, 5), FLAT, ScaleShift()),
    given(wave(4, 4, shift=20), EVEN, ScaleShift(-0.5)),
    given(wave(2, 2, 3, 4, shift=7), IMAGE, ScaleShift()),
]
A2 = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)  # two affine maps of the plane; A2 turns it over
B2 = torch.tensor([[0.8, -0.3], [0.5, 1.9]], dtype=torch.float64)
SHIFT2 = torch.tensor([0.4, -0.7], dtype=torch.float64)
FACTORS = torch.tensor([[[0.4, -1.7], [2.3, 0.9]]], dtype=torch.float64)


def stack() -> list:
    """Return three layers of the plane no two of which commute."""
    return [Turn(A2, SHIFT2), Sinh(-0.6, 0.3), Turn(B2, -2 * SHIFT2)]


def through(x: Tensor, layers: Sequence) -> Tensor:
    """Return the z to which the layers map x."""
    for layer in layers:
        x = layer.forward(x)[0]
    return x


def log_abs_det(f: Callable, x: Tensor) -> Tensor:
    """Return log |det df/dx| (B,) at x (B, *), by central differences of eighth order, about twelve digits."""
    steps = 0.02 * torch.tensor([1, 2, 3, 4, -1, -2, -3, -4], dtype=x.dtype)
    half = torch.tensor([4 / 5, -1 / 5, 4 / 105, -1 / 280], dtype=x.dtype)
    size = x[0].numel()
    points = x.flatten(1) + steps[:, None, None, None] * torch.eye(size, dtype=x.dtype)[:, None]  # (8, D, B, D)
    values = f(points.reshape(-1, *x.shape[1:])).reshape(points.shape)
    jacobians = torch.einsum("k,kdbi->bdi", torch.cat([half, -half]) / 0.02, values)
    return torch.linalg.slogdet(jacobians).logabsdet


def slope_of(part: int, *args: object) -> Callable:
    """Return the probe of the gradient of one part of the result with respect to the first argument."""
    return lambda f: slope(f, *deepcopy(args), wrt=(0, part))


def kind_of(mask: Tensor) -> Tensor:
    """Return 1 for a mask of floating-point numbers, 0 for one of true and false, 2 for whole numbers."""
    return torch.tensor(1.0 if mask.is_floating_point() else 0.0 if mask.dtype is torch.bool else 2.0)


def expect_floating(mask_of: Guarded, *args: int) -> None:
    """Raise a Problem unless a mask of these sizes holds floating-point numbers."""
    mask = mask_of(*args)
    expect(isinstance(mask, Tensor), other_than_tensor(mask, (), "the mask"))
    expect(
        mask.is_floating_point(),
        f"The mask is of {str(mask.dtype)[6:]}; it must be of floating-point numbers, since layers compute 1 - mask.",
        "Convert it at the end.",
    )


def stops(f: Callable, *args: object) -> Tensor:
    """Return 1 where f raises an error, of whatever kind, minus the number of entries if it returns any, else 0."""
    try:
        result = f(*args)
    except Exception:
        return torch.tensor(1.0)
    return torch.tensor(-float(result.numel()) if isinstance(result, Tensor) else 0.0)
