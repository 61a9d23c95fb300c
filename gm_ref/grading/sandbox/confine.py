"""Put this process where a submission may run: level L1 limits it, L2 also cuts it off, L3 adds its own file tree.

L1  rlimits (where POSIX)
L2  Linux: own user, process, network and IPC namespaces, Landlock, seccomp, no rights
L3  L2 inside bubblewrap: the files of other people and /proc are not there at all (see levels.py)

Needs nothing but the standard library: a process must be able to say what it can do before it imports anything.
"""

import _thread
import ctypes
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

from gm_ref.grading.sandbox import landlock, seccomp

GIB = 1 << 30
MEMORY = 1 * GIB  # beside what Python and torch take themselves
FILES, TASKS, FILE_BYTES = 64, 64, 1 << 20
NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (1 << n for n in (26, 27, 28, 29, 30))
PR_SET_PDEATHSIG, CAPABILITY_VERSION = 1, 0x20080522
INSIDE = 1000
READABLE = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/dev/urandom",
    "/dev/zero",
)
WRITABLE = ("/dev/null",)


def limit(apart: bool) -> None:
    """Limit memory, files, their size and, in a process tree of our own (apart), tasks; no core file is written.

    Where tasks are counted over all that a user runs, as without namespaces, a limit would hit the user.
    """
    own = occupied()
    limits = {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": FILES, "RLIMIT_FSIZE": FILE_BYTES}
    limits |= {"RLIMIT_AS": own + MEMORY, "RLIMIT_DATA": own + MEMORY} if own else {}
    limits |= {"RLIMIT_NPROC": TASKS} if apart else {}
    for name, value in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def occupied() -> int:
    """Return the bytes of address space that this process has, 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0


def separate() -> None:
    """Enter new namespaces; the next child of this process is the first in its own process tree.

    Works for every user where the system allows user namespaces, and for root also where it does not, as in a chroot:
    root needs none, and gives its rights up in confine().  OSError where neither is possible.
    """
    user, group = os.getuid(), os.getgid()
    spaces = NEWPID | NEWNET | NEWIPC | NEWUTS
    if seccomp.libc.unshare(ctypes.c_int(spaces | NEWUSER)):
        error = ctypes.get_errno()
        if user or seccomp.libc.unshare(ctypes.c_int(spaces)):
            raise OSError(error, f"new namespaces: {os.strerror(error)}")
        return
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE} {group} 1")


def confine(readable: list[str]) -> None:
    """Give up rights, files and system calls, in the first process of the namespaces; OSError where one fails."""
    seccomp.no_new_privileges()
    limit(apart=True)
    os.chdir("/")
    landlock.allow_only([*READABLE, *readable], WRITABLE)
    give_up_capabilities()
    seccomp.forbid()


def give_up_capabilities() -> None:
    """Drop the rights of root, or those that a user namespace gives its first process; OSError where that fails."""
    nobody, nothing = struct.pack("=Ii", CAPABILITY_VERSION, 0), bytes(24)
    if seccomp.libc.capset(nobody, nothing):
        raise OSError(ctypes.get_errno(), "the capabilities could not be dropped")


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends; systems other than Linux do not know how."""
    if os.uname().sysname == "Linux":
        seccomp.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def unshare(flags: int) -> None:
    """Call unshare(2); OSError where it fails."""
    if seccomp.libc.unshare(ctypes.c_int(flags)):
        error = ctypes.get_errno()
        raise OSError(error, f"new namespaces: {os.strerror(error)}")


def trial(forbidden: str) -> str:
    """Enter L2 in a child and try what must fail there; return '' if all fails, else what does not hold."""

    def apart() -> str:
        separate()
        return in_child(lambda: attempts(forbidden))

    return in_child(apart)


def in_child(report: Callable[[], str]) -> str:
    """Return what a child process reports, or why it could not."""
    reads, writes = os.pipe()
    if not os.fork():
        try:
            told = report()
        except OSError as error:
            told = str(error)
        os.write(writes, told.encode() or b"ok")
        os._exit(0)
    os.close(writes)
    os.wait()
    told = os.read(reads, 500).decode(errors="replace")
    return "" if told == "ok" else told or "the sandbox could not be entered"


def attempts(forbidden: str) -> str:
    """Confine this process and return the first thing that is possible and must not be."""
    confine([])
    tries: dict[str, Callable[[], object]] = {
        "open a file of the course": lambda: open(forbidden),
        "read /proc": lambda: os.listdir("/proc"),
        "write a file": lambda: open("/tmp/gm_ref_trial", "w"),
        "open a socket": lambda: socket.socket(),
        "start a process": os.fork,
        "start a thread": lambda: _thread.start_new_thread(print, ()),
        "run a program": lambda: os.execv("/bin/true", ["true"]),
        "send a signal": lambda: os.kill(os.getpid(), 0),
    }
    return next((f"a confined process can {what}" for what, attempt in tries.items() if not fails(attempt)), "")


def fails(attempt: Callable[[], object]) -> bool:
    """Say whether the system refuses an attempt."""
    try:
        attempt()
    except (OSError, RuntimeError):
        return True
    return False


if __name__ == "__main__":
    print(trial(sys.argv[1]))
