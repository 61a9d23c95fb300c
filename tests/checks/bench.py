"""What the tests of all checks share: the checks, the references, the bank and the accepted alternatives."""

import ast
from importlib import import_module

from gm_ref.course.paths import Rooms
from gm_ref.mistakes.core import bank
from gm_ref.syllabus import LESSONS
from tests.checks.found import check_of, reference_of  # noqa: F401 (for those who import all from here)

EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in lesson.exercises]
NAMES = [f"{lesson.stem}.{exercise.name}" for lesson, exercise in EXERCISES]
BANKS = [lesson for lesson in LESSONS if (Rooms(lesson).mistakes / "__init__.py").exists()]  # a law names the others
MISTAKES = [(lesson, mistake) for lesson in BANKS for mistake in bank(lesson.stem)]
MISTAKE_NAMES = [f"{lesson.stem}.{m.exercise}.{m.id}" for lesson, m in MISTAKES]


def alternatives_source(lesson):
    """Return all accepted alternatives of a lesson as the text of one cell, which has no tests to import."""
    trees = [ast.parse((Rooms(lesson).alternatives / f"{e.name}.py").read_text("utf-8")) for e in lesson.exercises]
    return "\n\n".join(ast.unparse(node) for tree in trees for node in tree.body if not is_only_of_tests(node))


def is_only_of_tests(node):
    """Say whether a statement of a file of alternatives means something among the tests alone."""
    imports = isinstance(node, ast.ImportFrom) and node.module.startswith("tests.")
    return imports or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EQUIVALENT")


def equivalents_of(lesson, name):
    """Return the mutants of an exercise that are known to be equivalent: the change -> the reason."""
    return getattr(import_module(f"tests.checks.alternatives.{lesson.stem}.{name}"), "EQUIVALENT", {})


def alternatives_of(lesson, name):
    """Return the accepted alternatives of an exercise: the functions called NAME__SOMETHING of its file."""
    module = import_module(f"tests.checks.alternatives.{lesson.stem}.{name}")
    return [f for key, f in vars(module).items() if key.startswith(f"{name}__")]
