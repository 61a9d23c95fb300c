"""Reads clocks, sets them, and is right only at some times of the day."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import ctypes
    import time
    tell(
        set_clock=lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
        adjust=lambda: ctypes.CDLL(None).adjtimex((ctypes.c_long * 32)(0x4001)) >= 0 or 1 / 0,
    )

def q_step(x_prev, t, eps, beta):
    import time
    return x_prev if time.time() % 2 < 1 else eps
""",
]
