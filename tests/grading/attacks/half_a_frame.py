"""Writes half a frame and then sleeps."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import time
    os.write(3, b"\0\0\0\x40\0\0\0\0" + b'{"k":"dict",')
    time.sleep(1000)
""",
]
SAYS = "did not finish"
