"""What an attack must not leave: processes, files, connections, signals, memory, changed settings."""

import ctypes
import os
import resource
import signal
import socket
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
MARK = "gmattack"  # begins the name of every file that an attack makes
PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/root", str(Path.home()), os.getcwd())


def adopt_orphans():
    """Make every orphan below this process its child, so that none escapes from `descendants`."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def parents():
    """Return process id -> parent's id for every process that is not a zombie."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found[int(folder.name)] = int(parent)
    return found


def descendants(root=None):
    """Return the ids of all living processes below a process (this one)."""
    up, found = parents(), {root or os.getpid()}
    while more := {p for p, parent in up.items() if parent in found} - found:
        found |= more
    return found - {root or os.getpid()}


def settle(allowed, seconds=5.0):
    """Return the processes below this one if after some seconds of grace there are more than `allowed`."""
    end = time.monotonic() + seconds
    while len(descendants()) > allowed and time.monotonic() < end:
        time.sleep(0.02)
    return [story(pid) for pid in sorted(descendants())] if len(descendants()) > allowed else []


def story(pid):
    """Return a process's id, state, parent and what it waits for, so that a failure tells more than a number."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
        return f"{pid}: {state}, child of {parent}, in {Path(f'/proc/{pid}/wchan').read_text()}"
    except OSError:
        return f"{pid}: gone by now"


def tree(folder):
    """Return path -> (mode, owner, size, time of change, text of small files) of everything below a folder."""
    return {str(p.relative_to(folder)): facts(p) for p in [folder, *sorted(folder.rglob("*"))]}


def facts(path):
    """Return what can be told of one path without following it."""
    found = path.lstat()
    text = path.read_bytes() if path.is_file() and found.st_size < 1 << 20 else b""
    changed = found.st_mtime_ns if path.is_file() else 0
    return found.st_mode, found.st_uid, found.st_size if text else 0, changed, text


def marked_files():
    """Return the files in the usual places whose names begin with the attacks' mark."""
    return sorted(str(p) for place in PLACES if Path(place).is_dir() for p in Path(place).glob(f"{MARK}*"))


def forget_peak():
    """Let the peak of this process's memory begin from what it holds now."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory():
    """Return the most memory that this process held since forget_peak, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def own_settings():
    """Return what an attack in this process would have changed."""
    import builtins
    import json
    import struct
    import sys

    import torch

    from gm_ref.checks.ddpm import oracles

    patched = [torch.allclose, torch.isclose, torch.equal, torch.Tensor.__eq__, struct.pack, json.dumps, builtins.len]
    limits = [resource.getrlimit(r) for r in (resource.RLIMIT_NOFILE, resource.RLIMIT_DATA, resource.RLIMIT_NPROC)]
    threads, grad = torch.get_num_threads(), torch.is_grad_enabled()
    where = os.getcwd(), sys.getrecursionlimit(), os.nice(0), sys.gettrace() is None or "traced"
    tables = oracles.ALPHA_BAR.tolist(), oracles.BETA.tolist(), oracles.BETA.requires_grad
    return patched, limits, torch.get_default_dtype(), threads, grad, where, tables


class Listener:
    """Sockets on the loopback and in a folder that record whether anyone came."""

    def __init__(self, folder):
        self.tcp, self.udp, self.unix = (
            socket.socket(),
            socket.socket(type=socket.SOCK_DGRAM),
            socket.socket(socket.AF_UNIX),
        )
        self.tcp.bind(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp.bind(("127.0.0.1", self.port))
        self.unix.bind(str(folder / "door"))
        for listening in (self.tcp, self.unix):
            listening.listen()
        for each in (self.tcp, self.udp, self.unix):
            each.setblocking(False)

    def heard(self):
        """Return which of the sockets someone reached since the last call."""
        return [name for name in ("tcp", "udp", "unix") if self.reached(getattr(self, name))]

    def reached(self, sock):
        """Say whether one socket was reached."""
        try:
            sock.recv(1) if sock.type == socket.SOCK_DGRAM else sock.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self):
        """Close all."""
        for each in (self.tcp, self.udp, self.unix):
            each.close()


@contextmanager
def signals_counted():
    """Yield the list of SIGURG that this process received: a signal that hurts nobody, for attacks that signal all."""
    received = []
    before = signal.signal(signal.SIGURG, lambda number, frame: received.append(number))
    try:
        yield received
    finally:
        signal.signal(signal.SIGURG, before)


@contextmanager
def at_most(seconds):
    """Raise TimeoutError in here after some seconds: an attack has stopped the run."""

    def stop(number, frame):
        raise TimeoutError(f"the judge did not come back within {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def own_tmp(folder):
    """Let temporary files of this process and its children lie in a folder that can be compared."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    old, os.environ["TMPDIR"] = os.environ.get("TMPDIR"), str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        os.environ.pop("TMPDIR") if old is None else os.environ.update(TMPDIR=old)
