"""The judge: runs the checks, with a secret seed, on functions that live in another process."""

import hashlib
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

import numpy as np
import torch

from gm_ref.checks.core.check import SPECS, run
from gm_ref.desk.runner import STATUS
from gm_ref.grading.link import Broken, Lost, Worker, Zygote
from gm_ref.grading.record import Grade, Mark, Terms, nothing
from gm_ref.grading.remote import RemoteFunction
from gm_ref.syllabus import Exercise, Lesson, find_lesson

LARGEST = 20 << 20
MOST_CELLS = 10_000
LINES, LETTERS = 20, 500
ATTEMPTS = 6  # to load a notebook whose cells stall or end Python
ADVICE = {
    "did": "Look for a loop that never ends.",
    "ended": "Look for exit() or quit(), and for tensors that need more memory than there is.",
}


class Refused(Exception):
    """A notebook as a whole cannot be used; the text says why."""


class Submission:
    """A notebook in a worker; when the worker is lost, the next one goes round what lost it."""

    def __init__(self, zygote: Zygote, terms: Terms, file: str, notebook: bytes):
        self.zygote, self.terms, self.file, self.notebook = zygote, terms, file, notebook
        self.held: dict[str, int] = {}
        self.lost: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.functions: dict[str, RemoteFunction] = {}
        self.absent: dict[str, list[str]] = {}
        self.worker: Worker | None = None
        self.served: list[str] = []

    def load(self) -> None:
        """Start a worker with the notebook loaded; Refused where that cannot be done."""
        for _ in range(ATTEMPTS):
            self.close()
            self.worker = Worker(self.zygote)
            self.limit(self.terms.timeout)
            cell = 0
            try:
                answer = self.worker.ask(self.job())
                while "cell" in answer:
                    cell = number(answer["cell"])
                    answer = self.worker.receive()
                return self.take(answer)
            except Lost as lost:
                self.hold(cell, self.story(lost))
        raise Refused("Its cells cannot be loaded: too many of them stall or end Python.")

    def job(self) -> dict[str, Any]:
        """Return what a worker needs to load the notebook."""
        data = torch.from_numpy(np.frombuffer(self.notebook, np.uint8).copy())
        return {"file": self.file, "lesson": self.terms.lesson, "notebook": data, "held": self.held, "lost": self.lost}

    def hold(self, cell: int, story: str) -> None:
        """Remember that a cell lost its worker: its definitions alone are loaded next, then nothing of it."""
        if not cell:
            raise Refused(f"Reading the notebook {story}.")
        self.held[str(cell)] = self.held.get(str(cell), 0) + 1
        self.notes[str(cell)] = f"Cell {cell} {story}."

    def take(self, answer: dict[str, Any]) -> None:
        """Take over what the worker found in the notebook; Refused where it is of no use."""
        if "refused" in answer:
            raise Refused(str(answer["refused"])[:LETTERS])
        there, gone, notes = answer.get("functions"), answer.get("absent"), answer.get("notes")
        if not (isinstance(there, dict) and isinstance(gone, dict) and isinstance(notes, list)):
            raise Lost("answered what the judge does not accept: a list of exercises was expected")
        self.notes |= {note: note for note in texts(notes)}
        self.absent = {name: texts(told) for name, told in gone.items() if isinstance(told, list) and len(told) > 1}
        self.functions.clear()
        ours = [e.name for e in find_lesson(self.terms.lesson).exercises if e.name in there]
        self.functions |= {name: RemoteFunction(name, there[name], self) for name in ours}
        self.served = []

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask the worker."""
        assert self.worker is not None
        return self.worker.ask(question)

    def limit(self, seconds: float) -> None:
        """Set the deadline of what comes next."""
        assert self.worker is not None
        self.worker.channel.deadline = time.monotonic() + seconds

    def story(self, lost: Lost) -> str:
        """End the worker and return what happened, to follow a name."""
        how, text = self.close(), str(lost)
        if text == "ended":
            return f"ended Python ({how})" if how else "closed its connection"
        return f"did not finish within {self.terms.timeout:g} s" if text == "did not finish in time" else text

    def close(self) -> str:
        """End the worker, if there is one, and return how it had ended by itself."""
        worker, self.worker = self.worker, None
        return worker.close() if worker else ""


class Judge:
    """Grades notebooks of one lesson, one at a time, under fixed terms.  Use it in a with statement."""

    def __init__(self, terms: Terms):
        self.terms = terms
        self.lesson: Lesson = find_lesson(terms.lesson)
        self.zygote: Zygote | None = None
        import_module(f"gm_ref.checks.{self.lesson.stem}")

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote."""
        zygote, self.zygote = self.zygote, None
        if zygote:
            zygote.close()

    def grade(self, student: str, file: str, notebook: bytes) -> Grade:
        """Return the grade of one notebook; nothing that a submission does is raised, Broken where we cannot work."""
        began = time.perf_counter()
        try:
            marks, notes = self.twice(file, notebook)
        except Refused as refusal:
            marks, notes = nothing(self.lesson.id, "error", str(refusal)), (str(refusal),)
        terms, digest = self.terms, hashlib.sha256(notebook).hexdigest()
        seconds = round(time.perf_counter() - began, 3)
        return Grade(student, terms.lesson, file, digest, terms.level, terms.fingerprint, marks, notes, seconds)

    def twice(self, file: str, notebook: bytes) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """Return marks and notes, with a new zygote where the first one is lost; Refused where both are."""
        for _ in range(2):
            try:
                return self.marks(file, notebook)
            except Broken:
                self.close()
        self.ready()  # a machine that cannot start one at all says so: Broken
        raise Refused("It ends the process that starts workers: nothing of it can be judged.")

    def marks(self, file: str, notebook: bytes) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """Return a mark for each exercise, and notes on the notebook; Refused where it cannot be used."""
        if len(notebook) > LARGEST:
            raise Refused(
                f"{file} has {len(notebook) >> 20} MiB; a notebook may have {LARGEST >> 20}: clear its outputs."
            )
        submission = Submission(self.ready(), self.terms, file, notebook)
        try:
            submission.load()
            marks = tuple(self.mark(submission, exercise) for exercise in self.lesson.exercises)
            return marks, tuple(submission.notes.values())
        finally:
            with suppress(Broken):
                submission.close()

    def ready(self) -> Zygote:
        """Return the zygote, started if there is none."""
        if self.zygote is None:
            self.zygote = Zygote(self.terms.level)
        return self.zygote

    def mark(self, submission: Submission, exercise: Exercise) -> Mark:
        """Return the mark of one exercise; one that fails in a used worker is judged again in a fresh one."""
        try:
            mark = self.judged(submission, exercise)
            if mark.status in ("fail", "error") and submission.worker and len(submission.served) > 1:
                submission.load()
                mark = self.judged(submission, exercise)
            return mark
        except Refused as refusal:
            return as_mark(
                exercise, "error", f"{exercise.name}: the notebook could not be loaded again", [str(refusal)]
            )

    def judged(self, submission: Submission, exercise: Exercise) -> Mark:
        """Return the mark of one exercise as the worker at hand serves it."""
        began, name = time.perf_counter(), exercise.name
        if submission.worker is None:
            submission.load()
        if name not in submission.functions:
            status, headline, *lines = submission.absent.get(name, ["error", f"{name}: not defined"])
            return as_mark(exercise, status if status == "missing" else "error", headline, lines)
        submission.served.append(name)
        submission.limit(self.terms.timeout)
        try:
            verdict = run(SPECS[self.lesson.stem, name], submission.functions[name], self.terms.seed)
        except Lost as lost:
            story = submission.story(lost)
            submission.lost[name] = f"{name} {story}"
            return as_mark(exercise, "error", f"{name}: {story}", [ADVICE.get(story.split()[0], "")])
        except Exception as error:  # a check met a value that it did not expect; it cost this exercise only
            line = f"{type(error).__name__}: {str(error)[:200]}"
            return as_mark(exercise, "error", f"{name}: the check could not finish", [line])
        status = STATUS.get(verdict.status, "fail")
        said = ("Its cell still raises NotImplementedError.",) if status == "missing" else verdict.lines
        mark = as_mark(exercise, status, verdict.headline, said, verdict.mistake)
        return Mark(**{**vars(mark), "seconds": round(time.perf_counter() - began, 3)})


def number(value: Any) -> int:
    """Return a cell's number as a worker tells it, or raise Lost."""
    if type(value) is not int or not 0 < value < MOST_CELLS:
        raise Lost("answered what the judge does not accept: the number of a cell was expected")
    return value


def texts(values: list) -> list[str]:
    """Return what a worker says as a few short texts."""
    return [str(value)[:LETTERS] for value in values[:LINES]]


def as_mark(exercise: Exercise, status: str, headline: str, lines: Any, mistake: str | None = None) -> Mark:
    """Return the mark of one exercise: all points or none."""
    points = exercise.points if status == "pass" else 0
    shown = tuple(line for line in lines if line and not line.startswith("Every property"))
    return Mark(exercise.name, points, exercise.points, status, mistake, headline, shown)
