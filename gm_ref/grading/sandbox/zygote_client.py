"""The judge's handle on its zygote, which forks workers.  It needs no torch: both import it side by side."""

import json
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from gm_ref.grading.sandbox import worker_files
from gm_ref.grading.sandbox.levels import python_folders, wrapped

START_SECONDS = 180.0  # to import torch, on a machine with other work
ANSWER_SECONDS = 30.0  # for the zygote, which only forks and kills
MOST = 1 << 16


class Broken(RuntimeError):
    """The zygote does not serve: a fault of this machine, not of a submission."""


class Zygote:
    """A process that forks workers at one level; see gm_ref/grading/sandbox/zygote.py.

    It is started at once and waited for at the first use.  lesson is the id of the lesson whose imports it makes ahead.
    """

    def __init__(self, level: str, lesson: str = ""):
        self.level, self.ready = level, False
        self.told: dict[str, Any] = {}
        self.unheard = 0
        self.spare: socket.socket | None = None
        self.folder = tempfile.TemporaryDirectory(prefix="gm_ref_worker_")
        place = Path(self.folder.name)
        worker_files.refuse_if_answers_show(place)
        worker_files.lay_out(place)
        self.control, other = socket.socketpair()
        command = worker_files.command(place, other.fileno(), lesson)
        if level == "L3":
            seen = sorted({*worker_files.readable(place), *python_folders()})
            command = wrapped(command, seen, str(place / worker_files.FONTS))
        self.process = subprocess.Popen(
            command,
            env=worker_files.environment(place),
            cwd="/",
            pass_fds=[other.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        other.close()
        self.answers = self.control.makefile("rb")

    def wait(self) -> None:
        """Return when the zygote serves, or raise Broken."""
        if not self.ready:
            self.hear(START_SECONDS)
            self.ready = True

    def worker(self) -> tuple[socket.socket, int]:
        """Return the socket of a worker and its number; the next one is made meanwhile.

        At L1 none is made ahead: the submission before it could do something to it.
        """
        self.wait()
        end, self.spare = self.spare or self.order(), None
        try:
            while "pid" not in self.told:
                self.hear(ANSWER_SECONDS)
        except Broken:
            end.close()
            raise
        pid = int(self.told.pop("pid"))
        if self.level != "L1":
            self.spare = self.order()
        return end, pid

    def order(self) -> socket.socket:
        """Ask for a worker and return our end of its socket; the worker's number is heard later."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.tell({"start": self.level}, theirs.fileno())
        return ours

    def end(self, pid: int) -> None:
        """Have a worker killed, and do not wait for it."""
        self.tell({"end": pid})

    def code(self, pid: int) -> int:
        """Kill a worker and return its exit code, 128 + n for signal n."""
        self.end(pid)
        self.settle()
        return int(self.told["code"])

    def settle(self) -> None:
        """Return when all that was asked for is done."""
        while self.unheard:
            self.hear(ANSWER_SECONDS)

    def tell(self, request: dict[str, Any], *descriptors: int) -> None:
        """Send a request; when the zygote is gone, hear() says so."""
        self.unheard += 1
        with suppress(OSError):
            socket.send_fds(self.control, [json.dumps(request).encode() + b"\n"], descriptors)

    def hear(self, seconds: float) -> None:
        """Take the zygote's next answer, or raise Broken."""
        self.control.settimeout(seconds)
        try:
            answer = json.loads(self.answers.readline(MOST))
        except (OSError, ValueError):
            self.process.kill()
            words = self.process.stderr.read().decode(errors="replace").strip()  # type: ignore[union-attr]
            raise Broken(
                f"the process that starts workers does not answer: {words[-300:] or 'no reason given'}"
            ) from None
        self.unheard -= "ready" not in answer
        if "error" in answer:
            raise Broken(f"a worker cannot be started at {self.level}: {answer['error']}")
        self.told |= answer

    def close(self) -> None:
        """End the zygote with all its workers, and remove the worker_files."""
        if self.spare:
            self.spare.close()
        self.answers.close()
        self.control.close()
        try:
            self.process.wait(ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()  # type: ignore[union-attr]
        self.folder.cleanup()
