"""Read the Python version of CIFAR-10 without trusting it: nothing is extracted, and no foreign code can run.

The archive holds pickles written by Python 2.  A pickle may name any function and call it, so the one that reads
them knows only those that rebuild a NumPy array.
"""

import io
import pickle
import tarfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy._core.multiarray import _reconstruct

from gm_ref.kit.data.sources import DataError

FOLDER = "cifar-10-batches-py"
BATCHES = {"train": tuple(f"data_batch_{i}" for i in range(1, 6)), "test": ("test_batch",)}
MEMBER_LIMIT = 64_000_000  # bytes; a batch has 31 million


def read_cifar(path: str | Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the images (N, 3, 32, 32) uint8 and labels (N,) of part "train" or "test" of the archive.

    Raises FileNotFoundError when there is no such file, DataError when it is no such archive.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist, expected CIFAR-10's archive: fetch it first.")
    try:
        with tarfile.open(path, "r:gz") as archive:
            batches = [_batch(_member(archive, name), name) for name in BATCHES[part]]
    except (tarfile.TarError, EOFError, zlib.error, OSError):
        raise DataError(f"{path.name} is not a whole tar.gz archive, expected CIFAR-10's: fetch it again.") from None
    return np.concatenate([images for images, _ in batches]), np.concatenate([labels for _, labels in batches])


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    """Return the bytes of one batch, read in memory."""
    try:
        member = archive.getmember(f"{FOLDER}/{name}")
    except KeyError:
        raise DataError(f"the archive has no {FOLDER}/{name}, expected CIFAR-10 for Python: fetch it again.") from None
    stream = archive.extractfile(member) if member.isreg() and member.size <= MEMBER_LIMIT else None
    if stream is None:
        raise DataError(f"{name} is a link or far too large, expected a file of 31 MB: fetch the archive again.")
    return stream.read()


def _batch(content: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the images (N, 3, 32, 32) uint8 and labels (N,) int64 of one pickled batch."""
    batch = safe_unpickle(content)
    data, labels = (batch.get("data"), batch.get("labels")) if isinstance(batch, dict) else (None, None)
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape[1:] != (3072,):
        raise DataError(f"{name} holds no images, expected data of the shape (N, 3072) in bytes: fetch it again.")
    if not isinstance(labels, list) or len(labels) != len(data) or any(type(i) is not int for i in labels):
        raise DataError(f"{name} holds no list of {len(data)} whole numbers as labels: fetch it again.")
    return data.reshape(-1, 3, 32, 32), np.array(labels, dtype=np.int64)


def safe_unpickle(content: bytes) -> Any:
    """Return the numbers, text, lists, dictionaries and NumPy arrays in a pickle, also one written by Python 2.

    Raises DataError when it asks for anything else, or is damaged.
    """
    try:
        return _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    except DataError:
        raise
    except Exception as error:  # a damaged pickle raises whatever its bytes happen to say
        raise DataError(
            f"a pickle is damaged ({type(error).__name__}), expected arrays in a dictionary: fetch it again."
        ) from None


class _ArraysOnly(pickle.Unpickler):
    """An unpickler that knows the three names an array is rebuilt from."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for module.name, or raise DataError."""
        known = {"_reconstruct": _reconstruct, "ndarray": np.ndarray, "dtype": _dtype}
        if module.split(".")[0] != "numpy" or name not in known:
            raise DataError(f"a pickle asks for {module}.{name}, expected nothing but arrays: do not use this file.")
        return known[name]


def _dtype(code: str, align: int = 0, copy: int = 1) -> np.dtype:
    """Return np.dtype(code); Python 2 wrote its flags as numbers, which NumPy 2.4.0 to 2.4.4 warn of."""
    return np.dtype(code, align=bool(align), copy=bool(copy))
