"""Unpacks a small text into 3 GB, a piece at a time, and keeps the pieces."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import zlib
    packed = zlib.compress(bytes(1 << 24))
    pieces = [zlib.decompress(packed) for _ in range(192)]
    return x0
""",
]
