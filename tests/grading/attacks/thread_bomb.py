"""Starts threads until none can be started."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import threading
    import time
    for _ in range(3000):
        threading.Thread(target=time.sleep, args=(30,)).start()
    return x0
""",
]
