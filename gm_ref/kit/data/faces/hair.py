"""Five hair styles as signed distances: what hangs behind the head, and what lies over it.

Each style takes the head's coordinates x, y (k, H, W), its half axes a, b (k, 1, 1) and the hair's volume (k, 1, 1),
and returns (back, front), each (k, H, W).
"""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.kit.data.faces.layers import ellipse
from gm_ref.kit.data.faces.look import ATTRIBUTES, Face

FAR = 9.0  # a distance at which nothing is seen
BAND = 0.54  # a hat's band stands at this share of the head's height above its middle
Distances = tuple[Tensor, Tensor]


def hair_of(face: Face) -> Distances:
    """Return the back and front hair (n, H, W) of all faces; a hat hides what would stand above its band."""
    back, front = torch.full_like(face.x, FAR), torch.full_like(face.x, FAR)
    volume = 1 + 0.35 * face.jitter["hair size"]
    for index, word in enumerate(ATTRIBUTES["style"]):
        rows = (face.words["style"] == index).flatten().nonzero()[:, 0]
        if len(rows):
            parts = STYLES[word](face.x[rows], face.y[rows], face.width[rows], face.height[rows], volume[rows])
            back[rows], front[rows] = parts
    above = torch.where(face.has("hat", "hat"), -(face.y + BAND * face.height), -FAR)
    return torch.maximum(back, above), torch.maximum(front, above)


def short(x: Tensor, y: Tensor, a: Tensor, b: Tensor, volume: Tensor) -> Distances:
    """Return a cap of hair, swept to one side."""
    cap = ellipse(x, y + 0.05, a + 0.06 * volume, b + 0.09 * volume)
    hairline = -0.52 * b + 0.30 * x + 4.4 * (x.abs() - 0.80 * a).clamp_min(0)
    return torch.maximum(cap, y - 0.15), torch.maximum(cap, (y - hairline) * 0.9)


def long(x: Tensor, y: Tensor, a: Tensor, b: Tensor, volume: Tensor) -> Distances:
    """Return hair down to the shoulders, with a straight fringe."""
    side = x.abs()
    cap = ellipse(x, y + 0.05, a + 0.12 * volume, b + 0.11 * volume)
    fall = torch.maximum(side - a - 0.10 * volume - 0.08 * (y - 0.1), -y)
    window = torch.maximum(side - 0.80 * a - 0.1 * (y - 0.2), -0.40 * b - y)
    front = torch.minimum(cap, torch.maximum(fall, y - 0.70))
    return torch.minimum(cap, torch.maximum(fall, y - 0.82)), torch.maximum(front, -window)


def curly(x: Tensor, y: Tensor, a: Tensor, b: Tensor, volume: Tensor) -> Distances:
    """Return a cloud with bumps all around."""
    bumps = 0.06 * torch.cos(5.5 * torch.atan2(x, -(y + 0.12))).abs()
    cloud = ellipse(x, y + 0.16, a + 0.22 * volume, b + 0.11 * volume) - bumps
    cloud = torch.maximum(cloud, y - 0.42)
    window = ellipse(x, y - 0.12, a * 0.97, b * 0.88) + 0.05 * torch.cos(8 * x / a).abs()
    return cloud, torch.maximum(torch.maximum(cloud, -window), y - 0.05)


def spiky(x: Tensor, y: Tensor, a: Tensor, b: Tensor, volume: Tensor) -> Distances:
    """Return saw teeth upwards, and small ones over the forehead."""
    saw = 2 * ((torch.atan2(x, -(y - 0.1)) / 0.42 + 0.5).remainder(1) - 0.5).abs()  # 0 at a tip, 1 at a notch
    tips = ellipse(x, y + 0.03, a + 0.02, b + 0.05) - 0.27 * volume * (1 - saw) * (0.55 - y).clamp(0, 1).sqrt()
    teeth = -0.58 * b + 0.17 * (1 - 2 * ((x / 0.26).remainder(1) - 0.5).abs())
    hairline = teeth + 2.0 * (x.abs() - 0.78 * a).clamp_min(0)
    return torch.maximum(0.8 * tips, y - 0.05), 0.8 * torch.maximum(tips, y - hairline)


def braided(x: Tensor, y: Tensor, a: Tensor, b: Tensor, volume: Tensor) -> Distances:
    """Return hair parted in the middle, with a braid of three beads on each side."""
    side = x.abs()
    cap = ellipse(x, y + 0.05, a + 0.06 * volume, b + 0.08 * volume)
    parting = torch.maximum(cap, (y + 0.80 * b - 0.75 * side) * 0.8)
    out = side - a - 0.10
    upper = ellipse(out - 0.02, y - 0.06, 0.15 * volume, 0.15)
    middle = ellipse(out - 0.06, y - 0.29, 0.13 * volume, 0.14)
    lower = ellipse(out - 0.08, y - 0.50, 0.10 * volume, 0.14)
    beads = torch.minimum(upper, torch.minimum(middle, lower))
    return torch.minimum(beads, torch.maximum(cap, y - 0.1)), torch.maximum(parting, y)


STYLES: dict[str, Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Distances]] = {
    "short": short,
    "long": long,
    "curly": curly,
    "spiky": spiky,
    "braided": braided,
}
