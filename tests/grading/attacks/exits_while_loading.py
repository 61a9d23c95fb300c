"""Ends Python while its cells are loaded: in a cell, a decorator, a default, a class body."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
import os

def q_sample(x0, t, eps, alpha_bar):
    return x0

os._exit(0)
""",
    r"""
class Helper:
    os._exit(0)
""",
]
