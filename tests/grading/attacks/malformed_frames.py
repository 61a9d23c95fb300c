"""Sends frames that break a reader: lengths, depths, kinds, numbers, shapes and places that lie."""

import json
import struct

from tests.grading.hostile import with_cells

SOURCE = """
def q_sample(x0, t, eps, alpha_bar):
    import os
    os.write(3, bytes.fromhex("HEX") + bytes(ZEROS))
    return x0
"""


def frame(tree, zeros=0):
    """Return the bytes of a frame whose body is some zeros, and how many."""
    header = tree if isinstance(tree, bytes) else json.dumps({"k": "dict", "v": [["value", tree]]}).encode()
    return struct.pack(">II", len(header), zeros) + header, zeros


def tensor(**changes):
    """Return the tree of a tensor, changed."""
    return {"k": "tensor", "d": "float64", "s": [1], "at": 0, "g": False, **changes}


FRAMES = (
    (b"\xff" * 8, 0),
    (struct.pack(">II", 1 << 20, 64 << 20), 100),
    frame(b"not JSON"),
    frame(b"\xff\xfe\xfd"),
    frame(b"[" * 100_000),
    frame(b'{"k":"int","v":' + b"9" * 10_000 + b"}"),
    frame(b"null"),
    frame({"k": "int", "v": 1 << 64}),
    frame({"k": "float", "v": "0x1p+99999"}),
    frame({"k": "float", "v": "nan(1)"}),
    frame({"k": "str", "v": "x" * 30_000}),
    frame({"k": "object", "v": "cos\nsystem"}),
    frame({"k": ["tensor"], "v": 1}),
    frame({"k": "dict", "v": [[["a"], 1]]}),
    frame(tensor(d=[])),
    frame(tensor(d={"a": 1}), 8),
    frame(tensor(d="object"), 8),
    frame(tensor(s=[-1]), 8),
    frame(tensor(s=[0] + [1 << 26] * 7)),
    frame(tensor(s=[1 << 26] * 8), 8),
    frame(tensor(s=[True]), 8),
    frame(tensor(at=-8), 8),
    frame(tensor(at=1 << 200), 8),
    frame(tensor(st=[1 << 70]), 8),
    frame(tensor(st=[-1]), 8),
    frame(tensor(s=[0], st=[1 << 70]), 8),
    frame(tensor(s=[1, 1], st=[1 << 62, 1 << 62]), 8),
    frame(tensor(s=[2], st=[0]), 16),
    frame(tensor(k="array", g=True), 8),
)


def build():
    """Return one notebook for each frame."""
    sources = [SOURCE.replace("HEX", data.hex()).replace("ZEROS", str(zeros)) for data, zeros in FRAMES]
    return [with_cells(source) for source in sources]
