"""Makes the system calls behind Python's back that open other ways out: tracing, mounts, namespaces, io_uring, bpf."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
CALLS = {
    "ptrace": (101, 0, 0, 0, 0), "mount": (165, 0, 0, 0, 0, 0), "unshare user": (272, 0x10000000),
    "unshare mounts": (272, 0x20000), "setns": (308, 0, 0), "bpf": (321, 5, 0, 0), "perf": (298, 0, 0, -1, -1, 0),
    "keyring": (250, 0, -3, 1), "add_key": (248, b"user", b"a", b"b", 1, -3), "userfaultfd": (323, 1),
    "pidfd_open": (434, 1, 0), "clone3": (435, 0, 0), "vfork by x32": (0x40000000 | 58,),
    "socket by x32": (0x40000000 | 41, 2, 1, 0), "io_uring": (425, 4, (0,) * 16), "memfd": (319, b"a", 0),
    "secret memory": (447, 0), "shm": (29, 0, 4096, 0o1600), "queue": (68, 0, 0o1600), "semaphore": (64, 0, 1, 0o1600),
    "chroot": (161, b"/"), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1), "swapoff": (168, b"/"),
    "handle": (303, -100, b"/", 0, 0, 0), "module": (175, 0, 0, b""), "personality": (135, 0x0040000),
    "syslog": (103, 10, 0, 0), "acct": (163, 0), "sethostname": (170, b"gm", 2), "iopl": (172, 3),
    "quotactl": (179, 0, 0, 0, 0), "settimeofday": (164, 0, 0), "inotify": (253,), "fanotify": (300, 0, 0),
}

def call(number, *args):
    import ctypes
    made = [(ctypes.c_long * len(a))(*a) if isinstance(a, tuple) else a for a in args]
    if ctypes.CDLL(None, use_errno=True).syscall(number, *made) < 0:
        raise OSError

def q_sample(x0, t, eps, alpha_bar):
    tell(**{name: lambda numbers=numbers: call(*numbers) for name, numbers in CALLS.items()})
""",
]
