"""What the tests of all checks share: the checks, the references, the bank and the accepted alternatives."""

from importlib import import_module

from gm_ref.course.paths import Rooms
from gm_ref.mistakes.core import bank
from gm_ref.syllabus import LESSONS

EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in lesson.exercises]
NAMES = [f"{lesson.stem}.{exercise.name}" for lesson, exercise in EXERCISES]
MISTAKES = [(lesson, mistake) for lesson in LESSONS for mistake in bank(lesson.stem)]
MISTAKE_NAMES = [f"{lesson.stem}.{m.exercise}.{m.id}" for lesson, m in MISTAKES]


def check_of(lesson, name):
    """Return the check of an exercise."""
    return getattr(import_module(f"gm_ref.checks.{lesson.stem}"), f"check_{name}")


def reference_of(lesson, name):
    """Return the reference of an exercise."""
    return getattr(import_module(f"gm_ref.{lesson.family}.{lesson.stem}"), name)


def alternatives_source(lesson):
    """Return all accepted alternatives of a lesson as the text of one cell, which has no tests to import."""
    sources = [(Rooms(lesson).alternatives / f"{e.name}.py").read_text("utf-8") for e in lesson.exercises]
    lines = [line for source in sources for line in source.partition("\nEQUIVALENT = {")[0].splitlines()]
    return "\n".join(line for line in lines if not line.startswith("from tests."))


def equivalents_of(lesson, name):
    """Return the mutants of an exercise that are known to be equivalent: the change -> the reason."""
    return getattr(import_module(f"tests.checks.alternatives.{lesson.stem}.{name}"), "EQUIVALENT", {})


def alternatives_of(lesson, name):
    """Return the accepted alternatives of an exercise: the functions called NAME__SOMETHING of its file."""
    module = import_module(f"tests.checks.alternatives.{lesson.stem}.{name}")
    return [f for key, f in vars(module).items() if key.startswith(f"{name}__")]
