"""Crashes Python with a null pointer, after asking for a stack trace on every descriptor."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import ctypes
    import faulthandler
    for descriptor in range(8):
        try:
            faulthandler.enable(descriptor, all_threads=True)
            faulthandler.dump_traceback(descriptor)
        except Exception:
            pass
    ctypes.string_at(0)
""",
]
