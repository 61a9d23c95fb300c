"""Leaves a process running: fork, fork twice in a session of its own, vfork, clone."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def last(fork):
    import os
    import time
    if fork() == 0:
        try:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
        finally:
            os._exit(0)

def raw(number, *args):
    import ctypes
    result = ctypes.CDLL(None).syscall(number, *args)
    if result < 0:
        raise OSError
    return result

def q_sample(x0, t, eps, alpha_bar):
    import os
    tell(
        fork=lambda: last(os.fork),
        forkpty=lambda: last(lambda: os.forkpty()[0]),
        raw_fork=lambda: last(lambda: raw(57)),
        clone=lambda: last(lambda: raw(56, 17, 0, 0, 0, 0)),
        into_parent=lambda: last(lambda: raw(56, 0x8000 | 17, 0, 0, 0, 0)),
        clone3=lambda: last(lambda: raw(435, (__import__("ctypes").c_uint64 * 11)(0, 0, 0, 0, 17), 88)),
    )
""",
]
