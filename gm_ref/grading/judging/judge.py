"""The judge: runs the checks, with a secret seed, on functions that live in another process.

Torch is imported here, in the judge's own process, while the zygote imports it in another.
"""

import hashlib
import time
from contextlib import suppress
from importlib import import_module

from gm_ref.grading.judging.record import LARGEST, Grade, Mark, Refused, Terms, nothing
from gm_ref.grading.sandbox.zygote_client import Broken, Zygote
from gm_ref.syllabus import Lesson, find_lesson


class Judge:
    """Grades notebooks of one lesson, one at a time, under fixed terms.  Use it in a with statement."""

    def __init__(self, terms: Terms, zygote: Zygote | None = None):
        self.terms = terms
        self.lesson: Lesson = find_lesson(terms.lesson)
        self.zygote: Zygote | None = zygote or Zygote(terms.level, terms.lesson)
        import_module(f"gm_ref.checks.{self.lesson.stem}")
        import_module("gm_ref.grading.judging.marking")

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
        self.ready().wait()  # a machine that cannot start one at all says so: Broken
        raise Refused("It ends the process that starts workers: nothing of it can be judged.")

    def marks(self, file: str, notebook: bytes) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """Return a mark for each exercise, and notes on the notebook; Refused where it cannot be used."""
        if len(notebook) > LARGEST:
            size, most = len(notebook) >> 20, LARGEST >> 20
            raise Refused(f"{file} has {size} MiB; a notebook may have {most}: clear its outputs.")
        from gm_ref.grading.judging.marking import Submission, mark

        submission = Submission(self.ready(), self.terms, file, notebook)
        try:
            submission.load()
            marks = tuple(mark(submission, exercise) for exercise in self.lesson.exercises)
            return marks, tuple(submission.notes.values())
        finally:
            with suppress(Broken):
                submission.close()

    def ready(self) -> Zygote:
        """Return the zygote, started if there is none."""
        if self.zygote is None:
            self.zygote = Zygote(self.terms.level, self.terms.lesson)
        return self.zygote
