"""Computes 10**10**8 at the place of a cheap constant: the compiler and the loader must not wait for it."""

CELLS = [
    r"""
SIZE = 10**10**8
TEXT = "a" * 10**11
SHIFT = 1 << 10**11
""",
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return x0 * (10**10**9 > 0)
""",
]
SAYS = "did not finish"
