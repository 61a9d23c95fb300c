"""The link to a submission: one worker, and frames with a deadline between us."""

import signal
import socket
import time
from typing import Any

from gm_ref.grading.sandbox.zygote_client import Zygote
from gm_ref.grading.talk.wire import WireError, read_frame, write_frame

MOST = 1 << 16


class Lost(BaseException):
    """The worker is of no more use; the text completes a sentence that begins with what it was doing."""


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


class Worker:
    """One process with one submission in it."""

    def __init__(self, zygote: Zygote):
        self.zygote, self.number = zygote, 0
        end, self.pid = zygote.worker()
        self.channel = Channel(end)

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
        number = answer.get("re")
        if (type(number) is not int or number != self.number) and "cell" not in answer:
            raise Lost("answered what the judge does not accept: another question's answer")
        return answer

    def close(self) -> None:
        """Kill the worker."""
        self.channel.end.close()
        self.zygote.end(self.pid)

    def how(self) -> str:
        """Kill the worker and return how it had ended, '' where it was alive."""
        self.channel.end.close()
        code = self.zygote.code(self.pid)
        if code == 128 + signal.SIGKILL:
            return ""
        return signal.strsignal(code - 128) or str(code) if code > 128 else f"exit code {code}"
