"""How far a submission is shut in, what this machine can do, and what each level leaves open.

L0 is a learner's own notebook: nothing is claimed.  L1 to L3 are grading's; each is tried before it is used.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from gm_ref.grading.judging.record import LEVELS
from gm_ref.grading.sandbox import landlock, seccomp

ROOT = Path(__file__).parents[2]
FORBIDDEN = ROOT / "gm_ref" / "syllabus.py"  # stands for every file of the course that submissions must not open
TRIAL_SECONDS = 30
TMP_BYTES = 64 << 20
ALONE = "a fresh process with limits of time and memory; only numbers come back; fresh random inputs"
CUT_OFF = "cut off from network, files, other processes and the environment (Linux namespaces, Landlock, seccomp)"
OWN_TREE = "in a file tree of its own (bubblewrap): other people's files and processes are not there at all"
MEANING = {"L1": ALONE, "L2": f"{ALONE}; {CUT_OFF}", "L3": f"{ALONE}; {CUT_OFF}; {OWN_TREE}"}
# The attacks in tests/grading/attacks that L1 does not stop, by name.
L1_GAPS = """
change_modes clocks editable_install fill_the_disk font_folder fork_bomb fork_leftover import_by_path
kills_others lift_limits network old_architecture other_students outlives_its_parent parent_memory proc_files programs
read_outside remembers_inputs rewrite_checks scan_the_disk solved_notebook symlinks_out system_calls ten_thousand_files
terminal_injection
"""
GAPS: dict[str, tuple[str, ...]] = {"L1": tuple(L1_GAPS.split()), "L2": (), "L3": ()}


@cache
def why_not(level: str) -> str:
    """Return why this machine cannot grade at a level, '' where it can.  L2 and L3 are entered and tried."""
    if level == "L1":
        return ""
    if sys.platform != "linux":
        return f"{level} needs Linux"
    if not seccomp.supported() or not landlock.version():
        return "the kernel has no Landlock, or its system calls are not known here"
    if level == "L3" and not shutil.which("bwrap"):
        return "bubblewrap is not installed (on Debian: apt-get install bubblewrap)"
    return tried(level)


def tried(level: str) -> str:
    """Enter the level in a fresh process and return what does not hold there."""
    command = [sys.executable, "-P", "-m", "gm_ref.grading.sandbox.confine", str(FORBIDDEN)]
    if level == "L3":
        command = wrapped(command, [str(ROOT), *python_folders()])
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_SECONDS, env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it could not be tried: {error}"
    last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return done.stdout.strip() if done.returncode == 0 else f"it could not be entered: {last}"


def python_folders() -> list[str]:
    """Return the folders that this Python itself lives in."""
    return sorted({sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent)})


def wrapped(command: list[str], readable: list[str], writable: str = "") -> list[str]:
    """Return the command inside bubblewrap: its own file tree, read only but for a small /tmp and `writable`."""
    binds = [
        x for path in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache") for x in ("--ro-bind-try", path, path)
    ]
    binds += [x for path in readable if not path.startswith(("/usr/", "/lib")) for x in ("--ro-bind", path, path)]
    binds += ["--bind", writable, writable] if writable else []
    own = ["--size", str(TMP_BYTES), "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"]
    alone = [
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--cap-drop",
        "ALL",
    ]
    return ["bwrap", *alone, *own, *binds, "--chdir", "/", "--", *command]


def best_level() -> str:
    """Return the highest level that this machine can do."""
    return next(level for level in reversed(LEVELS) if not why_not(level))
