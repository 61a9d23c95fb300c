"""Small cartoon faces with captions, drawn on the spot: eight attributes that can be measured, ten jitters, a pencil.

`avatars` draws faces at random with their captions, `draw_avatars` draws chosen ones, in colour or in pencil.
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from gm_ref.kit.data.faces.look import ATTRIBUTES, JITTER
from gm_ref.kit.data.faces.parts import draw, paint
from gm_ref.kit.data.faces.words import combinations, describe, draw_attributes, has_words, read

__all__ = [
    "ATTRIBUTES",
    "JITTER",
    "avatars",
    "combinations",
    "describe",
    "draw_attributes",
    "draw_avatars",
    "draw_jitter",
    "has_words",
    "read",
]
CHUNK = 64  # faces that are painted at once: their layers then stay in the processor's cache
FEWEST = 8  # pixels


def avatars(
    n: int, generator: Generator, size: int = 32, hold_out: Sequence[Sequence[str]] = ()
) -> tuple[Tensor, list[str]]:
    """Return n images (n, 3, size, size), float32 in [-1, 1], and their captions; all on the CPU.

    hold_out: combinations never to draw, each a tuple of words: ("curly", "red") leaves out curly red hair. "brown" is
    skin or hair: say "brown skin" or "brown hair". Raises ValueError for an unknown word, or when nothing is left.
    """
    attributes = draw_attributes(n, generator, hold_out)
    return draw_avatars(attributes, draw_jitter(n, generator), size), describe(attributes)


def draw_jitter(n: int, generator: Generator) -> Tensor:
    """Return n rows of jitter (n, 10), uniform in [-1, 1]; JITTER names the columns."""
    return 2 * torch.rand(n, len(JITTER), generator=generator) - 1


def draw_avatars(attributes: Tensor, jitter: Tensor, size: int = 32, pencil: bool = False) -> Tensor:
    """Return the images (n, 3, size, size) of attributes (n, 8) with jitter (n, 10) in [-1, 1], float32 in [-1, 1].

    Zeros as jitter draw the pattern-book face. With pencil, the same faces as drawings of one grey channel,
    (n, 1, size, size). The same jitter with another attribute gives a pair of pictures.
    """
    _refuse(attributes, jitter, size)
    way, channels = (draw, 1) if pencil else (paint, 3)
    images = [way(a, j, size) for a, j in zip(attributes.split(CHUNK), jitter.split(CHUNK), strict=True)]
    return torch.cat(images) if images else torch.zeros(0, channels, size, size)


def _refuse(attributes: Tensor, jitter: Tensor, size: int) -> None:
    """Raise ValueError for what cannot be drawn."""
    if attributes.shape != (len(jitter), len(ATTRIBUTES)) or jitter.shape[1:] != (len(JITTER),):
        got = f"{tuple(attributes.shape)} and {tuple(jitter.shape)}"
        raise ValueError(f"attributes must be (n, 8) and jitter (n, 10), got {got}: give one row of each a face.")
    if size < FEWEST:
        raise ValueError(f"size must be at least {FEWEST} pixels, got {size}: give 16, 32 or 64.")
    top = torch.tensor([len(names) for names in ATTRIBUTES.values()])
    if ((attributes < 0) | (attributes >= top)).any():
        raise ValueError(f"attributes must be indices below {top.tolist()}, column by column: see faces.ATTRIBUTES.")
