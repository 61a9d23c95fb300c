"""Sleeps nearly as long as one call may, in every call, so that a check with many calls takes for ever."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
import time

def q_sample(x0, t, eps, alpha_bar):
    time.sleep(0.9)
    return x0

def q_step(x_prev, t, eps, beta):
    time.sleep(0.9)
    return x_prev
""",
]
