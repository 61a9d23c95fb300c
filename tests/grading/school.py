"""Made-up grades of lesson 31 and made-up folders of submissions, for the tests of what is read in and written out."""

import os

from gm_ref.grading.judging.record import Grade, Mark, Terms, nothing
from gm_ref.syllabus import find_lesson

LESSON = find_lesson("31_ddpm")
TERMS = Terms(LESSON.id, 5, "L2")
VERSION = "1.2"
SHA = "ab" * 32


def mark(exercise, status="pass", mistake=None, lines=()):
    """Return a mark of an exercise with full points or none."""
    points = exercise.points if status == "pass" else 0
    headline = f"{exercise.name}: {'right' if status == 'pass' else 'not right yet'}"
    return Mark(exercise.name, points, exercise.points, status, mistake, headline, tuple(lines), 0.25)


def graded(student, changes=None, notes=()):
    """Return a grade in which all passes but the changes, exercise name -> arguments of mark."""
    changes = changes or {}
    marks = tuple(mark(e, *changes.get(e.name, ())) for e in LESSON.exercises)
    return Grade(
        student, LESSON.id, f"{student}.ipynb", SHA, "L2", TERMS.fingerprint, marks, tuple(notes), 1.0, VERSION
    )


def not_graded(student, sentence):
    """Return the grade of a notebook that could not be used."""
    marks = nothing(LESSON.id, "error", "not graded: there is no notebook that can be used")
    return Grade(student, LESSON.id, "", "", "L2", TERMS.fingerprint, marks, (sentence,), 0.0, VERSION)


def lay(folder, *files):
    """Write small files, each with its own path as text, and return the folder."""
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(file))
    return folder
