"""What grading hands on: the terms of a run, a mark for each exercise, a grade for each notebook.  All plain values."""

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

from gm_ref.syllabus import find_lesson

LEVELS = ("L1", "L2", "L3")
LARGEST = 20 << 20  # bytes of a notebook; outputs make one large, and they are not graded


class Refused(Exception):
    """A notebook as a whole cannot be used; the text says why."""


@dataclass(frozen=True)
class Terms:
    """What holds for a whole run: lesson id, secret seed, sandbox level, seconds of wall time for each exercise."""

    lesson: str
    seed: int
    level: str
    timeout: float = 10.0

    @property
    def fingerprint(self) -> str:
        """Return eight letters that tell two seeds apart and do not give the seed away."""
        return hashlib.sha256(f"gm_ref {self.lesson} {self.seed}".encode()).hexdigest()[:8]

    def seed_for(self, exercise: str) -> int:
        """Return an exercise's own seed: else the inputs of one would be expected values of another."""
        digest = hashlib.sha256(f"gm_ref {self.lesson} {self.seed} {exercise}".encode()).digest()
        return int.from_bytes(digest[:7], "big")


@dataclass(frozen=True)
class Mark:
    """One exercise of one notebook.

    status is pass, fail, error or missing; mistake is the id of a named mistake or convention; headline and lines
    are the sentences that a learner would have read.  Their text may come from the submission: escape it.
    """

    exercise: str
    points: int
    out_of: int
    status: str
    mistake: str | None = None
    headline: str = ""
    lines: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Grade:
    """One student's notebook, graded.

    student is the name the folder gave, file the notebook's path below the submissions, sha256 of its bytes.
    marks holds every exercise of the lesson in its order, also where the notebook could not be used at all; notes
    are sentences on the notebook as a whole (cells that cannot be read, why it could not be used).
    """

    student: str
    lesson: str
    file: str
    sha256: str
    level: str
    seed: str
    marks: tuple[Mark, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    version: str = field(default="")

    @property
    def points(self) -> int:
        """Return the points earned."""
        return sum(mark.points for mark in self.marks)

    @property
    def out_of(self) -> int:
        """Return the points there were to earn."""
        return sum(mark.out_of for mark in self.marks)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Grade":
        """Return the grade that as_json wrote; KeyError or TypeError where raw is something else."""
        marks = tuple(Mark(**{**mark, "lines": tuple(mark["lines"])}) for mark in raw["marks"])
        return cls(**{**raw, "marks": marks, "notes": tuple(raw["notes"])})


def nothing(lesson: str, status: str, headline: str) -> tuple[Mark, ...]:
    """Return a mark of no points for every exercise of a lesson, all with one status and headline."""
    exercises = find_lesson(lesson).exercises
    return tuple(Mark(e.name, 0, e.points, status, headline=headline) for e in exercises)
