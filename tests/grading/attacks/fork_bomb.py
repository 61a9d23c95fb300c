"""Forks as fast as it can (at most 300 here, and each for 30 s at most)."""

NEEDS = "L2"
SAYS = "PermissionError"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import time
    for _ in range(300):
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
    return x0
""",
]
