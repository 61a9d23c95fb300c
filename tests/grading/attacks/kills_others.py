"""Signals its parent, its group, the judge and everybody (with SIGURG, which hurts nobody here)."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def queue(pid):
    import ctypes
    import signal
    info = (ctypes.c_int * 32)(signal.SIGURG, 0, -1)
    if ctypes.CDLL(None).syscall(129, pid, signal.SIGURG, info):
        raise OSError

def reach(pid):
    import os
    import signal
    signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGURG)

def thread(pid):
    import ctypes
    import signal
    if ctypes.CDLL(None).syscall(234, pid, pid, signal.SIGURG):
        raise OSError

def q_sample(x0, t, eps, alpha_bar):
    import os
    import signal
    judge = int("@JUDGE@")
    tell(
        everybody=lambda: os.kill(-1, signal.SIGURG),
        group=lambda: os.kill(0, signal.SIGURG),
        parent=lambda: os.kill(os.getppid() or judge, signal.SIGURG),
        judge=lambda: os.kill(judge, signal.SIGURG),
        judges_group=lambda: os.killpg(judge, signal.SIGURG),
        queued=lambda: queue(judge),
        handle=lambda: reach(judge),
        thread=lambda: thread(judge),
    )
""",
]
