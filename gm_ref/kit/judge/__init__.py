"""The judge: a small network that reads a face's attributes back, says how sure it is, and gives features.

It was trained by this course: `python -m gm_ref.kit.judge.train` makes judge.safetensors again; data/README.md says
how long that takes and how well the judge reads. Images may be of 32 pixels, or of 64, 96, ...: they are averaged down.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from gm_ref.kit.checkpoint import CheckpointError
from gm_ref.kit.data.faces import ATTRIBUTES
from gm_ref.kit.judge.net import FEATURES, SIDE, WORDS, Judge

__all__ = ["CHECKPOINT", "Judge", "features", "load", "read", "save"]
CHECKPOINT = Path(__file__).parent / "judge.safetensors"
VERSION = "1"  # raised when the network or the faces change so that an older checkpoint no longer fits
AGAIN = "python -m gm_ref.kit.judge.train makes it again"
CHUNK = 256  # images at once


@torch.no_grad()
def read(images: Tensor) -> tuple[Tensor, Tensor]:
    """Return the attributes (n, 8), int64, of images (n, 3, H, W) in [-1, 1], and how sure the judge is, (n, 8).

    Sureness is the probability that it gives to the word it chose, in (0, 1]. Both are on the CPU. H and W are 32, 64,
    ...; ATTRIBUTES of gm_ref.kit.data.faces names the columns and words.
    """
    net, attributes, sureness = judge(), [], []
    for part in batches(images):
        best = [logits.softmax(dim=1).max(dim=1) for logits in net(part)]
        attributes.append(torch.stack([b.indices for b in best], dim=1))
        sureness.append(torch.stack([b.values for b in best], dim=1))
    none = torch.zeros(0, len(WORDS))
    return torch.cat([none.long(), *attributes]), torch.cat([none, *sureness])


@torch.no_grad()
def features(images: Tensor) -> Tensor:
    """Return the judge's features (n, 64) of images (n, 3, H, W) in [-1, 1], on the CPU: distances are taken there."""
    parts = [judge().features(part) for part in batches(images)]
    return torch.cat([torch.zeros(0, FEATURES), *parts])


def batches(images: Tensor) -> list[Tensor]:
    """Return the images as `small` gives them, in batches of at most 256, none of them empty."""
    return [part for part in small(images).split(CHUNK) if len(part)]


def small(images: Tensor) -> Tensor:
    """Return images as (n, 3, 32, 32) on the CPU, larger ones averaged over squares; ValueError for other shapes."""
    if images.dim() != 4 or images.shape[1] != 3 or images.shape[2] != images.shape[3] or images.shape[2] % SIDE:
        raise ValueError(f"images must be (n, 3, 32, 32), or 64, 96, ... pixels wide, got {tuple(images.shape)}.")
    return nn.functional.avg_pool2d(images.detach().cpu().float(), images.shape[2] // SIDE)


@cache
def judge() -> Judge:
    """Return the judge that comes with the course, loaded once."""
    return load(CHECKPOINT)


def load(path: Path) -> Judge:
    """Return the judge of a checkpoint; CheckpointError when it is missing, damaged or of another version."""
    if not path.is_file():
        raise CheckpointError(f"{path}, the judge's checkpoint, is missing: install the course again, or {AGAIN}.")
    try:
        with safe_open(path, framework="pt") as file:
            found = json.loads((file.metadata() or {}).get("judge", "{}"))
            state = {name: file.get_tensor(name).float() for name in file.keys()}
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint ({error}): {AGAIN}.") from None
    if found != about():
        raise CheckpointError(
            f"{path} is a judge of version {found.get('version', 'none')}, expected version {VERSION} "
            f"and the words of faces.ATTRIBUTES: {AGAIN}."
        )
    net = Judge()
    net.load_state_dict(state)
    return net.eval().requires_grad_(False)


def save(net: nn.Module, path: Path) -> None:
    """Write a judge's checkpoint in half precision; the same weights give the same bytes."""
    state = {name: value.detach().cpu().half().contiguous() for name, value in net.state_dict().items()}
    save_file(state, path, metadata={"judge": json.dumps(about())})  # one entry: several have no fixed order


def about() -> dict[str, Any]:
    """Return what a checkpoint says of itself: its version and the words that it can read."""
    return {"version": VERSION, "words": {name: list(words) for name, words in ATTRIBUTES.items()}}
