"""Prints without end, warns without end, and writes to every stream."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import sys
    import warnings
    for _ in range(20_000):
        print("x" * 1000)
        sys.stderr.write("y" * 1000)
        sys.__stdout__.write("z" * 1000)
        os.write(1, b"w" * 1000), os.write(2, b"v" * 1000)
    for number in range(2000):
        warnings.warn(f"warning {number}")
    return x0
""",
]
