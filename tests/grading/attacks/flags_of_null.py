"""Sets flags on the standard streams, which all workers might share, to tell the next worker that it was here."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import fcntl
    import os
    met = []
    for descriptor in (0, 1, 2, 4, 5, 6, 7, 8):
        try:
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & (os.O_APPEND | os.O_NONBLOCK) and not met:
                met.append(descriptor)
        except OSError:
            pass
    for descriptor in (0, 1, 2):
        fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_APPEND | os.O_NONBLOCK | os.O_ASYNC)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    raise RuntimeError(f"met: {met or 'nobody'}")
""",
]
SAYS = "met: nobody"


def build():
    """Return the same notebook twice: the second one looks for the first one's flags."""
    from tests.grading.hostile import with_cells

    return [with_cells(*CELLS)] * 2
