"""The wire between judge and worker carries numbers and refuses everything else, whatever bytes arrive."""

import io
import json
import math
import struct

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim import SGD, Adam

from gm_ref.grading.talk.codec import identities, pack, rebuild, restore, states
from gm_ref.grading.talk.wire import DTYPES, MAX_BODY, WireError, read_frame, write_frame
from gm_ref.kit.probes.ddpm import GaussianNoisePredictor
from gm_ref.kit.probes.minimax import AffineGenerator, LogitDiscriminator


def through(message):
    """Return a message after the wire."""
    stream = io.BytesIO()
    write_frame(stream, message)
    stream.seek(0)
    return read_frame(stream)


numbers = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.text(max_size=50)
values = st.recursive(numbers, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner), max_leaves=12)


@settings(max_examples=100, deadline=None)
@given(values)
def test_plain_values_come_back_as_they_went(value):
    assert through({"value": value})["value"] == value


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3, 4)])
def test_tensors_come_back_bit_for_bit(dtype, shape):
    x = (torch.arange(math.prod(shape)).reshape(shape) % 2).to(dtype)
    back = through({"x": x})["x"]
    assert back.dtype == dtype and back.shape == x.shape and torch.equal(back, x)


def test_nan_infinities_strides_and_grad():
    x = torch.tensor([[math.nan, math.inf], [-math.inf, -0.0]]).T
    back = through({"x": x.requires_grad_(), "y": math.inf, "z": np.float32(2)})
    assert torch.equal(back["x"].isnan(), x.isnan()) and back["x"].requires_grad
    assert back["y"] == math.inf and back["z"] == 2


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", 1 << 70, lambda: 1, 1j, torch.ones(2).to_sparse()])
def test_what_is_no_number_is_not_sent(value):
    with pytest.raises(WireError):
        through({"value": value})


def frame(header, body=b""):
    """Return a frame with this header, a text or a tree."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return io.BytesIO(struct.pack(">II", len(text), len(body)) + text + body)


def tensor(**changes):
    """Return a message's tree with one tensor, changed."""
    return {"k": "dict", "v": [["x", {"k": "tensor", "d": "float64", "s": [1], "at": 0, "g": False, **changes}]]}


@pytest.mark.parametrize(
    "stream",
    [
        io.BytesIO(b"\x00\x00"),
        io.BytesIO(struct.pack(">II", 1 << 31, 0)),
        io.BytesIO(struct.pack(">II", 2, MAX_BODY + 1) + b"{}"),
        io.BytesIO(struct.pack(">II", 100, 0) + b"{}"),
        frame(b"not json"),
        frame(b"[" * 100_000),
        frame([1, 2]),
        frame({"k": "int", "v": 3}),
        frame({"k": "pickle", "v": "x"}),
        frame({"k": "dict", "v": [["a"]]}),
        frame({"k": "dict", "v": [[1, None]]}),
        frame({"k": "dict", "v": [["a", {"k": "int", "v": True}]]}),
        frame({"k": "dict", "v": [["a", {"k": "float", "v": "0x"}]]}),
        frame({"k": "dict", "v": [["a", {"k": "str", "v": "x" * 30_000}]]}),
        frame(tensor(d="object"), bytes(8)),
        frame(tensor(s=[-1]), bytes(8)),
        frame(tensor(s=[1 << 40]), bytes(8)),
        frame(tensor(s=[2]), bytes(8)),
        frame(tensor(at=-8), bytes(8)),
        frame(tensor(at="0"), bytes(8)),
        frame(tensor(s=[1] * 30), bytes(8)),
        frame(tensor(d="bool"), b"\x07"),
    ],
)
def test_malformed_frames_are_refused(stream):
    with pytest.raises(WireError):
        read_frame(stream)


def test_the_end_of_a_stream_is_told_apart():
    with pytest.raises(EOFError):
        read_frame(io.BytesIO())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_do_more_than_be_refused(data):
    try:
        read_frame(io.BytesIO(data))
    except (WireError, EOFError):
        pass


def carried(*args):
    """Return arguments after parcel, wire and rebuild."""
    return rebuild(through({"args": pack(args)})["args"])


def test_networks_of_the_kit_are_rebuilt():
    predictor = GaussianNoisePredictor(0.4, 0.25, torch.linspace(0.9, 0.1, 5, dtype=torch.float64))
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Tanh()).eval()
    x, t = torch.randn(4, 2).double(), torch.tensor([0, 2, 4, 1])
    one, two, items = carried(predictor, net, [predictor, 3])
    assert torch.equal(one(x, t), predictor(x, t)) and torch.equal(items[0](x, t), predictor(x, t))
    assert torch.equal(two(x.float()), net(x.float())) and not two.training


def test_an_optimiser_steps_the_rebuilt_network_and_the_change_comes_back():
    D, G = LogitDiscriminator(), AffineGenerator()
    optimizer = SGD(G.parameters(), lr=0.5)
    far_D, far_G, far_optimizer = carried(D, G, optimizer)
    far_D(far_G(torch.ones(2, 3, dtype=torch.float64))).sum().backward()
    far_optimizer.step()
    before = G.layer.weight.clone()
    far = [far_D, far_G, far_optimizer]
    restore((D, G, optimizer), through({"states": states(far, identities(far))})["states"])
    assert not torch.equal(G.layer.weight, before) and torch.equal(G.layer.weight, far_G.layer.weight)
    assert torch.equal(D.layer.weight.grad, far_D.layer.weight.grad)


class Stranger(nn.Module):
    """A network that is not of the kit."""


@pytest.mark.parametrize("value", [Stranger(), print, Adam(LogitDiscriminator().parameters())])
def test_only_the_kits_networks_travel(value):
    with pytest.raises(WireError):
        pack((value,))


def test_a_class_of_elsewhere_is_not_rebuilt():
    value = {"@": "module", "class": ["os", "system"], "plain": {}, "parameters": {}, "buffers": {}, "children": {}}
    with pytest.raises(WireError, match="not a network of the kit"):
        rebuild([value])


def test_a_network_that_comes_back_changed_in_kind_is_refused():
    with pytest.raises(WireError, match="other parameters"):
        restore((LogitDiscriminator(),), [[0, {"layer.weight": torch.ones(1)}, {}]])


def test_arrays_may_not_share_bytes():
    array = {"k": "tensor", "d": "uint8", "s": [4], "at": 0, "g": False}
    header = json.dumps({"k": "dict", "v": [["value", {"k": "list", "v": [array, array]}]]}).encode()
    with pytest.raises(WireError, match="not where its bytes are"):
        read_frame(io.BytesIO(struct.pack(">II", len(header), 4) + header + bytes(4)))


def test_strides_arrive_and_cannot_be_stretched():
    x = torch.arange(12.0).reshape(3, 4)
    for strided in (x.T, x[:, ::2], x[:1].expand(5, 4)):
        back = through({"x": strided})["x"]
        assert torch.equal(back, strided) and back.stride() == strided.stride()
    array = {"k": "tensor", "d": "uint8", "s": [2, 2], "at": 0, "g": False, "st": [10**6, 1]}
    header = json.dumps({"k": "dict", "v": [["value", array]]}).encode()
    with pytest.raises(WireError, match="spread too far"):
        read_frame(io.BytesIO(struct.pack(">II", len(header), 4) + header + bytes(4)))
