"""What the laws look at: the files of the package and their syntax trees.

Laws import no lesson when they are collected: a module that is missing fails the one law that says so.
"""

import ast
from pathlib import Path

import pytest

from gm_ref.course.paths import Rooms
from gm_ref.course.places import built, missing, written_by_hand
from gm_ref.syllabus import LESSONS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gm_ref"
FILES = sorted(p for p in PACKAGE.rglob("*.py"))
IDS = [str(p.relative_to(ROOT)) for p in FILES]
TODO = "TODO"  # stands where gm-ref new left something to write
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in lesson.exercises]
by_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
by_exercise = pytest.mark.parametrize(
    "lesson, exercise", EXERCISES, ids=[f"{lesson.stem}.{exercise.name}" for lesson, exercise in EXERCISES]
)


def lacking(lesson):
    """Return the sentences on the places that a lesson lacks."""
    rooms = Rooms(lesson)
    return list(missing(rooms, [*written_by_hand(rooms), *built(rooms)]))


def require_whole(*lessons):
    """Skip a law that reads lessons where one lacks a place: test_a_lesson_has_all_its_places says what is missing."""
    for lesson in lessons:
        if lacking(lesson):
            pytest.skip(f"{lesson.id} lacks places, and a law of its own says which")


def require_written(lesson):
    """Skip a law on what the reference holds while it is the skeleton's: test_nothing_is_left_of_the_skeleton tells."""
    require_whole(lesson)
    if TODO in Rooms(lesson).answers.read_text("utf-8"):
        pytest.skip(f"{lesson.id} is not written yet, and a law of its own says what is to be written")


def place(path, line=None):
    """Return a file's path from the root, with the line where there is one, as editors follow it."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name


def parse(path):
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def functions(tree):
    """Return all functions of a tree, methods and inner ones included."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def body_lines(function):
    """Return how many lines a function's body has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def room(path):
    """Return the part of the house a file stands in: kit, checks, diffusion, ... or its own name at the top."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def imports(tree):
    """Return the modules of gm_ref that a tree imports, anywhere in the file."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{a.name}" for a in node.names]
    return [name for name in found if name.split(".")[0] == "gm_ref"]
