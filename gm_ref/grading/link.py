"""The link to a submission: a zygote that forks workers, one worker, and frames with a deadline between us."""

import json
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from gm_ref.grading import house
from gm_ref.grading.levels import python_folders, wrapped
from gm_ref.grading.wire import WireError, read_frame, write_frame

START_SECONDS = 180.0  # to import torch, on a machine with other work
ANSWER_SECONDS = 30.0  # for the zygote, which only forks and kills
MOST = 1 << 16


class Lost(BaseException):
    """The worker is of no more use; the text completes a sentence that begins with what it was doing."""


class Broken(RuntimeError):
    """The zygote does not serve: a fault of this machine, not of a submission."""


class Channel:
    """A socket that reads and writes whole frames until a deadline."""

    def __init__(self, end: socket.socket):
        self.end, self.deadline = end, time.monotonic()

    def read(self, size: int) -> bytes:
        """Return size bytes, fewer where the other side has ended."""
        data = bytearray()
        while len(data) < size:
            self.wait()
            part = self.end.recv(min(size - len(data), MOST))
            if not part:
                break
            data += part
        return bytes(data)

    def write(self, data: bytes) -> None:
        """Write all of data."""
        self.wait()
        self.end.sendall(data)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def wait(self) -> None:
        """Let the next operation last until the deadline, or raise TimeoutError."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.end.settimeout(left)


class Zygote:
    """A process that forks workers at one level; see gm_ref/grading/zygote.py."""

    def __init__(self, level: str):
        self.level = level
        self.folder = tempfile.TemporaryDirectory(prefix="gm_ref_house_")
        place = Path(self.folder.name)
        house.refuse_if_answers_show(place)
        house.lay_out(place)
        self.control, other = socket.socketpair()
        command = house.command(place, other.fileno())
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
        self.hear(START_SECONDS)

    def start(self, level_end: socket.socket) -> int:
        """Fork a worker that serves this socket and return its number."""
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


class Worker:
    """One process with one submission in it."""

    def __init__(self, zygote: Zygote):
        self.zygote, self.number = zygote, 0
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        with theirs:
            self.pid = self.zygote.start(theirs)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Send a question and return its answer; Lost where none comes that can be used."""
        self.number += 1
        self.send({"re": self.number, **question})
        return self.receive()

    def send(self, question: dict[str, Any]) -> None:
        """Send a question, or raise Lost."""
        try:
            write_frame(self.channel, question)  # type: ignore[arg-type]
        except TimeoutError:
            raise Lost("did not finish in time") from None
        except OSError:
            raise Lost("ended") from None

    def receive(self) -> dict[str, Any]:
        """Return the answer to the last question, or a note on the way to it, or raise Lost."""
        try:
            answer = read_frame(self.channel)  # type: ignore[arg-type]
        except TimeoutError:
            raise Lost("did not finish in time") from None
        except (OSError, EOFError):
            raise Lost("ended") from None
        except WireError as error:
            raise Lost(f"answered what the judge does not accept: {str(error).rstrip('.')}") from None
        if answer.get("re") != self.number and "cell" not in answer:
            raise Lost("answered what the judge does not accept: another question's answer")
        return answer

    def close(self) -> str:
        """Kill the worker and return how it had ended, '' where it was alive."""
        self.channel.end.close()
        code = self.zygote.end(self.pid)
        if code == 128 + signal.SIGKILL:
            return ""
        return signal.strsignal(code - 128) or str(code) if code > 128 else f"exit code {code}"
