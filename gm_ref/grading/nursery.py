"""The judge's handle on its zygote, which forks workers.  It needs no torch: both import it side by side."""

import json
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from gm_ref.grading import house
from gm_ref.grading.levels import python_folders, wrapped

START_SECONDS = 180.0  # to import torch, on a machine with other work
ANSWER_SECONDS = 30.0  # for the zygote, which only forks and kills
MOST = 1 << 16


class Broken(RuntimeError):
    """The zygote does not serve: a fault of this machine, not of a submission."""


class Zygote:
    """A process that forks workers at one level; see gm_ref/grading/zygote.py.

    It is started at once and waited for at the first use.  lesson is the id of the lesson whose imports it makes ahead.
    """

    def __init__(self, level: str, lesson: str = ""):
        self.level, self.ready = level, False
        self.folder = tempfile.TemporaryDirectory(prefix="gm_ref_house_")
        place = Path(self.folder.name)
        house.refuse_if_answers_show(place)
        house.lay_out(place)
        self.control, other = socket.socketpair()
        command = house.command(place, other.fileno(), lesson)
        if level == "L3":
            command = wrapped(command, sorted({*house.readable(place), *python_folders()}))
        self.process = subprocess.Popen(
            command,
            env=house.environment(place),
            cwd="/",
            pass_fds=[other.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        other.close()

    def wait(self) -> None:
        """Return when the zygote serves, or raise Broken."""
        if not self.ready:
            self.ready = bool(self.hear(START_SECONDS)["ready"])

    def start(self, level_end: socket.socket) -> int:
        """Fork a worker that serves this socket and return its number."""
        self.wait()
        data = json.dumps({"start": self.level}).encode()
        socket.send_fds(self.control, [data], [level_end.fileno()])
        return int(self.hear(ANSWER_SECONDS)["pid"])

    def end(self, pid: int) -> int:
        """Kill a worker and return its exit code, 128 + n for signal n."""
        self.control.sendall(json.dumps({"end": pid}).encode())
        return int(self.hear(ANSWER_SECONDS)["code"])

    def hear(self, seconds: float) -> dict[str, Any]:
        """Return the zygote's next answer, or raise Broken."""
        self.control.settimeout(seconds)
        try:
            answer = json.loads(self.control.recv(MOST))
        except (OSError, ValueError):
            self.process.kill()
            words = self.process.stderr.read().decode(errors="replace").strip()  # type: ignore[union-attr]
            raise Broken(
                f"the process that starts workers does not answer: {words[-300:] or 'no reason given'}"
            ) from None
        if "error" in answer:
            raise Broken(f"a worker cannot be started at {self.level}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the zygote with all its workers, and remove the house."""
        self.control.close()
        try:
            self.process.wait(ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()  # type: ignore[union-attr]
        self.folder.cleanup()
