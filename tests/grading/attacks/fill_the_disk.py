"""Fills the disk: large files, sparse files, preallocated files, files in memory."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def large(path):
    with open(path, "wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 24))

def memory_file():
    import os
    file = os.memfd_create("gmattack")
    for _ in range(64):
        os.write(file, bytes(1 << 24))

def q_sample(x0, t, eps, alpha_bar):
    import os
    flags = os.O_CREAT | os.O_WRONLY
    tell(
        canary=lambda: large("@CANARY@/gmattack_large"),
        tmp=lambda: large("/tmp/gmattack_large"),
        shm=lambda: large("/dev/shm/gmattack_large"),
        sparse=lambda: os.truncate(os.open("/tmp/gmattack_sparse", flags), 1 << 40),
        allocated=lambda: os.posix_fallocate(os.open("/tmp/gmattack_alloc", flags), 0, 1 << 30),
        memory=memory_file,
    )
""",
]
