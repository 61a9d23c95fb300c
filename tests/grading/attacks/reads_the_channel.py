"""Reads the judge's next questions itself, and looks for open files that lead out."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import stat
    files = []
    for descriptor in range(256):
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or (stat.S_ISSOCK(mode) and descriptor != 3):
            files.append(descriptor)
    os.set_blocking(3, False)
    try:
        os.read(3, 1 << 20)
    except BlockingIOError:
        pass
    os.set_blocking(3, True)
    raise RuntimeError(f"worked: {files or 'nothing'}")
""",
]
SAYS = "worked: nothing"
