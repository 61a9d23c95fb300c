"""Hand submissions to processes that grade them: the local pool.  cluster.py does the same on Dask.

Each process keeps one judge for many submissions.  It may die of one (a judge's own bug, the system's lack of
memory): it is then replaced, the submission gets a second try, and the run goes on in any case.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pkgutil import resolve_name
from typing import Any, NamedTuple

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import Grade, Terms, nothing
from gm_ref.syllabus import find_lesson

# A name and not the class, since judges import torch and this process need not.
JUDGE = "gm_ref.grading.judging.judge:Judge"
START = 300.0  # seconds to import torch and read a notebook in, on a machine with other work
STEPS = 5  # how often an exercise's time limit may be used up: its call, its gradient, its cell, a second try


class Task(NamedTuple):
    """A submission to grade: the student, the notebook's path below the submissions, its bytes."""

    student: str
    file: str
    notebook: bytes


def given_up(terms: Terms, task: Task, reason: str) -> Grade:
    """Return the grade of a submission that no process could grade; without a version, so that a next run tries."""
    headline = "This notebook could not be graded: the grader ended on it, twice. Your teacher can see why."
    marks = nothing(terms.lesson, "error", headline)
    digest = sha256(task.notebook).hexdigest()
    notes = (f"The grader ended on this notebook, twice ({reason}): it will be tried again in the next run.",)
    return Grade(task.student, terms.lesson, task.file, digest, terms.level, terms.fingerprint, marks, notes)


def patience(terms: Terms) -> float:
    """Return the seconds after which a process that is silent is stuck, and not slow."""
    return START + STEPS * terms.timeout * len(find_lesson(terms.lesson).exercises)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Let processes and threads that begin meanwhile not hear Ctrl-C: this process alone decides what it means."""
    resource_tracker.ensure_running()  # it would end the silence if it started within
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def scratch() -> Iterator[str]:
    """Make a folder for the temporary files of grading processes, so that one that is killed leaves none behind.

    Others can pass through it, since submissions may run as a user without rights, but not list it.
    """
    with tempfile.TemporaryDirectory(prefix="gm_ref_run_") as folder:
        os.chmod(folder, 0o711)
        yield folder


@dataclass
class Seat:
    """A process of the pool, the task it has, and when (monotonic seconds) it is to be told of it at the latest."""

    process: SpawnProcess
    pipe: Connection
    task: Task
    deadline: float
    tries: int = 1
    ready: bool = False

    def hand_over(self, terms: Terms) -> None:
        """Send the task; a process that is gone already is noticed later."""
        self.deadline = time.monotonic() + patience(terms)
        with suppress(OSError):
            self.pipe.send(self.task)

    def hear(self) -> tuple[str, Any]:
        """Return what the process says: ready, grade, failed (a sentence), or died, said for it (how)."""
        try:
            if self.pipe.poll():
                return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(5)
        return ("died", how(self.process.exitcode)) if self.process.exitcode is not None else ("stirred", None)

    def leave(self, at_once: bool = False) -> None:
        """End the process: when it has nothing to do by itself, otherwise with force in the end."""
        self.pipe.close()
        if at_once:
            self.process.terminate()
        self.process.join(10)
        self.process.kill()
        self.process.join()
        self.process.close()


def how(code: int | None) -> str:
    """Return how a process ended, in words."""
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


class LocalPool:
    """Processes on this machine.  A context manager; leaving it ends them, also in the middle of their work."""

    def __init__(self, workers: int, judge: str = JUDGE):
        self.workers, self.judge = workers, judge
        self.seats: list[Seat] = []
        self.leaving_seats: list[Seat] = []
        self.terms: Terms
        self.version = ""
        self.leaving = ExitStack()

    def __enter__(self) -> "LocalPool":
        self.folder = self.leaving.enter_context(scratch())
        return self

    def __exit__(self, *exception: object) -> None:
        for seat in self.seats:
            with suppress(OSError):
                seat.process.terminate()
        while self.seats:
            self.seats.pop().leave(at_once=True)
        while self.leaving_seats:
            self.leaving_seats.pop().leave()
        self.leaving.close()

    def why_not(self, level: str) -> str:
        """Return why no process of this pool can grade at this level, '' if it can."""
        from gm_ref.grading.sandbox import levels

        return levels.why_not(level)

    def grades(self, terms: Terms, version: str, tasks: Iterable[Task]) -> Iterator[Grade]:
        """Yield the grade of each task, in the order in which they are done; take tasks only as they are needed.

        A process is started when the one before it is ready: together they would be ready later.  version goes into
        each grade but those that were given up, which a next run tries again.  BadInput if a process cannot start.
        """
        self.terms, self.version, rest = terms, version, iter(tasks)
        self.fill(rest)
        while self.seats:
            for seat in self.stirring():
                yield from self.answer(seat, rest)

    def fill(self, rest: Iterator[Task]) -> None:
        """Start one more process, if all that there are have started, and there is a seat and a task for it."""
        if len(self.seats) < self.workers and all(seat.ready for seat in self.seats) and (task := next(rest, None)):
            self.seats.append(self.seat(task))

    def seat(self, task: Task, tries: int = 1) -> Seat:
        """Start a process for a task."""
        spawn = get_context("spawn")
        ours, theirs = spawn.Pipe()
        with deaf_children():
            process = spawn.Process(
                target=serve, args=(theirs, self.judge, self.terms, self.folder), name="gm-ref judge"
            )
            process.start()
        theirs.close()
        return Seat(process, ours, task, time.monotonic() + START, tries)

    def stirring(self) -> list[Seat]:
        """Return the seats that have something to say, or have ended; end those that have been silent too long."""
        earliest = min(seat.deadline for seat in self.seats)
        watched = [watch for seat in self.seats for watch in (seat.pipe, seat.process.sentinel)]
        heard = wait(watched, max(0.0, earliest - time.monotonic()))
        for seat in self.seats:
            if not heard and seat.deadline <= time.monotonic():
                seat.process.kill()
        return [seat for seat in self.seats if seat.pipe in heard or seat.process.sentinel in heard]

    def answer(self, seat: Seat, rest: Iterator[Task]) -> Iterator[Grade]:
        """Do what a seat's message asks for; yield the grade if there is one."""
        kind, value = seat.hear()
        if kind == "ready":
            seat.ready = True
            seat.hand_over(self.terms)
            self.fill(rest)
        elif kind == "grade":
            yield replace(value, version=self.version)
            self.go_on(seat, next(rest, None))
        elif kind in ("failed", "died"):
            yield from self.replace(seat, value, rest)

    def go_on(self, seat: Seat, task: Task | None) -> None:
        """Give a seat its next task, or let it go."""
        if task is None:
            self.seats.remove(seat)
            self.leaving_seats.append(seat)
            seat.pipe.close()  # which ends the process, while others work or results are written
        else:
            seat.task, seat.tries = task, 1
            seat.hand_over(self.terms)

    def replace(self, seat: Seat, reason: str, rest: Iterator[Task]) -> Iterator[Grade]:
        """Start a new process for the task of one that ended; after a second try, give the task up."""
        self.seats.remove(seat)
        seat.leave(at_once=True)
        if not seat.ready:
            raise BadInput(f"A grading process cannot start ({reason}): grades already written are kept.")
        task: Task | None = seat.task
        if seat.tries > 1:
            yield given_up(self.terms, seat.task, reason)
            task = next(rest, None)
        if task is not None:
            self.seats.append(self.seat(task, tries=2 if task is seat.task else 1))


def serve(pipe: Connection, judge: str, terms: Terms, folder: str) -> None:
    """Grade what comes through the pipe until it closes: the main function of a process of the pool."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        with resolve_name(judge)(terms) as grader:
            pipe.send(("ready", None))
            while True:
                pipe.send(("grade", grader.grade(*pipe.recv())))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the run has ended, and somebody waits for us: tearing torch down takes half a second
    except Exception as error:
        with suppress(OSError):
            pipe.send(("failed", f"{type(error).__name__}: {error}"))
