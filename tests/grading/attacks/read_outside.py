"""Reads files of the system, of the person who grades, and of other students."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    paths = ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/root/.bashrc", "@REPO@/README.md", "@CANARY@/grades.csv")
    folders = ("/", "/home", "/root", "/tmp", "/var", "/work", "@REPO@", "@CANARY@", "/dev/shm", "/run", "/boot")
    acts = {p: lambda p=p: open(p, "rb").read(1) for p in paths}
    acts |= {f: lambda f=f: os.listdir(f) for f in folders}
    acts["scandir"] = lambda: next(os.scandir("@CANARY@"))
    acts["mmap"] = lambda: os.open("@CANARY@/grades.csv", os.O_RDONLY | os.O_NOFOLLOW)
    tell(**acts)
""",
]
