"""What several checks of lesson 41 share: oracles, inputs, expectations."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Guarded,
    expect,
    expect_close,
    expect_tensor,
    slope,
)
from gm_ref.kit.probes.realnvp import ScaleShift, Sinh, Turn

FLAT = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0], dtype=torch.float64)  # masks for vectors of 5, of 4, and images


EVEN = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)


FAR = torch.tensor(  # rows for which the scales of WIDE run from below -250 to above 250
    [[55.0, -30, 17, 42, -8], [-21, 64, -49, 13, 90], [38, 7, -75, -26, 51], [-66, 19, 33, 81, -47]],
    dtype=torch.float64,
)


WIDE = ScaleShift(300.0)


IMAGE = (torch.arange(24, dtype=torch.float64) * 5 % 7 < 3).double().reshape(2, 3, 4)


A2 = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)  # two affine maps of the plane; A2 turns it over


B2 = torch.tensor([[0.8, -0.3], [0.5, 1.9]], dtype=torch.float64)


SHIFT2 = torch.tensor([0.4, -0.7], dtype=torch.float64)


FACTORS = torch.tensor([[[0.4, -1.7], [2.3, 0.9]]], dtype=torch.float64)


def log_abs_det(f: Callable, x: Tensor, h: float = 1e-3) -> Tensor:
    """Return log |det df/dx| (B,) at x (B, *), by central differences of fourth order, about ten digits."""
    rows = x.flatten(1)
    columns = []
    for k in range(rows.shape[1]):
        step = h * torch.nn.functional.one_hot(torch.tensor(k), rows.shape[1]).double()
        at = [f((rows + j * step).reshape(x.shape)).flatten(1) for j in (1, -1, 2, -2)]
        columns.append((8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h))
    return torch.linalg.slogdet(torch.stack(columns, dim=2)).logabsdet


def strided(x: Tensor) -> Tensor:
    """Return x with the same values and another layout in memory."""
    return x.transpose(0, -1).contiguous().transpose(0, -1)


def near(got: Tensor, want: Tensor, tolerance: float = 1e-7) -> bool:
    """Say whether got equals want up to the error of finite differences; NaN is never near."""
    return bool(torch.isclose(got.double(), want, rtol=tolerance, atol=tolerance).all())


def compared(oracle: str, got: Tensor, want: Tensor) -> str:
    """Return the sentence on the sample in which got is furthest from what the oracle gives."""
    k = int(torch.nan_to_num((got - want).abs(), nan=torch.inf).argmax())
    return f"For sample {k} {oracle} {want[k]:.6g}; yours is {got[k]:.6g}."


def moved(x: Tensor, mask: Tensor, net: Callable) -> Tensor:
    """Return what a coupling layer makes of x, entry by entry."""
    s, t = net(x * mask)
    return torch.where(mask == 1, x, x * s.exp() + t)


def stack() -> list:
    """Return three layers of the plane no two of which commute."""
    return [Turn(A2, SHIFT2), Sinh(-0.6, 0.3), Turn(B2, -2 * SHIFT2)]


def sum_of_slopes(f: Callable, x: Tensor) -> Tensor:
    """Return the sum of log f'(x) over the entries of each sample, (B,), for a map that acts on each entry alone."""
    return torch.log(slope(f, x)).flatten(1).sum(dim=1)


def logit_of(x: Tensor, alpha: float) -> Tensor:
    """Return torch's own logit of x shrunk to [alpha, 1 - alpha]."""
    return torch.logit(alpha + (1 - 2 * alpha) * x)


def pair(result: object, name: str) -> tuple:
    """Return a result of two parts, or say what came instead."""
    expect(
        isinstance(result, (tuple, list)) and len(result) == 2,
        f"It returned a {type(result).__name__}; two tensors were expected: {name}.",
        "Return both, separated by a comma.",
    )
    return tuple(result)  # type: ignore[arg-type]


def expect_single(got: object, want: Tensor, like: Tensor, name: str) -> None:
    """Raise a Problem unless got is float32 and equals want as far as float32 goes."""
    got = expect_tensor(got, tuple(want.shape), like=like, name=f"{name} in float32")
    expect(
        near(got, want.double(), 4e-5),
        f"In float32 {name} is off.",
        "In float64 it is right: look for a constant that float32 cannot hold, or a conversion by hand.",
    )


def kind_of(mask: Tensor) -> Tensor:
    """Return 1 for a mask of floating-point numbers, 0 for one of true and false, 2 for whole numbers."""
    return torch.tensor(1.0 if mask.is_floating_point() else 0.0 if mask.dtype is torch.bool else 2.0)


def refused(f: Callable, *args: object) -> Tensor:
    """Return 1 where f refuses these arguments with ValueError, minus the number of entries if it returns any, else 0."""
    try:
        result = f(*args)
    except ValueError:
        return torch.tensor(1.0)
    return torch.tensor(-float(result.numel()) if isinstance(result, Tensor) else 0.0)


def expect_moved(got: Tensor, want: Tensor, claim: str, look: str) -> None:
    """Raise a Problem unless got holds exactly the entries of want, each in its place."""
    expect_close(got, want, claim, look)
    expect(
        bool((got == want).all()),
        "Entries are in their places, and changed a little.",
        "They are only moved: nothing is computed, rounded or converted on the way.",
    )


def expect_many(f: Guarded, at: Tensor, right: Callable) -> None:
    """Raise a Problem where log_det is off for a sample with many entries."""
    expect_close(
        f(at, 0.05)[1],
        sum_of_slopes(right, at),
        f"For {at[0].numel()} entries log_det is off.",
        "Add up logarithms: the product of so many slopes leaves the range of floating point.",
    )


def expect_gradients(f: Guarded, at: Tensor, want: Tensor) -> None:
    """Raise a Problem where the gradients of y or of log_det are off."""
    expect_close(f.gradient(at, 0.05), want, "The gradient is off.", "Look for detach or clamp.")
    expect(
        f(at.clone().requires_grad_(), 0.05)[1].requires_grad,
        "No gradient flows through log_det.",
        "Look for detach, item or no_grad.",
    )
