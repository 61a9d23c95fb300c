"""Faces in words: attributes, combinations of them, and captions.

A row of attributes (8,) holds indices into the words of ATTRIBUTES.  A caption names all of them but the shirt, which
is what text leaves open: "a sad face with deep skin and long brown hair wearing glasses and a hat on pink".  There
are 32,000 combinations and 8,000 captions.  "brown" is skin or hair, so that a reader must look where a word stands.
"""

import re
from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from gm_ref.kit.data.faces.look import ATTRIBUTES

SAID = 7  # attributes that a caption names: the first seven
PATTERN = "a MOUTH face with SKIN skin and STYLE HAIR hair [wearing glasses] [and a hat] on BACK"
WORN = {(0, 0): "", (1, 0): " wearing glasses", (0, 1): " wearing a hat", (1, 1): " wearing glasses and a hat"}
CAPTION = re.compile(r"a (\S+) face with (\S+) skin and (\S+) (\S+) hair( wearing .+)? on (\S+)")


def draw_attributes(n: int, generator: Generator, hold_out: Sequence[Sequence[str]] = ()) -> Tensor:
    """Return n rows of attributes (n, 8), int64, uniform over the combinations that are not held out.

    hold_out: combinations never to draw, each a tuple of words, such as ("curly", "red") or ("deep", "brown hair").
    Raises ValueError for an unknown word, or when nothing is left to draw.
    """
    table = combinations()
    kept = torch.ones(len(table), dtype=torch.bool)
    for words in hold_out:
        kept &= ~has_words(table, words)
    if not kept.any():
        raise ValueError(f"hold_out leaves none of the {len(table):,} combinations: hold out fewer.")
    return table[kept][torch.randint(int(kept.sum()), (n,), generator=generator)]


def combinations(words: Sequence[str] = ()) -> Tensor:
    """Return all combinations (K, 8), int64, that have every one of the words: () gives all 32,000."""
    table = torch.cartesian_prod(*[torch.arange(len(names)) for names in ATTRIBUTES.values()])
    return table[has_words(table, words)]


def has_words(attributes: Tensor, words: Sequence[str]) -> Tensor:
    """Return for each row of attributes (n, 8) whether it has every one of the words, (n,) bool.

    A word is one of ATTRIBUTES, or, where two attributes have it, with the attribute behind it: "brown hair".
    """
    if isinstance(words, str):
        raise ValueError(f'a combination must be a tuple of words, got the text "{words}": write ("{words}",).')
    has = torch.ones(len(attributes), dtype=torch.bool)
    for word in words:
        column, value = _locate(word)
        has &= attributes[:, column] == value
    return has


def describe(attributes: Tensor) -> list[str]:
    """Return one caption for each row of attributes (n, 8), or (n, 7) without the shirt."""
    return [_caption(row) for row in attributes[:, :SAID].tolist()]


def read(captions: Sequence[str]) -> Tensor:
    """Return the attributes (n, 7), int64, that describe() would turn into these captions: all but the shirt.

    Raises ValueError for a caption of any other form.
    """
    return torch.tensor([_read(caption) for caption in captions], dtype=torch.int64).reshape(-1, SAID)


def _caption(row: list[int]) -> str:
    """Return the caption of one row of seven indices."""
    names = list(ATTRIBUTES.values())
    mouth, skin, style, hair, glasses, hat, back = row
    who = f"a {names[0][mouth]} face with {names[1][skin]} skin and {names[2][style]} {names[3][hair]} hair"
    return f"{who}{WORN[glasses, hat]} on {names[6][back]}"


def _read(caption: str) -> list[int]:
    """Return the seven indices of one caption."""
    found = CAPTION.fullmatch(caption)
    mouth, skin, style, hair, worn, back = found.groups() if found else [""] * 6
    pairs = zip(("mouth", "skin", "style", "hair", "back"), (mouth, skin, style, hair, back), strict=True)
    wearing = {text: pair for pair, text in WORN.items()}.get(worn or "")
    if wearing is None or any(word not in ATTRIBUTES[name] for name, word in pairs):
        raise ValueError(f'the caption is "{caption}", expected "{PATTERN}": use the words of faces.ATTRIBUTES.')
    front = [ATTRIBUTES[n].index(w) for n, w in (("mouth", mouth), ("skin", skin), ("style", style), ("hair", hair))]
    return [*front, *wearing, ATTRIBUTES["back"].index(back)]


def _locate(word: str) -> tuple[int, int]:
    """Return the column and the index of a word."""
    columns = enumerate(ATTRIBUTES.items())
    found = [(c, names.index(w)) for c, (name, names) in columns for w in names if word in (w, f"{w} {name}")]
    if len(found) > 1:
        ways = [f'"{word} {list(ATTRIBUTES)[column]}"' for column, _ in found]
        raise ValueError(f'"{word}" can be more than one attribute: write {" or ".join(ways)}.')
    if not found:
        known = ", ".join(name for names in ATTRIBUTES.values() for name in names)
        raise ValueError(f'"{word}" is no word of the faces: use one of {known}.')
    return found[0]
