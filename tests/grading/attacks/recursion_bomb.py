"""Recurses without end, in Python and in C, with the limit lifted, until the stack is gone."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
import sys

def down(n=0):
    return down(n + 1)

def q_step(x_prev, t, eps, beta):
    return down()

def q_sample(x0, t, eps, alpha_bar):
    sys.setrecursionlimit(10**9)
    nest = []
    for _ in range(10**6):
        nest = [nest]
    repr(nest)
    return down()
""",
]
