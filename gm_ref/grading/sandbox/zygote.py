"""The zygote: imports what submissions need once, holds no secret, and forks a worker for each request.

The judge starts it as a fresh process and talks to it over one Unix socket, in lines of JSON.  {"start": level} comes
with the worker's end of a new socket and is answered by {"pid": n}; {"end": n} kills that worker with all it started
and is answered by {"code": exit code, 128 + n for signal n}.  Requests may come faster than they are answered, and are
answered in their order.  When the judge is gone, the zygote ends.
"""

import gc
import json
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from gm_ref.desk.runner import silence
from gm_ref.grading.sandbox import confine, seccomp

CHANNEL = 3  # the worker's only open descriptor beside the standard streams
MOST = 1 << 16
MOST_DESCRIPTORS = 4096
PR_SET_CHILD_SUBREAPER = 36
READY = b'{"ready": true}\n'


@dataclass
class Child:
    """A worker: first is the process that runs the submission, holder the one that waits for it (L1: the same).

    handle is first's pidfd: its number may belong to somebody else by the time we kill it.
    """

    first: int
    holder: int
    handle: int = -1


class Zygote:
    """Forks workers and ends them."""

    def __init__(self, control: socket.socket, readable: list[str]):
        self.control, self.readable = control, readable
        self.children: dict[int, Child] = {}

    def serve(self) -> None:
        """Answer requests until the judge closes its end; then leave nothing behind."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.answer_all()
        for pid in list(self.children):
            self.end(pid)

    def answer_all(self) -> None:
        """Answer requests as long as there are any."""
        begun = b""
        while True:
            data, descriptors, *_ = socket.recv_fds(self.control, MOST, 1)
            if not data:
                return
            *lines, begun = (begun + data).split(b"\n")
            for line in lines:
                self.control.sendall(json.dumps(self.answer(json.loads(line), descriptors)).encode() + b"\n")
            for descriptor in descriptors:
                os.close(descriptor)

    def answer(self, request: dict, descriptors: list[int]) -> dict:
        """Return the answer to one request, or what the system says against it."""
        try:
            return self.do(request, descriptors)
        except OSError as error:
            return {"error": str(error)}

    def do(self, request: dict, descriptors: list[int]) -> dict:
        """Return the answer to one request."""
        if "start" in request:
            child = start_alone(descriptors[0]) if request["start"] == "L1" else self.start_apart(descriptors[0])
            self.children[child.first] = child
            return {"pid": child.first}
        return {"code": self.end(request["end"])}

    def start_apart(self, channel: int) -> Child:
        """Start a worker in namespaces of its own, by way of a holder that enters them."""
        reads, writes = os.pipe()
        holder = os.fork()
        if not holder:
            become(lambda: hold(channel, writes, self.readable))
        os.close(writes)
        with os.fdopen(reads, "rb") as pipe:
            told = pipe.read(500).decode(errors="replace")
        if told.isdigit():
            return Child(int(told), holder, os.pidfd_open(int(told)))
        os.waitpid(holder, 0)
        raise OSError(told or "the sandbox could not be entered")

    def end(self, pid: int) -> int:
        """Kill a worker with all it has started, and return its wait status."""
        child = self.children.pop(pid)
        with suppress(ProcessLookupError, PermissionError):
            if child.handle < 0:
                os.killpg(child.first, signal.SIGKILL)
            else:
                signal.pidfd_send_signal(child.handle, signal.SIGKILL)
        if child.handle >= 0:
            os.close(child.handle)
        code = os.waitstatus_to_exitcode(os.waitpid(child.holder, 0)[1])
        sweep({child.holder for child in self.children.values()})
        return code if code >= 0 else 128 - code


def start_alone(channel: int) -> Child:
    """Start a worker at level L1: a process group of its own, with limits."""
    pid = os.fork()
    if not pid:
        become(lambda: work(channel, lambda: confine.limit(apart=False)))
    os.setpgid(pid, pid)
    return Child(pid, pid)


def hold(channel: int, writes: int, readable: list[str]) -> None:
    """Enter namespaces, start the worker as their first process, tell its number, wait for it, end as it ended."""
    try:
        confine.die_with_parent()
        confine.separate()
        first = os.fork()
    except OSError as error:
        os.write(writes, str(error).encode()[:500])
        return
    if not first:
        os.close(writes)
        become(lambda: work(channel, lambda: confine.confine(readable)))
    os.write(writes, str(first).encode())
    os.close(writes)
    code = os.waitpid(first, 0)[1]
    os._exit(128 + os.WTERMSIG(code) if os.WIFSIGNALED(code) else os.WEXITSTATUS(code))


def become(life: Callable[[], None]) -> None:
    """Live this life in a forked process and end with it, whatever happens."""
    try:
        confine.die_with_parent()
        life()
    except BaseException:
        os._exit(70)
    os._exit(0)


def work(channel: int, confine: Callable[[], None]) -> None:
    """Confine this process, then serve the judge with nothing else open."""
    from gm_ref.grading.sandbox.worker import serve

    os.dup2(channel, CHANNEL)
    silence()  # with a file of its own: flags on that of the zygote would be seen by all who come after
    os.closerange(CHANNEL + 1, MOST_DESCRIPTORS)
    confine()
    gc.enable()
    serve(CHANNEL)


def sweep(ours: set[int]) -> None:
    """Kill and reap all children but ours: what a worker at L1 left behind, where the system gives us its orphans."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with suppress(OSError, ChildProcessError):
        for pid in set(map(int, children.read_text().split())) - ours:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def prepare(opening: str, modules: tuple[str, ...]) -> None:
    """Import what submissions need: the modules, and what the set-up cell of the course's own notebook brings in."""
    for name in modules:
        with suppress(ImportError):
            import_module(name)
    worker = import_module("gm_ref.grading.sandbox.worker")
    if opening:
        worker.warm_up(Path(opening))


def main(descriptor: int, opening: str, modules: tuple[str, ...], readable: list[str]) -> None:
    """Import the modules and run the set-up cell of the notebook `opening`, then serve on this socket."""
    gc.disable()  # nothing of what is imported is garbage, and looking for it takes a fifth of the time
    import torch

    torch.set_num_threads(1)
    tempfile.tempdir = "/tmp"  # libraries ask for it when imported; where none can be written, that must not fail
    prepare(opening, modules)
    with suppress(OSError, AttributeError):
        seccomp.prctl(PR_SET_CHILD_SUBREAPER, 1)
    silence()
    gc.freeze()
    control = socket.socket(fileno=descriptor)
    control.sendall(READY)
    Zygote(control, readable).serve()
    os._exit(0)  # tearing torch down takes half a second, and somebody waits for this end
