"""Image sets as tensors, and the readers behind them, on sound, damaged and hostile files."""

import gzip
import io
import os
import pickle
import struct
import tarfile
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gm_ref.kit.data import DataError, digits, load, load_idx, read_idx, split
from gm_ref.kit.data.cifar import FOLDER, read_cifar, safe_unpickle

SHARED = Path(os.environ.get("GM_REF_SHARED") or Path(__file__).parents[2].parent / "shared")
REAL_MNIST = SHARED / "data" / "mnist"


def idx_bytes(array):
    """Return an array of bytes in IDX, not compressed."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def packed(content):
    """Return content as gzip without the time in it: tests in two processes must have one name."""
    return gzip.compress(content, mtime=0)


def gzipped(folder, content, name="file.gz"):
    path = folder / name
    path.write_bytes(packed(content))
    return path


def python2_pickle(data, labels):
    """Return the bytes that Python 2 wrote for {"data": data, "labels": labels}, opcode by opcode."""
    shape = b"".join(b"M" + struct.pack("<H", n) for n in data.shape) + b"\x86"
    dtype = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    raw = b"T" + struct.pack("<I", data.nbytes) + data.tobytes()
    empty = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    array = empty + b"(K\x01" + shape + dtype + b"\x89" + raw + b"tb"
    return b"\x80\x02}(U\x04data" + array + b"U\x06labels](" + b"".join(b"K" + bytes([i]) for i in labels) + b"eu."


def batch_of(n, seed):
    """Return n random images (n, 3072) uint8 and labels, a list."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 3072), dtype=np.uint8), rng.integers(0, 10, n).tolist()


def archive_of(path, members):
    """Write a tar.gz with these members: name -> bytes, or a TarInfo without content."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(f"{FOLDER}/{name}")
            info.size = 0 if isinstance(content, tarfile.TarInfo) else len(content)
            archive.addfile(info, None if isinstance(content, tarfile.TarInfo) else io.BytesIO(content))
    return path


class Calls:
    """An object whose pickle calls a function when it is read."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def test_digits():
    images, labels = digits()
    assert images.shape == (1797, 1, 8, 8) and images.dtype == torch.float32
    assert images.min() == -1 and images.max() == 1
    assert labels.shape == (1797,) and labels.dtype == torch.int64
    assert torch.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert torch.equal((images + 1) * 8, ((images + 1) * 8).round())


@settings(deadline=None, max_examples=50)
@given(n=st.integers(2, 60), share=st.floats(0.02, 0.98), seed=st.integers(0, 2**31))
def test_split_keeps_every_row_once(n, share, seed):
    images, labels = torch.arange(n * 2.0).reshape(n, 1, 1, 2), torch.arange(n)
    if not 0 < round(share * n) < n:
        return
    x, y, x_held, y_held = split(images, labels, share, seed)
    assert len(y_held) == round(share * n) and sorted([*y.tolist(), *y_held.tolist()]) == list(range(n))
    assert torch.equal(x[:, 0, 0, 0], 2.0 * y) and torch.equal(x_held[:, 0, 0, 0], 2.0 * y_held)
    again = split(images, labels, share, seed)
    assert torch.equal(again[1], y) and torch.equal(again[3], y_held)


def test_split_depends_on_its_seed_alone():
    images, labels = torch.zeros(100, 1, 2, 2), torch.arange(100)
    torch.manual_seed(0)
    first = split(images, labels, 0.2, seed=1)[3]
    torch.manual_seed(1)
    assert torch.equal(first, split(images, labels, 0.2, seed=1)[3])
    assert not torch.equal(first, split(images, labels, 0.2, seed=2)[3])


@pytest.mark.parametrize("n, share, match", [(4, 0.5, "got 5 and 4"), (5, 0.0, "0 of 5"), (5, 1.0, "1 of 5")])
def test_impossible_splits_are_refused(n, share, match):
    with pytest.raises(ValueError, match=match):
        split(torch.zeros(5, 1, 2, 2), torch.zeros(n), share)


@settings(deadline=None, max_examples=50)
@given(array=arrays(np.uint8, array_shapes(min_dims=1, max_dims=4, max_side=6)))
def test_idx_reads_back(tmp_path_factory, array):
    path = gzipped(tmp_path_factory.mktemp("idx"), idx_bytes(array))
    read = read_idx(path, dims=array.ndim)
    assert read.dtype == np.uint8 and np.array_equal(read, array)


@settings(deadline=None, max_examples=50)
@given(cut=st.integers(0, 27), inside=st.booleans())
def test_truncated_idx_is_refused(tmp_path_factory, cut, inside):
    folder = tmp_path_factory.mktemp("idx")
    whole = idx_bytes(np.arange(12, dtype=np.uint8).reshape(1, 3, 4))
    path = gzipped(folder, whole[:cut])
    if inside:
        path.write_bytes(packed(whole)[: cut + 1])
    with pytest.raises(DataError, match=r"expected .*\.$"):
        read_idx(path, dims=3)


@pytest.mark.parametrize(
    "content, match",
    [
        (packed(idx_bytes(np.zeros((2, 2), np.uint8))), "has 2 dimensions, expected 3"),
        (packed(idx_bytes(np.zeros((2, 2, 2), np.uint8)) + b"x"), r"holds 9 entries, expected 8 for the shape"),
        (packed(b"\0\0\x0d\x03" + bytes(20)), "starts with 00000d03, expected 000008"),
        (packed(b"\x89PNG" + bytes(20)), "starts with 89504e47"),
        (idx_bytes(np.zeros((2, 2, 2), np.uint8)), "is no sound gzip file"),
        (b"<html>404</html>", "is no sound gzip file"),
        (packed(b"\0\0\x08\x03" + b"\xff" * 12), "holds 0 entries"),
    ],
)
def test_other_files_are_no_idx(tmp_path, content, match):
    path = tmp_path / "file.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=match) as caught:
        read_idx(path, dims=3)
    assert "\n" not in str(caught.value)


def test_damaged_gzip_is_refused(tmp_path):
    content = bytearray(packed(idx_bytes(np.random.default_rng(0).integers(0, 256, (5, 9, 9), dtype=np.uint8))))
    for place in range(10, len(content), 37):
        broken = content.copy()
        broken[place] ^= 0xFF
        (tmp_path / "file.gz").write_bytes(broken)
        with pytest.raises(DataError):
            read_idx(tmp_path / "file.gz", dims=3)


def test_missing_idx_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.gz does not exist, expected a gzip"):
        read_idx(tmp_path / "nothing.gz", dims=3)


def test_load_idx_takes_the_part_that_was_asked_for(tmp_path):
    for prefix, n in (("train", 5), ("t10k", 3)):
        gzipped(tmp_path, idx_bytes(np.full((n, 2, 4), 255, np.uint8)), f"{prefix}-images-idx3-ubyte.gz")
        gzipped(tmp_path, idx_bytes(np.arange(n, dtype=np.uint8)), f"{prefix}-labels-idx1-ubyte.gz")
    images, labels = load_idx(tmp_path, "test")
    assert images.shape == (3, 1, 2, 4) and (images == 1).all() and labels.tolist() == [0, 1, 2]
    assert len(load_idx(tmp_path)[0]) == 5
    gzipped(tmp_path, idx_bytes(np.arange(4, dtype=np.uint8)), "t10k-labels-idx1-ubyte.gz")
    with pytest.raises(DataError, match="got 3 images and 4 labels"):
        load_idx(tmp_path, "test")


@pytest.mark.parametrize("call", [lambda: load("mnist", "valid"), lambda: load_idx(".", "valid")])
def test_parts_are_train_and_test(call):
    with pytest.raises(ValueError, match='"train" or "test", got "valid"'):
        call()


@pytest.mark.skipif(not REAL_MNIST.is_dir(), reason=f"no real MNIST in {REAL_MNIST}: set GM_REF_SHARED to try it")
def test_real_mnist():
    images, labels = load_idx(REAL_MNIST, "test")
    assert images.shape == (10_000, 1, 28, 28) and images.dtype == torch.float32
    assert images.min() == -1 and images.max() == 1
    assert torch.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert images.mean().item() == pytest.approx(2 * 0.1325 - 1, abs=1e-3)  # its published mean grey level


def test_cifar_reads_what_python2_wrote(tmp_path):
    batches = {f"data_batch_{i}": batch_of(4 + i, i) for i in range(1, 6)}
    members = {name: python2_pickle(*batch) for name, batch in batches.items()}
    path = archive_of(tmp_path / "cifar.tar.gz", {**members, "test_batch": python2_pickle(*batch_of(3, 9))})
    images, labels = read_cifar(path, "train")
    assert images.shape == (35, 3, 32, 32) and images.dtype == np.uint8 and labels.dtype == np.int64
    assert np.array_equal(images.reshape(35, -1), np.concatenate([data for data, _ in batches.values()]))
    assert labels.tolist() == [label for _, labels in batches.values() for label in labels]
    assert len(read_cifar(path, "test")[0]) == 3
    assert list(tmp_path.iterdir()) == [path]


def test_the_python2_pickle_is_one():
    """The stand-in says what pickle itself understands of it."""
    data, labels = batch_of(2, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy.core has moved; NumPy 2.4.0 to 2.4.4 warn of the flags
        read = pickle.loads(python2_pickle(data, labels), encoding="latin1")
    assert np.array_equal(read["data"], data) and read["labels"] == labels


def test_new_pickles_are_read_too():
    data, labels = batch_of(2, 0)
    read = safe_unpickle(pickle.dumps({"data": data, "labels": labels, "name": "x"}, protocol=4))
    assert np.array_equal(read["data"], data) and read["labels"] == labels


@pytest.mark.parametrize(
    "thing, named",
    [
        (Calls(os.system, "touch evil"), "system"),
        (Calls(eval, "1"), "eval"),
        (Calls(np.load, "x", None, True), "load"),
        (Path("x"), "Path"),
        ({"data": np.array([Calls(os.getcwd)], dtype=object)}, "getcwd"),
    ],
)
def test_a_pickle_cannot_call_anything(thing, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=rf"a pickle asks for .*{named}.*, expected nothing but arrays"):
        safe_unpickle(pickle.dumps(thing))
    assert not list(tmp_path.iterdir())


@settings(deadline=None, max_examples=200)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_pickle_never_surprises(place, byte, cut):
    """Whatever one byte is changed or where the pickle ends, it is read or refused with a DataError."""
    content = bytearray(python2_pickle(*batch_of(1, 0)))
    place %= 160 if place % 2 else len(content)
    content[place] = byte
    try:
        safe_unpickle(bytes(content[:place] if cut else content))
    except DataError as error:
        assert "\n" not in str(error)


def link(name):
    info = tarfile.TarInfo(f"{FOLDER}/{name}")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


@pytest.mark.parametrize(
    "members, match",
    [
        ({"readme.html": b"hello"}, "has no cifar-10-batches-py/test_batch"),
        ({"test_batch": link("test_batch")}, "is a link or far too large"),
        ({"test_batch": pickle.dumps([1, 2])}, "holds no images"),
        ({"test_batch": pickle.dumps({"data": np.zeros((2, 9), np.uint8), "labels": [1, 2]})}, "holds no images"),
        ({"test_batch": pickle.dumps({"data": np.zeros((2, 3072), np.uint8), "labels": [1]})}, "no list of 2 whole"),
        ({"test_batch": pickle.dumps({"data": np.zeros((1, 3072), np.uint8), "labels": ["a"]})}, "no list of 1 whole"),
        ({"test_batch": b"hello"}, "a pickle is damaged"),
    ],
)
def test_other_archives_are_no_cifar(tmp_path, members, match):
    path = archive_of(tmp_path / "cifar.tar.gz", members)
    with pytest.raises(DataError, match=match):
        read_cifar(path, "test")
    assert list(tmp_path.iterdir()) == [path]


def test_a_cut_archive_is_refused(tmp_path):
    path = archive_of(tmp_path / "cifar.tar.gz", {"test_batch": python2_pickle(*batch_of(3, 9))})
    whole = path.read_bytes()
    for end in (0, 5, 40, len(whole) // 2):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError, match="is not a whole"):
            read_cifar(path, "test")
    with pytest.raises(FileNotFoundError, match="expected CIFAR-10's archive"):
        read_cifar(tmp_path / "nothing.tar.gz", "test")
