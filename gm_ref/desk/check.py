"""Check a submission in a child process, and start another one where a learner's code ended or stalled the first.

The parent never runs a line of the notebook.  What stalls or ends the child costs its own step only: a cell is then
run for its definitions alone, then not at all; an exercise is told, and replaced for the exercises that use it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gm_ref.desk.saved_notebook import SavedNotebook

START = 180.0  # seconds to import torch in, on a machine with other work
ROOT = Path(__file__).parents[2]


class CannotStart(RuntimeError):
    """The child ended before it ran anything of the learner's; the text says why."""


@dataclass
class Outcome:
    """What came of one exercise; status is pass, fail, error or missing, lines are what a learner reads.

    mistake: the id of a known mistake or convention.  reading: what a result without a name looks like.
    """

    status: str
    headline: str
    lines: list[str] = field(default_factory=list)
    mistake: str | None = None
    reading: str | None = None
    seconds: float = 0.0

    @property
    def message(self) -> str:
        """Return the verdict as one text."""
        return "\n".join([self.headline, *(f"  {line}" for line in self.lines)])


@dataclass
class Plan:
    """What is still to do: cells (number -> run whole?), exercises, and what is known already."""

    submission: SavedNotebook
    seed: int
    timeout: float
    cells: dict[int, bool]
    exercises: list[str]
    lost: dict[str, str]
    outcomes: dict[str, Outcome]
    notes: dict[int, str]

    def job(self) -> dict[str, Any]:
        """Return the job for a new child."""
        cells = [
            {"number": cell.number, "source": cell.source, "whole": self.cells[cell.number]}
            for cell in self.submission.cells
            if cell.number in self.cells
        ]
        todo = [name for name in self.exercises if name not in self.outcomes]
        stem = self.submission.lesson.stem
        return {"stem": stem, "seed": self.seed, "cells": cells, "lost": self.lost, "exercises": todo}

    def give_up(self, step: Any, reason: str) -> None:
        """Note that the child came to its end in this step, so that the next one goes round it."""
        if step in self.cells:
            self.notes[step] = f"Cell {step} {reason}."
            if not self.cells.pop(step):
                return
            self.cells[step] = False
            return
        todo = [name for name in self.exercises if name not in self.outcomes]
        name = step if step in todo else todo[0]
        seconds = self.timeout if "within" in reason else 0.0
        self.outcomes[name] = Outcome("error", f"{name}: {reason}", [ADVICE[reason.split()[0]]], seconds=seconds)
        self.lost[name] = f"{name} {reason}"


ADVICE = {
    "did": "Look for a loop that never ends; --timeout gives slow code more seconds.",
    "ended": "Look for exit() or quit(), and for tensors that need more memory than there is.",
}


def check_all(
    submission: SavedNotebook, exercises: list[str], seed: int, timeout: float, tell: Callable[[str], None]
) -> tuple[dict[str, Outcome], list[str]]:
    """Return exercise -> outcome, in the order asked for, and notes on cells that gave trouble.

    seed goes to the checks; timeout is in seconds of wall time for each exercise and each cell; tell hears which
    step begins.  Raises CannotStart.
    """
    if os.name == "nt":
        raise CannotStart("gm-ref check needs Linux, macOS or WSL: run the check cells in the notebook.")
    plan = first_plan(submission, exercises, seed, timeout)
    while len(plan.outcomes) < len(exercises):
        with child(plan.job(), submission.path.parent) as (process, connection):
            step, reason = follow(plan, process, connection, tell)
        if step == "start":
            raise CannotStart(reason)
        if reason:
            plan.give_up(step, reason)
    return {name: plan.outcomes[name] for name in exercises}, [*submission.notes, *plan.notes.values()]


def first_plan(submission: SavedNotebook, exercises: list[str], seed: int, timeout: float) -> Plan:
    """Return the plan before anything was run: what reading the notebook showed is known."""
    outcomes = {name: unread(submission, name) for name in exercises if name in submission.broken}
    cells = {cell.number: cell.number in submission.whole for cell in submission.cells}
    return Plan(submission, seed, timeout, cells, exercises, dict(submission.broken), outcomes, {})


def unread(submission: SavedNotebook, name: str) -> Outcome:
    """Return the outcome of an exercise that no readable cell defines."""
    if name in submission.unwritten:
        return Outcome("missing", f"{name}: not in this notebook", [submission.broken[name]])
    return Outcome("error", f"{name}: its cell cannot be read", [submission.broken[name]])


@contextmanager
def child(job: dict[str, Any], folder: Path) -> Iterator[tuple[subprocess.Popen, Connection]]:
    """Start a child on a job, in the notebook's folder and a process group of its own; end the group after use."""
    reads, writes = os.pipe()
    command = [sys.executable, "-P", "-m", "gm_ref.desk.runner", str(writes)]
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    changes = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1", "TQDM_DISABLE": "1"}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[writes],
        cwd=folder,
        env={**os.environ, **changes, "MPLBACKEND": "Agg"},
        start_new_session=True,
    )
    os.close(writes)
    try:
        with Connection(reads, writable=False) as connection:
            hand_over(process, job)
            yield process, connection
    finally:
        end(process)


def hand_over(process: subprocess.Popen, job: dict[str, Any]) -> None:
    """Write the job to the child's standard input; a child that is gone already is noticed later."""
    try:
        process.stdin.write(json.dumps(job).encode())  # type: ignore[union-attr]
        process.stdin.close()  # type: ignore[union-attr]
    except BrokenPipeError:
        pass


def end(process: subprocess.Popen) -> None:
    """Kill the child with all it has started, and let go of its pipes."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # all have ended; macOS says the second
    process.wait()
    for pipe in (process.stdin, process.stderr):
        if pipe and not pipe.closed:
            pipe.close()


def follow(plan: Plan, process: subprocess.Popen, connection: Connection, tell: Callable) -> tuple[Any, str]:
    """Listen to a child until it is done or is no use; return the last step and the reason, '' when it is done."""
    step: Any = "start"
    while True:
        message = listen(connection, START if step == "start" else plan.timeout)
        if message is None:
            return step, why(process, step, plan.timeout)
        if message.get("end") == "all":
            return "all", ""
        if "outcome" in message:
            plan.outcomes[message["end"]] = as_outcome(message["end"], message["outcome"])
        step = message.get("begin", step)
        tell(f"cell {step}" if step in plan.cells else str(step))


def listen(connection: Connection, seconds: float) -> dict[str, Any] | None:
    """Return the child's next message, or None when it says nothing for so long or has ended."""
    try:
        return json.loads(connection.recv_bytes()) if connection.poll(seconds) else None
    except (EOFError, OSError, ValueError):
        return None


def why(process: subprocess.Popen, step: Any, timeout: float) -> str:
    """Return why a child came to its end, as the words that follow the step's name."""
    try:
        code = process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return f"did not finish within {timeout:g} s"
    if step == "start":
        lines = process.stderr.read().decode(errors="replace").strip().splitlines()  # type: ignore[union-attr]
        return f"the checks could not be started: {lines[-1] if lines else f'exit code {code}'}"
    cause = signal.strsignal(-code) if code < 0 else f"exit code {code}"
    return f"ended Python ({cause})"


def as_outcome(name: str, raw: dict[str, Any]) -> Outcome:
    """Return an outcome as the child told it."""
    return Outcome(**{**raw, "headline": raw["headline"] or f"{name}: the check could not finish"})
