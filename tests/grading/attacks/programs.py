"""Starts programs that stay: subprocess, os.system, posix_spawn, multiprocessing."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def fails(code):
    assert code == 0

def q_sample(x0, t, eps, alpha_bar):
    import multiprocessing
    import os
    import subprocess
    import sys
    import time
    start = multiprocessing.get_context
    tell(
        popen=lambda: subprocess.Popen(["sleep", "60"], start_new_session=True),
        system=lambda: fails(os.system("sleep 60 &")),
        pipe=lambda: os.popen("sleep 60 & echo"),
        spawn=lambda: os.posix_spawn("/bin/sleep", ["sleep", "60"], {}),
        python=lambda: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]),
        forked=lambda: start("fork").Process(target=time.sleep, args=(60,)).start(),
        execute=lambda: os.execv("/bin/sleep", ["sleep", "60"]),
    )
""",
]
