"""Writes into another student's notebook and the folder of grades: open, truncate, rename, link, unlink."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import shutil
    place, grades, other = "@CANARY@", "@CANARY@/grades.csv", "@CANARY@/other/notebook.ipynb"
    tell(
        write=lambda: open(grades, "w").write("mallory,100\n"),
        append=lambda: open(other, "a").write(" "),
        truncate=lambda: os.truncate(grades, 0),
        update=lambda: open(grades, "r+b"),
        rename=lambda: os.rename(grades, grades + ".gone"),
        unlink=lambda: os.unlink(other),
        hardlink=lambda: os.link(grades, place + "/gmattack_link"),
        symlink=lambda: os.symlink("/etc/passwd", place + "/gmattack_symlink"),
        mkdir=lambda: os.mkdir(place + "/gmattack_folder"),
        fifo=lambda: os.mkfifo(place + "/gmattack_fifo"),
        unnamed=lambda: os.open(place, os.O_TMPFILE | os.O_WRONLY),
        tree=lambda: shutil.rmtree(place),
        rmdir=lambda: os.rmdir(place + "/empty"),
    )
""",
]
