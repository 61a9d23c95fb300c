"""Reads the environment, of Python and of C, for secrets of the person who grades."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def c_environment():
    import ctypes
    names, found, index = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ"), [], 0
    while names[index]:
        found.append(names[index])
        index += 1
    return b" ".join(found)

def q_sample(x0, t, eps, alpha_bar):
    import os
    from pathlib import Path
    words = " ".join(f"{k}={v}" for k, v in os.environ.items()) + c_environment().decode()

    def need(text):
        assert text in words

    tell(
        canary=lambda: need("GM_REF_CANARY"),
        user=lambda: need("USER="),
        repository=lambda: need("@REPO@"),
        ssh=lambda: need("SSH_"),
        test=lambda: need("PYTEST"),
    )
""",
]
SAYS = "worked: nothing"
