"""Read IDX, the format of MNIST and its kin, as it is published: compressed with gzip.

Two zero bytes, a byte for the type (8: unsigned bytes), a byte for the number of dimensions, each dimension as four
bytes with the largest first, then the entries in C order.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from gm_ref.kit.data.sources import DataError

UBYTE = 8


def read_idx(path: str | Path, dims: int) -> np.ndarray:
    """Return the uint8 array of a gzip-compressed IDX file with this number of dimensions.

    Raises FileNotFoundError when there is no such file, DataError when it is not gzip, not IDX, of another type or
    dimension, or shorter or longer than its header promises.
    """
    path = Path(path)
    content = _decompressed(path)
    shape = _shape(content, path, dims)
    start = 4 + 4 * dims
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"{path.name} holds {len(content) - start} entries, expected {math.prod(shape)} for the shape {shape} in "
            "its header: delete the file and fetch it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _decompressed(path: Path) -> bytes:
    """Return what the gzip file holds."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist, expected a gzip-compressed IDX file: check the folder's name.")
    try:
        with gzip.open(path) as stream:
            return stream.read()
    except gzip.BadGzipFile:
        raise DataError(f"{path.name} is no sound gzip file, expected IDX in gzip: fetch it again.") from None
    except (EOFError, zlib.error):
        raise DataError(f"{path.name} breaks off or is damaged, expected a whole gzip file: fetch it again.") from None


def _shape(content: bytes, path: Path, dims: int) -> tuple[int, ...]:
    """Return the dimensions that the header states."""
    if content[:3] != bytes([0, 0, UBYTE]) or len(content) < 4:
        raise DataError(f"{path.name} starts with {content[:4].hex()}, expected 000008 for IDX: fetch it again.")
    if content[3] != dims:
        raise DataError(f"{path.name} has {content[3]} dimensions, expected {dims}: were images and labels swapped?")
    if len(content) < 4 + 4 * dims:
        raise DataError(f"{path.name} ends inside its header, expected {dims} dimensions: fetch it again.")
    return struct.unpack(f">{dims}I", content[4 : 4 + 4 * dims])
