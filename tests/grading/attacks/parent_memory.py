"""Reads the memory of its parents and of the judge: /proc/PID/mem, process_vm_readv, ptrace."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def peek(pid):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(int(maps.readline().split("-")[0], 16))
        assert memory.read(16)

def readv(pid):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    local, here = ctypes.create_string_buffer(16), ctypes.create_string_buffer(16)
    vector = lambda at: (ctypes.c_size_t * 2)(at, 16)
    mine, theirs = vector(ctypes.addressof(local)), vector(id(here) & ~0xFFF)
    assert libc.process_vm_readv(pid, mine, 1, theirs, 1, 0) >= 0 or ctypes.get_errno() == 14

def trace(pid):
    import ctypes
    assert ctypes.CDLL(None).ptrace(16, pid, 0, 0) == 0
    ctypes.CDLL(None).ptrace(17, pid, 0, 0)

def q_sample(x0, t, eps, alpha_bar):
    import os
    targets = {"parent": os.getppid(), "judge": int("@JUDGE@"), "first": 1}
    acts = {}
    for who, pid in targets.items():
        for how in (peek, readv, trace):
            acts[f"{how.__name__} {who}"] = lambda pid=pid, how=how: how(pid)
    tell(**acts)
""",
]
