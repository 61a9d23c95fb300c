"""Stops its own process, so that no signal but SIGKILL reaches it; falls back to a loop."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import signal
    try:
        signal.raise_signal(signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGSTOP)
    except OSError:
        pass
    while True:
        pass
""",
]
SAYS = "did not finish"
