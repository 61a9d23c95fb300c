"""What a face is made of before it is drawn: its words, its jitter, its colours, and the plane of its head.

x runs from -1 (left) to 1 (right) and y from -1 (top) to 1 (bottom) on the page; the head's own coordinates start at
its middle and lean with it.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

SKIN = {"light": (1.00, 0.85, 0.74), "tan": (0.90, 0.67, 0.48), "brown": (0.66, 0.43, 0.29), "deep": (0.45, 0.29, 0.21)}
HAIR = {
    "black": (0.14, 0.13, 0.18),
    "brown": (0.45, 0.26, 0.13),
    "blond": (0.98, 0.80, 0.34),
    "red": (0.88, 0.36, 0.14),
    "white": (0.90, 0.91, 0.95),
}
BACK = {
    "blue": (0.47, 0.72, 0.97),
    "green": (0.55, 0.82, 0.57),
    "pink": (0.98, 0.67, 0.76),
    "yellow": (1.00, 0.88, 0.50),
    "purple": (0.70, 0.61, 0.93),
}
SHIRT = {
    "crimson": (0.86, 0.24, 0.29),
    "navy": (0.19, 0.28, 0.56),
    "teal": (0.09, 0.58, 0.58),
    "cream": (0.97, 0.94, 0.85),
}
ATTRIBUTES = {
    "mouth": ("smiling", "serious", "sad", "surprised"),
    "skin": tuple(SKIN),
    "style": ("short", "long", "curly", "spiky", "braided"),
    "hair": tuple(HAIR),
    "glasses": ("no glasses", "glasses"),
    "hat": ("no hat", "hat"),
    "back": tuple(BACK),
    "shirt": tuple(SHIRT),
}
JITTER = ("right", "down", "tilt", "width", "height", "eye distance", "eye size", "brow", "hair size", "shade")
ZOOM = 1.17  # the face is drawn this much larger than the page, about a point on the shirt, so that a mouth is legible
NECK = 0.65  # the y about which a head leans


@dataclass(frozen=True)
class Face:
    """A batch of n faces to draw.

    words: attribute -> its index, (n, 1, 1). jitter: name -> number in [-1, 1], (n, 1, 1). page: x (1, 1, W) and
    y (1, H, 1). x, y (n, H, W): the head's own coordinates; side (n, H, W) is |x|. middle, width, height (n, 1, 1):
    where the head stands, and its half axes. skin, hair, shirt, back (n, 3): colours.
    """

    words: dict[str, Tensor]
    jitter: dict[str, Tensor]
    page: tuple[Tensor, Tensor]
    x: Tensor
    y: Tensor
    side: Tensor
    middle: Tensor
    width: Tensor
    height: Tensor
    skin: Tensor
    hair: Tensor
    shirt: Tensor
    back: Tensor

    def between(self, top: float, bottom: float) -> tuple["Face", tuple[int, int]]:
        """Return the faces on the rows of the page from y = top to y = bottom alone, and which rows those are."""
        start, stop = torch.searchsorted(self.page[1].flatten(), torch.tensor([top, bottom])).tolist()
        rows = slice(start, stop)
        page = self.page[0], self.page[1][:, rows]
        return replace(self, page=page, x=self.x[:, rows], y=self.y[:, rows], side=self.side[:, rows]), (start, stop)

    def has(self, attribute: str, word: str) -> Tensor:
        """Return which faces have this word, (n, 1, 1) bool."""
        return self.words[attribute] == ATTRIBUTES[attribute].index(word)


def face_of(attributes: Tensor, jitter: Tensor, size: int) -> Face:
    """Return the faces of attributes (n, 8) and jitter (n, 10), on a grid of size x size pixel centres."""
    words = {name: column[:, None, None] for name, column in zip(ATTRIBUTES, attributes.unbind(dim=1), strict=True)}
    by = {name: column[:, None, None] for name, column in zip(JITTER, jitter.float().unbind(dim=1), strict=True)}
    page, middle = page_of(size), 0.06 * by["right"]
    x, y = leant(page, middle, 0.16 + 0.05 * by["down"], 0.14 * by["tilt"])
    light = 1 + 0.07 * by["shade"][:, :, 0]
    hair, back = picked(HAIR, words["hair"]), picked(BACK, words["back"])
    skin, shirt = picked(SKIN, words["skin"]) * light, picked(SHIRT, words["shirt"]) * light
    width, height = 0.47 * (1 + 0.13 * by["width"]), 0.55 * (1 + 0.10 * by["height"])
    return Face(words, by, page, x, y, x.abs(), middle, width, height, skin, hair * light, shirt, back)


def page_of(size: int) -> tuple[Tensor, Tensor]:
    """Return the pixel centres x (1, 1, size) and y (1, size, 1) of the page."""
    line = (torch.arange(size) + 0.5) * 2 / size - 1
    return line[None, None, :] / ZOOM, (line[None, :, None] - 0.78) / ZOOM + 0.78


def leant(page: tuple[Tensor, Tensor], right: Tensor, down: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    """Return the page as a head sees it that is moved by (right, down) and leans by the angle about its neck."""
    x, y = page[0] - right, page[1] - NECK
    cos, sin = angle.cos(), angle.sin()
    return cos * x + sin * y, cos * y - sin * x + NECK - down


def picked(palette: dict[str, tuple[float, float, float]], index: Tensor) -> Tensor:
    """Return the colours (n, 3) of a palette at index (n, 1, 1)."""
    return torch.tensor(list(palette.values()))[index[:, 0, 0]]
