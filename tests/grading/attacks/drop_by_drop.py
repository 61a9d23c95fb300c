"""Sends a frame of the greatest length byte by byte, so that something always arrives."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import time
    os.write(3, b"\0\x10\0\0\x04\0\0\0")
    while True:
        os.write(3, b" ")
        time.sleep(0.1)
""",
]
SAYS = "did not finish"
