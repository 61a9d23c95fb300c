"""Files that are there whole or not at all, a lock, and errors of the file system in one sentence."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gm_ref.desk import BadInput

PART = ".part"
HELD: set[Path] = set()  # the system's lock does not tell two users in one process apart


def as_bytes(raw: Any) -> bytes:
    """Return plain values as JSON that is the same each time."""
    return (json.dumps(raw, indent=1, sort_keys=True) + "\n").encode()


def write_whole(path: Path, content: bytes, mode: int = 0o644, durable: bool = False) -> None:
    """Write a file so that it is there whole or not at all; durable: also after a power cut.  Raises OSError."""
    part = path.with_name(f".{path.name}{PART}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(part, flags, mode), "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


@contextmanager
def said(out: Path) -> Iterator[None]:
    """Turn an error of the file system under out into BadInput with one sentence."""
    try:
        yield
    except OSError as error:
        at = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else out
        at = out if at.name.endswith(PART) else at
        reason = error.strerror or str(error)
        raise BadInput(f"{at} cannot be used: {reason}; mend that and run again, grades already there stay.") from None


def lock(path: Path) -> int:
    """Return the descriptor of the lock that this run now holds; BadInput where another run does; OSError.

    The system lets go of it when the process ends, however it ends, so no lock outlives its run; and a forked child
    does not hold it.
    """
    if path.resolve() in HELD:
        raise BadInput(in_use(path, str(os.getpid())))
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    except (BlockingIOError, PermissionError):
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise BadInput(in_use(path, holder)) from None
    except OSError:
        os.close(descriptor)
        raise
    HELD.add(path.resolve())
    return descriptor


def in_use(path: Path, holder: str) -> str:
    """Return the sentence on a folder that another run uses."""
    return f"{path.parent} is in use by another run (process {holder or 'unknown'}): wait for its end, or stop it."


def unlock(path: Path, descriptor: int) -> None:
    """Let go of a lock."""
    HELD.discard(path.resolve())
    with suppress(OSError):  # the lock goes with the descriptor all the same
        os.truncate(descriptor, 0)
    os.close(descriptor)
