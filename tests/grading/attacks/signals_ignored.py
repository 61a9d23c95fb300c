"""Ignores and blocks every signal that it can, sets alarms of its own, and never comes back."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import signal
    import time
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass
""",
]
SAYS = "did not finish"
