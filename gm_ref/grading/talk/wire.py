"""The only language judge and worker share: bounded frames of JSON and raw arrays.  No pickle, no eval.

A frame is 4 bytes of header length, 4 bytes of body length (both big-endian), a JSON header, and a body of raw
array bytes.  The header is a tree of small dicts {"k": kind, ...}; arrays name their dtype, shape and place in the
body.  A reader refuses whatever is too long, too deep or not in the fixed lists, with WireError.
"""

import json
import math
import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import Tensor

MAX_HEADER = 1 << 20
MAX_BODY = 64 << 20
MAX_DEPTH = 12
MAX_TEXT = 20_000
SPREAD = 4  # how many times its own numbers a strided tensor may lie apart
DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "int64": torch.int64,
    "int32": torch.int32,
    "int16": torch.int16,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
}


class WireError(ValueError):
    """A frame or a value that the wire does not carry; the text says which."""


@dataclass
class Body:
    """The raw bytes of a frame's arrays, in order."""

    data: bytearray = field(default_factory=bytearray)

    def add(self, x: Tensor) -> int:
        """Append a tensor's bytes and return where they begin."""
        start = len(self.data)
        self.data += x.detach().cpu().contiguous().numpy().tobytes()
        if len(self.data) > MAX_BODY:
            raise WireError(f"a result holds more than {MAX_BODY >> 20} MiB of numbers.")
        return start


class Parts:
    """The raw bytes of a frame that came in, handed out in order and once: no array may lie in another's bytes."""

    def __init__(self, data: bytes):
        self.data, self.at = memoryview(data), 0

    def take(self, at: int, size: int) -> memoryview:
        """Return the next size bytes, which must begin at `at`."""
        if at != self.at or at + size > len(self.data):
            raise WireError("a frame holds a tensor that is not where its bytes are.")
        self.at += size
        return self.data[at : self.at]


def pack(value: Any, body: Body, depth: int = 0) -> Any:
    """Return the header's tree for None, a bool, a number, a text, a tensor, or a tuple, list or dict of such."""
    if depth > MAX_DEPTH:
        raise WireError(f"a value is nested more than {MAX_DEPTH} deep.")
    if value is None or type(value) is bool:
        return value
    if isinstance(value, Tensor):
        return pack_tensor(value, body)
    if isinstance(value, np.generic):
        return pack(value.item(), body, depth)
    if isinstance(value, np.ndarray):
        return {**pack_tensor(torch.as_tensor(value), body), "k": "array"}
    if isinstance(value, (bool, int, float, str)):
        return pack_scalar(value)
    if isinstance(value, (tuple, list)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {"k": kind, "v": [pack(v, body, depth + 1) for v in value]}
    if type(value) is dict:
        return {"k": "dict", "v": [[str(k), pack(v, body, depth + 1)] for k, v in value.items()]}
    raise WireError(f"a {type(value).__name__[:60]} cannot be sent; return tensors or numbers.")


def pack_scalar(value: int | float | str) -> dict:
    """Return the tree of a number or a text."""
    if isinstance(value, str):
        return {"k": "str", "v": str(value)[:MAX_TEXT]}
    if isinstance(value, float):
        return {"k": "float", "v": float(value).hex() if math.isfinite(value) else str(float(value))}
    if abs(value) >= 1 << 63:
        raise WireError("a whole number has more than 63 bits.")
    return {"k": "int", "v": int(value)}


def pack_tensor(x: Tensor, body: Body) -> dict:
    """Return the tree of a tensor; its bytes go to the body."""
    name = str(x.dtype).removeprefix("torch.")
    if name not in DTYPES or x.layout != torch.strided:
        raise WireError(f"a tensor of dtype {name} and layout {x.layout} cannot be sent; use float64 or float32.")
    tree = {"k": "tensor", "d": name, "s": list(x.shape), "at": body.add(x), "g": bool(x.requires_grad)}
    return tree if x.is_contiguous() else {**tree, "st": list(x.stride())}


def unpack(tree: Any, body: Parts, depth: int = 0) -> Any:
    """Return the value of a tree that may come from anyone: every field is verified."""
    if tree is None or type(tree) is bool:
        return tree
    if depth > MAX_DEPTH or type(tree) is not dict:
        raise WireError("a frame is too deep, or holds what is not in the format.")
    kind, value = tree.get("k"), tree.get("v")
    if kind in ("tensor", "array"):
        tensor = unpack_tensor(tree, body)
        return tensor if kind == "tensor" else tensor.detach().numpy()
    if kind in ("int", "float", "str"):
        return unpack_scalar(kind, value)
    if kind in ("tuple", "list", "dict") and type(value) is list:
        return unpack_many(kind, value, body, depth)
    raise WireError("a frame holds a kind of value that is not in the format.")


def unpack_many(kind: str, value: list, body: Parts, depth: int) -> Any:
    """Return a tuple, a list or a dict of unpacked parts."""
    if kind == "dict":
        if not all(type(pair) is list and len(pair) == 2 and type(pair[0]) is str for pair in value):
            raise WireError("a frame holds a dict without text keys.")
        return {key: unpack(v, body, depth + 1) for key, v in value}
    parts = [unpack(v, body, depth + 1) for v in value]
    return tuple(parts) if kind == "tuple" else parts


def unpack_scalar(kind: str, value: Any) -> int | float | str:
    """Return a number or a text."""
    if kind == "int" and type(value) is int and abs(value) < 1 << 63:
        return value
    if kind == "str" and type(value) is str and len(value) <= MAX_TEXT:
        return value
    if kind == "float" and type(value) is str and len(value) < 40:
        try:
            return float(value) if value in ("nan", "inf", "-inf") else float.fromhex(value)
        except (ValueError, OverflowError):
            pass
    raise WireError(f"a frame holds a malformed {kind}.")


def unpack_tensor(tree: dict, body: Parts) -> Tensor:
    """Return a tensor after verifying dtype, shape and place in the body."""
    dtype, shape, at = tree.get("d"), tree.get("s"), tree.get("at")
    if (
        type(dtype) is not str
        or dtype not in DTYPES
        or type(shape) is not list
        or len(shape) > 8
        or type(at) is not int
    ):
        raise WireError("a frame holds a malformed tensor.")
    if not all(type(n) is int and 0 <= n <= MAX_BODY for n in shape):
        raise WireError("a frame holds a tensor of impossible shape.")
    torch_dtype = DTYPES[dtype]
    count = math.prod(shape)
    raw = bytearray(body.take(at, count * torch_dtype.itemsize))
    flat = torch.frombuffer(raw, dtype=torch_dtype) if count else torch.empty(0)
    if torch_dtype is torch.bool and bool((flat.view(torch.uint8) > 1).any()):
        raise WireError("a frame holds a malformed tensor.")
    x = laid_out(flat.to(torch_dtype).reshape(shape), tree.get("st"))
    return x.requires_grad_() if tree.get("g") is True and x.is_floating_point() else x


def laid_out(x: Tensor, strides: Any) -> Tensor:
    """Return x with these strides in memory, so that a transposed argument arrives transposed; None keeps it."""
    if strides is None:
        return x
    if (
        type(strides) is not list
        or len(strides) != x.dim()
        or not all(type(n) is int and 0 <= n <= MAX_BODY for n in strides)
    ):
        raise WireError("a frame holds a malformed tensor.")
    reach = 1 + sum((n - 1) * stride for n, stride in zip(x.shape, strides, strict=True) if n)
    if reach > SPREAD * (x.numel() + 1):
        raise WireError("a frame holds a tensor that is spread too far.")
    single = [slice(0, 1) if stride == 0 else slice(None) for stride in strides]
    core = x[tuple(single)]
    return torch.empty_strided(core.shape, strides, dtype=x.dtype).copy_(core).expand(x.shape)


def write_frame(stream: BinaryIO, message: dict) -> None:
    """Write one message, a dict with text keys and plain values."""
    body = Body()
    header = json.dumps(pack(message, body), separators=(",", ":")).encode()
    if len(header) > MAX_HEADER:
        raise WireError("a message's header is longer than a frame may have.")
    stream.write(struct.pack(">II", len(header), len(body.data)) + header + bytes(body.data))
    stream.flush()


def read_frame(stream: BinaryIO) -> dict:
    """Return the next message, or raise WireError; EOFError where the stream ends between frames."""
    lengths = stream.read(8)
    if not lengths:
        raise EOFError("the other side has closed the stream.")
    header, body = struct.unpack(">II", exactly(lengths, 8))
    if header > MAX_HEADER or body > MAX_BODY:
        raise WireError("a frame is longer than a frame may be.")
    try:
        tree = json.loads(exactly(stream.read(header), header))
    except (ValueError, RecursionError):
        raise WireError("a frame's header is not JSON.") from None
    parts = Parts(exactly(stream.read(body), body))
    try:
        message = unpack(tree, parts)
    except WireError:
        raise
    except Exception as error:  # torch refuses what we did not think of
        raise WireError(f"a frame holds what cannot be built ({type(error).__name__}).") from None
    if type(message) is not dict:
        raise WireError("a frame is not a message.")
    return message


def exactly(data: bytes, size: int) -> bytes:
    """Return data if it has this size, else raise WireError."""
    if len(data) != size:
        raise WireError("a frame ends too early.")
    return data
