"""A picture as layers, back to front: each is a signed distance, a colour, and what a pencil would do there.

Lengths are those of the face (look.py); `scale` says how many pixels one of them is.  A signed distance is negative
inside.  A pixel's share of a layer is its distance to the edge in pixels, plus one half, clipped to [0, 1].
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

PAPER, GRAPHITE = 0.96, 0.84  # the grey of empty paper, and how much darker the darkest pencil is
RIM = 1.5  # pixels from the edge over which a layer darkens towards it
LINE = 0.85  # how dark an outline is, where 1 is the darkest


@dataclass(frozen=True)
class Layer:
    """One layer: where it is, its colour, and how a pencil draws it.

    distance (n, H, W). colour (n, 3) or (n, 3, H, W) in [0, 1]. rim: how much darker its edge is. opacity in [0, 1].
    line: how strong a pencil draws the edge, 0 for none. tone: the darkness of its inside, None for what is below.
    rows: from which to which row the distance is; outside of them there is nothing of the layer.
    """

    distance: Tensor
    colour: Tensor
    rim: float = 0.0
    opacity: float = 1.0
    line: float = 0.0
    tone: Tensor | float | None = None
    rows: tuple[int, int | None] = (0, None)

    def share(self, scale: float) -> Tensor:
        """Return how much of each pixel the layer covers, (n, H, W) in [0, 1]."""
        return (0.5 - self.distance * scale).clamp_(0, 1)


def in_colour(layers: Iterable[Layer], image: Tensor, scale: float) -> Tensor:
    """Return image (n, 3, H, W), the background, with the layers painted over it, in place."""
    for layer in layers:
        share = layer.share(scale)[:, None]
        ink = layer.colour if layer.colour.dim() == 4 else layer.colour[:, :, None, None]
        if layer.rim:
            edge = (RIM + layer.distance * scale).clamp_(0, 1)[:, None]
            ink = ink * (1 - layer.rim * edge)
        image[:, :, slice(*layer.rows)].lerp_(ink, share * layer.opacity if layer.opacity != 1 else share)
    return image


def in_pencil(layers: Iterable[Layer], ink: Tensor, scale: float) -> Tensor:
    """Return the grey levels (n, H, W) of the layers in pencil; ink (n, H, W) is zeros, and is used up.

    A layer that has a line or a tone covers what is below it, as if it were rubbed out first.
    """
    for layer in layers:
        if not layer.line and layer.tone is None:
            continue
        share, below = layer.share(scale), ink[:, slice(*layer.rows)]
        below *= 1 - share
        if layer.tone is not None:
            below += share * layer.tone
        if layer.line:
            stroke = (1.15 - (layer.distance * scale + 0.5).abs()).clamp_(0, 1)
            torch.maximum(below, layer.line * LINE * stroke, out=below)
    return PAPER - GRAPHITE * ink


def ellipse(x: Tensor, y: Tensor, rx: Tensor | float, ry: Tensor | float) -> Tensor:
    """Return the distance to an ellipse of half axes rx and ry: exact on the edge and to first order beside it."""
    px, py = x / rx, y / ry
    radius = torch.sqrt(px * px + py * py + 1e-9)
    slope = torch.sqrt((px / rx) ** 2 + (py / ry) ** 2 + 1e-9)
    return radius * (radius - 1) / slope


def stroke(x: Tensor, y: Tensor, reach: tuple[Tensor, Tensor] | tuple[float, float], width: float) -> Tensor:
    """Return the distance to a line from (-dx, -dy) to (dx, dy) with round ends; reach is (dx, dy)."""
    dx, dy = reach
    along = ((x * dx + y * dy) / (dx * dx + dy * dy)).clamp(-1, 1)
    return torch.hypot(x - along * dx, y - along * dy) - width / 2
