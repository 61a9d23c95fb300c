"""Small pictures of shapes with captions, made on the spot: 32x32, one shape, five attributes that can be measured.

A row of attributes (5,) holds indices into SIZES, FILLS, COLOURS, FORMS and POSITIONS, in the order in which a
caption names them: "a small outlined red star at the top left".  `describe` turns attributes into captions and
`read_captions` turns them back.  There are 1,296 combinations; some can be held out, to ask whether a model
puts together what it has only seen apart.
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from gm_ref.kit.data.canvas import COLOURS, FILLS, FORMS, POSITIONS, SIZES, paint

ATTRIBUTES = {"size": SIZES, "fill": FILLS, "colour": COLOURS, "form": FORMS, "position": POSITIONS}
PATTERN = "a {} {} {} {} at the {}"
JITTER = 5  # shift right, shift down, radius, rotation, brightness


def captioned_shapes(
    n: int, generator: Generator, size: int = 32, hold_out: Sequence[Sequence[str]] = ()
) -> tuple[Tensor, list[str]]:
    """Return n images (n, 3, size, size), float32 in [-1, 1], and their captions; all on the CPU.

    hold_out: combinations never to draw, each a tuple of words: ("red", "star") leaves out every red star.
    Raises ValueError for an unknown word, or when nothing is left to draw.
    """
    attributes = draw_attributes(n, generator, hold_out)
    jitter = 2 * torch.rand(n, JITTER, generator=generator) - 1
    return draw_shapes(attributes, jitter, size), describe(attributes)


def draw_attributes(n: int, generator: Generator, hold_out: Sequence[Sequence[str]] = ()) -> Tensor:
    """Return n rows of attributes (n, 5), int64, uniform over the combinations that are not held out."""
    table = combinations()
    kept = torch.ones(len(table), dtype=torch.bool)
    for words in hold_out:
        kept &= ~has_words(table, words)
    if not kept.any():
        raise ValueError(f"hold_out leaves none of the {len(table)} combinations: hold out fewer.")
    return table[kept][torch.randint(int(kept.sum()), (n,), generator=generator)]


def combinations(words: Sequence[str] = ()) -> Tensor:
    """Return all combinations (K, 5), int64, that have every one of the words: () gives all 1,296."""
    table = torch.cartesian_prod(*[torch.arange(len(names)) for names in ATTRIBUTES.values()])
    return table[has_words(table, words)]


def draw_shapes(attributes: Tensor, jitter: Tensor, size: int = 32) -> Tensor:
    """Return the images (n, 3, size, size) of attributes (n, 5) with jitter (n, 5) in [-1, 1], float32 in [-1, 1].

    jitter: shift right, shift down, radius, rotation, brightness; zeros draw the pattern-book shape.  The same
    jitter with another fill or colour gives a paired picture.
    """
    if attributes.shape != jitter.shape or attributes.shape[1:] != (len(ATTRIBUTES),):
        got = f"{tuple(attributes.shape)} and {tuple(jitter.shape)}"
        raise ValueError(f"attributes and jitter must both have the shape (n, 5), got {got}: give one row an image.")
    if size < 8:
        raise ValueError(f"size must be at least 8 pixels, got {size}: give 16, 32 or 64.")
    images = [paint(a, j, size) for a, j in zip(attributes.split(128), jitter.split(128), strict=True)]
    return torch.cat(images) if images else torch.zeros(0, 3, size, size)


def describe(attributes: Tensor) -> list[str]:
    """Return one caption for each row of attributes (n, 5), such as "a large filled blue cross at the centre"."""
    return [
        PATTERN.format(*[names[i] for names, i in zip(ATTRIBUTES.values(), row, strict=True)])
        for row in attributes.tolist()
    ]


def read_captions(captions: Sequence[str]) -> Tensor:
    """Return the attributes (n, 5), int64, that describe() would turn into these captions.

    Raises ValueError for a caption of any other form.
    """
    return torch.tensor([_read(caption) for caption in captions], dtype=torch.int64).reshape(-1, len(ATTRIBUTES))


def has_words(attributes: Tensor, words: Sequence[str]) -> Tensor:
    """Return for each row of attributes (n, 5) whether it has every one of the words, (n,) bool.

    Raises ValueError for a word that no attribute knows.
    """
    if isinstance(words, str):
        raise ValueError(f'a combination must be a tuple of words, got the text "{words}": write ("{words}",).')
    has = torch.ones(len(attributes), dtype=torch.bool)
    for word in words:
        column, value = _locate(word)
        has &= attributes[:, column] == value
    return has


def _locate(word: str) -> tuple[int, int]:
    """Return the column and the index of a word."""
    for column, names in enumerate(ATTRIBUTES.values()):
        if word in names:
            return column, names.index(word)
    known = ", ".join(name for names in ATTRIBUTES.values() for name in names)
    raise ValueError(f'"{word}" is no word of the captions: use one of {known}.')


def _read(caption: str) -> list[int]:
    """Return the five indices of one caption."""
    shape, _, position = caption.partition(" at the ")
    words = [*shape.removeprefix("a ").split(" "), position]
    whole = len(words) == len(ATTRIBUTES) and PATTERN.format(*words) == caption
    if not whole or any(word not in names for word, names in zip(words, ATTRIBUTES.values(), strict=True)):
        expected = PATTERN.format(*(name.upper() for name in ATTRIBUTES))
        raise ValueError(f'the caption is "{caption}", expected "{expected}": use the words of ATTRIBUTES.')
    return [names.index(word) for word, names in zip(words, ATTRIBUTES.values(), strict=True)]
