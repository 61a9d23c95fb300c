"""The judge's side of the wire: a zygote, a submission in a worker, and functions that stand in for the learner's."""

import inspect
import json
import keyword
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.guard import argument_names, describe
from gm_ref.checks.core.verdict import Problem
from gm_ref.grading import house
from gm_ref.grading.levels import wrapped
from gm_ref.grading.parcel import parcel, restore
from gm_ref.grading.wire import WireError, read_frame, write_frame

START_SECONDS = 180.0  # to import torch, on a machine with other work
ANSWER_SECONDS = 30.0  # for the zygote, which only forks and kills
MOST = 1 << 16
LINES, LETTERS = 8, 500


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
            command = wrapped(command, house.readable(place) + [str(Path(command[0]).resolve().parents[1])])
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


@dataclass
class Worker:
    """One process with one submission in it."""

    zygote: Zygote
    pid: int = 0
    number: int = 0
    calls: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
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
            raise Lost(f"answered what the judge does not accept: {error}") from None
        if answer.get("re") != self.number and "cell" not in answer:
            raise Lost("answered what the judge does not accept: another question's answer.")
        return answer

    def close(self) -> str:
        """Kill the worker and return how it had ended, '' where it was alive."""
        self.channel.end.close()
        code = self.zygote.end(self.pid)
        if code == 128 + signal.SIGKILL:
            return ""
        return signal.strsignal(code - 128) or str(code) if code > 128 else f"exit code {code}"


class RemoteFunction:
    """Stands in for a learner's function: calls it in its worker and returns what came back.

    A check uses it like the function itself: argument names, errors as Problems, gradients, arguments changed in
    place, and the other exercises of the submission under `__globals__`.
    """

    def __init__(self, name: str, arguments: list[str], submission: Any):
        self.__name__ = name
        self.submission = submission
        self.__globals__ = submission.functions
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(a, kind) for a in usable(arguments)])

    def __call__(self, *args: Any) -> Any:
        """Return the function's value."""
        return self.call(args, None)

    def gradient(self, *args: Any) -> Tensor:
        """Return d sum(function(*args[:-1])) / d args[args[-1]]."""
        return self.call(args[:-1], args[-1])

    def call(self, args: tuple, wrt: int | None) -> Any:
        """Ask the worker; a Problem tells what went wrong there, Lost that there is no worker any more."""
        answer = self.submission.ask({"call": self.__name__, "args": parcel(args), "wrt": wrt})
        if "problem" in answer:
            raise self.problem(answer["problem"], args)
        try:
            self.carry_back(args, answer.get("changed"), answer.get("states"))
        except (TypeError, ValueError, IndexError, AttributeError, KeyError, RuntimeError):
            raise Problem("property", "It changes its arguments in a way that cannot be followed.") from None
        return answer.get("value")

    def problem(self, told: Any, args: tuple) -> Problem:
        """Return the Problem that the worker told of; only some kinds and so much text are taken from it."""
        status, *lines = (
            [str(x)[:LETTERS] for x in told[: LINES + 1]] if isinstance(told, list) and told else ["raised"]
        )
        if status not in ("raised", "missing", "property"):
            status = "raised"
        call = f"{self.__name__}({', '.join(self.named(args))})"
        return Problem(
            status, *(f"The call was {call}." if line.startswith("The call was ") else line for line in lines)
        )

    def named(self, args: tuple) -> list[str]:
        """Return the arguments with their names, dtypes and shapes."""
        return [f"{n}: {describe(a)}" for n, a in zip(argument_names(self, len(args)), args, strict=True)]

    def carry_back(self, args: tuple, changed: Any, states: Any) -> None:
        """Do to the judge's own arguments what the call did to the worker's."""
        for place, value, requires_grad in changed:
            with torch.no_grad():
                args[place].copy_(value) if args[place].shape == value.shape else args[place].resize_(value.shape)
            args[place].requires_grad_(bool(requires_grad))
        restore(args, states)


def usable(names: Any) -> list[str]:
    """Return the argument names that Python would accept, up to the first that it would not."""
    kept: list[str] = []
    for name in names if isinstance(names, list) else []:
        if not (isinstance(name, str) and name.isidentifier()) or keyword.iskeyword(name) or name in kept:
            break
        kept.append(name[:60])
    return kept
