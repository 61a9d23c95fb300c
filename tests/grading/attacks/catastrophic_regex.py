"""Hangs inside C, where Python does not look for signals often: a regular expression that backtracks."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import re
    re.fullmatch("(a|aa|a?)+" * 3, "a" * 60 + "b")
    return x0
""",
]
SAYS = "did not finish"
