"""How a shape is painted: signed distances on a grid of pixel centres, with edges softened over one pixel.

Lengths are in half widths of the picture: x runs from -1 (left) to 1 (right), y from -1 (top) to 1 (bottom).
A signed distance is negative inside the shape; a pixel's share of colour is its distance to the edge in pixels,
plus one half, clipped to [0, 1].  An outline is the band between the edge and a parallel inside.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

PALETTE = {
    "red": (0.93, 0.27, 0.27),
    "yellow": (0.98, 0.80, 0.18),
    "green": (0.24, 0.76, 0.40),
    "blue": (0.27, 0.53, 0.96),
    "purple": (0.68, 0.38, 0.90),
    "white": (0.95, 0.95, 0.93),
}
PLACES = {
    "top left": (-1, -1),
    "top": (0, -1),
    "top right": (1, -1),
    "left": (-1, 0),
    "centre": (0, 0),
    "right": (1, 0),
    "bottom left": (-1, 1),
    "bottom": (0, 1),
    "bottom right": (1, 1),
}
BACKGROUND = (0.09, 0.10, 0.15)  # a dark slate, on which all six colours stand out
STEP = 0.48  # from one position to the next
RADII = {"small": 0.28, "large": 0.45}
STROKE = 0.095  # width of an outline, 1.5 pixels of 32: thin enough to leave a small cross hollow
SHIFT, GROW, ROTATE, SHADE = 0.05, 0.07, 0.2, 0.06  # what a jitter of 1 does; ROTATE in radians

COLOURS, POSITIONS, SIZES = tuple(PALETTE), tuple(PLACES), tuple(RADII)
FILLS = ("filled", "outlined")


def circle(x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distance to a circle of radius 0.95."""
    return torch.hypot(x, y) - 0.95


def square(x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distance to a square of half side 0.82, with sharp corners outside as well."""
    return torch.maximum(x.abs(), y.abs()) - 0.82


def diamond(x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distance to a rhombus of half diagonals 0.8 and 1.15."""
    return (x.abs() / 0.8 + y.abs() / 1.15 - 1) / math.hypot(1 / 0.8, 1 / 1.15)


def cross(x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distance to a plus sign with arms 1.05 long and 0.96 wide."""
    long, wide = torch.maximum(x.abs(), y.abs()), torch.minimum(x.abs(), y.abs())
    return torch.maximum(long - 1.05, wide - 0.48)


def triangle(x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distance to an equilateral triangle, its tip up, its corners 1.2 from the middle."""
    return torch.maximum(0.866 * x.abs() - 0.5 * y, y) - 0.6


def star(x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distance to a five-pointed star with its tips at 1.2 and its notches at 0.6."""
    return _points(x, y, 5, 1.2, 0.6)


def _points(x: Tensor, y: Tensor, k: int, tip: float, notch: float) -> Tensor:
    """Return the signed distance to a star with k points: fold the plane onto half a point, measure to one edge."""
    half = math.pi / k
    angle = (torch.remainder(torch.atan2(x, -y) + half, 2 * half) - half).abs()
    radius = torch.hypot(x, y)
    run, rise = notch * math.sin(half), notch * math.cos(half) - tip
    across, along = radius * angle.sin(), radius * angle.cos() - tip
    return (run * along - rise * across) / math.hypot(run, rise)


DISTANCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "circle": circle,
    "square": square,
    "triangle": triangle,
    "diamond": diamond,
    "star": star,
    "cross": cross,
}
FORMS = tuple(DISTANCES)


def paint(attributes: Tensor, jitter: Tensor, size: int) -> Tensor:
    """Return images (n, 3, size, size) in [-1, 1] for attributes (n, 5) and jitter (n, 5); see shapes.draw_shapes."""
    size_at, fill, colour, form, position = attributes.unbind(dim=1)
    right, down, grow, rotate, shade = jitter.float().unbind(dim=1)
    radius = torch.tensor(list(RADII.values()))[size_at] * (1 + GROW * grow)
    middle = STEP * torch.tensor(list(PLACES.values()))[position] + SHIFT * torch.stack([right, down], dim=1)
    x, y = local_grid(middle, radius, ROTATE * rotate, size)
    edge = distance(form, x, y) * radius[:, None, None]
    band = torch.where(fill == FILLS.index("outlined"), STROKE, 4.0)[:, None, None]
    share = (0.5 - torch.maximum(edge, -edge - band) * (size / 2)).clamp(0, 1)[:, None]
    ink = torch.tensor(list(PALETTE.values()))[colour] * (1 + SHADE * shade[:, None])
    paper = torch.tensor(BACKGROUND)[:, None, None]
    return (paper + share * (ink[:, :, None, None] - paper)).mul_(2).sub_(1).clamp_(-1, 1)


def local_grid(middle: Tensor, radius: Tensor, angle: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Return the pixel centres x, y (n, size, size) as the shape sees them: from its middle, in radii, turned back."""
    line = (torch.arange(size) + 0.5) * 2 / size - 1
    x = ((line - middle[:, :1]) / radius[:, None])[:, None, :]
    y = ((line - middle[:, 1:]) / radius[:, None])[:, :, None]
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    return cos * x + sin * y, cos * y - sin * x


def distance(form: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return the signed distances (n, H, W), in radii, of form (n,) at the pixel centres x, y (n, H, W)."""
    out = torch.empty_like(x)
    for index, measure in enumerate(DISTANCES.values()):
        chosen = (form == index).nonzero()[:, 0]
        out[chosen] = measure(x[chosen], y[chosen])
    return out
