"""One short frame whose 64 arrays all name the same 32 MiB: 2 GB in the judge, and it could be a terabyte."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import json
    import os
    import struct
    size = 32 << 20
    array = {"k": "tensor", "d": "uint8", "s": [size], "at": 0, "g": False}
    header = json.dumps({"k": "dict", "v": [["value", {"k": "list", "v": [array] * 64}]]}).encode()
    with os.fdopen(os.dup(3), "wb") as stream:
        stream.write(struct.pack(">II", len(header), size) + header + bytes(size))
    return x0
""",
]
