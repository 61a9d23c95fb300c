"""Loops without end, in Python, where signals are heard."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    while True:
        pass
""",
]
SAYS = "did not finish"
