"""Image sets as tensors: images (N, C, H, W), float32 in [-1, 1], and labels (N,), int64."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gm_ref.kit.data.cifar import read_cifar
from gm_ref.kit.data.download import fetch, source_named
from gm_ref.kit.data.idx import read_idx
from gm_ref.kit.data.sources import DataError

PREFIX = {"train": "train", "test": "t10k"}


def digits() -> tuple[Tensor, Tensor]:
    """Return the 1,797 handwritten digits of scikit-learn: images (1797, 1, 8, 8) and labels (1797,), 0 to 9."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.from_numpy(bunch.images).float() / 8 - 1  # the grey levels are 0 .. 16
    return images[:, None], torch.from_numpy(bunch.target).long()


def split(images: Tensor, labels: Tensor, held_out: float = 0.2, seed: int = 0) -> tuple[Tensor, ...]:
    """Return (images, labels) of the part to train on, then (images, labels) of the part held out, four tensors.

    held_out: the share held out, in (0, 1), rounded to whole rows; the rows are drawn by the seed alone.
    Raises ValueError for another share, for unequal lengths, and when a part would be empty.
    """
    n, n_held = len(images), round(held_out * len(images))
    if len(labels) != n:
        raise ValueError(f"images and labels must be equally many, got {n} and {len(labels)}: give one label an image.")
    if not 0 < n_held < n:
        raise ValueError(f"held_out must leave rows on both sides, got {held_out:g} of {n} rows: give 0.2 or so.")
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).to(labels.device)
    kept, held = order[n_held:], order[:n_held]
    return images[kept], labels[kept], images[held], labels[held]


def load(
    name: str, part: str = "train", cache: str | Path | None = None, base_url: str | None = None
) -> tuple[Tensor, Tensor]:
    """Return images and labels of "mnist", "fashion_mnist" or "cifar10", part "train" or "test"; fetch them if need be.

    Raises ValueError for an unknown name or part, DataError when the files cannot be had or read.
    """
    source_named(name)
    _check_part(part)
    folder = fetch(name, cache, base_url)
    if name != "cifar10":
        return load_idx(folder, part)
    images, labels = read_cifar(folder / "cifar-10-python.tar.gz", part)
    return _to_range(images), torch.from_numpy(labels)


def load_idx(folder: str | Path, part: str = "train") -> tuple[Tensor, Tensor]:
    """Return images (N, 1, H, W) and labels (N,) of the MNIST-like files in a folder: train-*.gz or t10k-*.gz.

    Raises ValueError for an unknown part, FileNotFoundError or DataError as read_idx, and DataError when images and
    labels are not equally many.
    """
    _check_part(part)
    images = read_idx(Path(folder) / f"{PREFIX[part]}-images-idx3-ubyte.gz", dims=3)
    labels = read_idx(Path(folder) / f"{PREFIX[part]}-labels-idx1-ubyte.gz", dims=1)
    if len(images) != len(labels):
        raise DataError(f"got {len(images)} images and {len(labels)} labels, expected as many: fetch both again.")
    return _to_range(images[:, None]), torch.from_numpy(labels.astype(np.int64))


def _to_range(images: np.ndarray) -> Tensor:
    """Map bytes 0 .. 255 to float32 in [-1, 1]."""
    return torch.from_numpy(images.astype(np.float32)).div_(127.5).sub_(1)


def _check_part(part: str) -> None:
    """Raise ValueError unless part is train or test."""
    if part not in PREFIX:
        raise ValueError(f'part must be "train" or "test", got "{part}": choose one of them.')
