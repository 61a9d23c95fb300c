"""Landlock: from here on this process may read below some folders, and open nothing else.

Linux 5.13 and newer, without privileges; see landlock(7) and the kernel's documentation of its userspace API.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
BITS = {1: 13, 2: 14, 3: 15, 4: 15}  # version: how many rights on files there are; 16 from the fifth on
NET, SCOPED = 0b11, 0b11  # bind and connect TCP; abstract sockets and signals of other domains

libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return the kernel's version of Landlock, 0 where there is none."""
    return max(0, libc.syscall(CREATE_RULESET, None, 0, VERSION))


def allow_only(read: Iterable[str | Path], write: Iterable[str | Path] = ()) -> None:
    """Forbid all use of files but reading below `read`, and reading and writing the files `write`; OSError if not.

    Paths that do not exist are left out.  The caller must have set no_new_privs.
    """
    abi = version()
    fs = (1 << BITS.get(abi, 16)) - 1
    attributes = struct.pack("=QQQ", fs, NET, SCOPED)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = call(CREATE_RULESET, attributes, len(attributes), 0)
    for path in read:
        allow(ruleset, path, READ_FILE | READ_DIR)
    for path in write:
        allow(ruleset, path, READ_FILE | WRITE_FILE)
    call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def allow(ruleset: int, path: str | Path, rights: int) -> None:
    """Add one rule, if the path exists; a file cannot be read as a folder."""
    if not os.path.exists(path):
        return
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rights &= ~READ_DIR if not os.path.isdir(path) else ~0
    call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)


def call(number: int, *args: int | bytes) -> int:
    """Make a system call; OSError where it fails."""
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result
