"""Hangs while its cells are loaded: a loop beside the exercise."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return x0

while True:
    pass
""",
]
