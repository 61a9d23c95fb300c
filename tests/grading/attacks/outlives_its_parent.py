"""Asks the system not to end it together with its parent, so that it would stay if the zygote were killed."""

NEEDS = "L2"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    refused = libc.prctl(1, 0, 0, 0, 0)  # PR_SET_PDEATHSIG: no signal
    signal = ctypes.c_int(0)
    libc.prctl(2, ctypes.byref(signal), 0, 0, 0)
    libc.prctl(36, 1, 0, 0, 0), libc.prctl(4, 0, 0, 0, 0)  # adopt orphans; refuse to be traced
    raise RuntimeError(f"refused: {refused}")
""",
]
SAYS = "refused: -1"
