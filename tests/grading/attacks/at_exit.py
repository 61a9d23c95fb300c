"""Leaves work for after the end: exit handlers, finalisers, destructors that hang or raise."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
import atexit
import time
import weakref

class Lasting:
    def __del__(self):
        while True:
            time.sleep(10)

kept = Lasting()
cycle = [kept]
cycle.append(cycle)
atexit.register(time.sleep, 1000)
weakref.finalize(kept, time.sleep, 1000)

def q_sample(x0, t, eps, alpha_bar):
    import sys
    import threading
    threading._register_atexit(time.sleep, 1000)
    sys.exit(0)
""",
]
