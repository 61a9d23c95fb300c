"""One submission as the judge sees it: a worker with the notebook loaded, and another one when that is lost."""

import time
from typing import Any

import numpy as np
import torch

from gm_ref.grading.judging.record import Refused, Terms
from gm_ref.grading.sandbox.zygote_client import Zygote
from gm_ref.grading.talk.link import Lost, Worker
from gm_ref.grading.talk.remote import RemoteFunction
from gm_ref.syllabus import find_lesson

MOST_CELLS = 10_000
LINES, LETTERS = 20, 500
ATTEMPTS = 6  # to load a notebook whose cells stall or end Python


class Submission:
    """A notebook in a worker; when the worker is lost, the next one goes round what lost it."""

    def __init__(self, zygote: Zygote, terms: Terms, file: str, notebook: bytes):
        self.zygote, self.terms, self.file, self.notebook = zygote, terms, file, notebook
        self.lesson = find_lesson(terms.lesson)
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
        ours = [e.name for e in self.lesson.exercises if e.name in there]
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
        worker, self.worker, text = self.worker, None, str(lost)
        how = worker.how() if worker else ""
        if text == "ended":
            return f"ended Python ({how})" if how else "closed its connection"
        return f"did not finish within {self.terms.timeout:g} s" if text == "did not finish in time" else text

    def close(self) -> None:
        """End the worker, if there is one."""
        worker, self.worker = self.worker, None
        if worker:
            worker.close()


def number(value: Any) -> int:
    """Return a cell's number as a worker tells it, or raise Lost."""
    if type(value) is not int or not 0 < value < MOST_CELLS:
        raise Lost("answered what the judge does not accept: the number of a cell was expected")
    return value


def texts(values: list) -> list[str]:
    """Return what a worker says as a few short texts."""
    return [str(value)[:LETTERS] for value in values[:LINES]]
