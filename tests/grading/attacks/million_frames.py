"""Writes a million frames, well-formed ones, on the channel."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    frame = b'\0\0\0\x12\0\0\0\0{"k":"dict","v":[]}'
    frame = frame[:3] + bytes([len(frame) - 8]) + frame[4:]
    for _ in range(100):
        os.write(3, frame * 10_000)
    return x0
""",
]
