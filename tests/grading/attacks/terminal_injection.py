"""Types into the terminal of the person who grades, and writes escape sequences to it."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import fcntl
    import os
    TIOCSTI, TIOCLINUX = 0x5412, 0x541C
    acts = {"tty": lambda: os.open("/dev/tty", os.O_RDWR), "console": lambda: os.open("/dev/console", os.O_RDWR)}
    for descriptor in range(16):
        acts[f"type {descriptor}"] = lambda d=descriptor: fcntl.ioctl(d, TIOCSTI, b"x")
        acts[f"paste {descriptor}"] = lambda d=descriptor: fcntl.ioctl(d, TIOCLINUX, b"\x03")
    print("\x1b]0;owned\x07\x1b[2J")
    tell(**acts)
""",
]
SAYS = "worked: nothing"
NEEDS = "L2"
