"""What the tests of all checks share: the checks, the references, the bank and the accepted alternatives."""

from importlib import import_module

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


def alternatives_of(lesson, name):
    """Return the accepted alternatives of an exercise: the functions called NAME__SOMETHING of its module."""
    module = import_module(f"tests.checks.alternatives.{lesson.stem}")
    return [f for key, f in vars(module).items() if key.startswith(f"{name}__")]
