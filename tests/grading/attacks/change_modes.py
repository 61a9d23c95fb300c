"""Changes what Landlock does not govern: mode, owner, times and attributes of other people's files."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    grades, own = "@CANARY@/grades.csv", "@CANARY@/empty"
    tell(
        chmod=lambda: os.chmod(grades, 0o777),
        lchmod=lambda: os.chmod("empty", 0o777, dir_fd=os.open("@CANARY@", os.O_PATH)),
        path=lambda: os.chmod(f"/proc/self/fd/{os.open(grades, os.O_PATH)}", 0o777),
        chown=lambda: os.chown(grades, os.getuid(), os.getgid()),
        utime=lambda: os.utime(grades, (0, 0)),
        folder=lambda: os.utime(own),
        xattr=lambda: os.setxattr(grades, "user.points", b"100"),
    )
""",
]
