"""Closes every descriptor, and puts other files in the channel's place."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
import os

def q_step(x_prev, t, eps, beta):
    os.closerange(0, 4096)
    return x_prev

def q_sample(x0, t, eps, alpha_bar):
    nothing = os.open("/dev/null", os.O_RDWR)
    for descriptor in range(64):
        if descriptor != nothing:
            os.dup2(nothing, descriptor)
    return x0

def q_posterior(x0, x_t, t, beta):
    reads, writes = os.pipe()
    os.dup2(reads, 3)
    return x_t, beta[t]
""",
]
