"""No statement of an answer stands in what learners get: not in code, not in prose, not in the frozen data."""

import ast
import re

import nbformat
import pytest

from gm_ref.course.house import Rooms
from gm_ref.syllabus import LESSONS
from tests.laws.tree import parse

SHORTEST = 14  # characters of a statement, spaces not counted, below which it says nothing (such as `return x`)


def squeezed(text):
    """Return text without white space and quotes' kind, so that formatting hides nothing."""
    return re.sub(r"\s+", "", text).replace("'", '"')


def statements(rooms):
    """Return the statements of all exercises of a lesson, docstrings left out."""
    names = {e.name for e in rooms.lesson.exercises}
    bodies = [node.body[1:] for node in parse(rooms.answers).body if getattr(node, "name", None) in names]
    nodes = [n for body in bodies for top in body for n in ast.walk(top) if isinstance(n, ast.stmt)]
    simple = [n for n in nodes if not isinstance(n, ast.If | ast.For | ast.While | ast.With | ast.FunctionDef)]
    texts = {squeezed(ast.unparse(n)) for n in simple if not isinstance(n, ast.Raise)}
    return {text for text in texts if len(text) >= SHORTEST}


def leaks(text, answers):
    """Return the statements that stand in a text."""
    tight = squeezed(text)
    return sorted(s for s in answers if s in tight)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_no_answer_in_a_learner_notebook(lesson):
    rooms = Rooms(lesson)
    later = [Rooms(other) for other in LESSONS if other.number >= lesson.number]
    answers = set().union(*(statements(r) for r in later))
    notebook = nbformat.read(rooms.learner, as_version=4)
    text = "\n".join(normal(cell) for cell in notebook.cells)
    assert not leaks(text, answers)
    assert not leaks(rooms.frozen.read_text("utf-8"), answers)
    assert not [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]


def normal(cell):
    """Return a cell's text, code both as written and as Python would print it."""
    if cell.cell_type != "code":
        return cell.source
    return cell.source + "\n" + ast.unparse(ast.parse(re.sub(r"^[%!].*$", "", cell.source, flags=re.MULTILINE)))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_the_leak_test_can_fail(lesson):
    rooms = Rooms(lesson)
    solved = nbformat.read(rooms.solved, as_version=4)
    assert leaks("\n".join(normal(cell) for cell in solved.cells), statements(rooms))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_written_answers_stay_in_the_solved_notebook(lesson):
    rooms = Rooms(lesson)
    solved = nbformat.read(rooms.solved, as_version=4)
    written = [c.source for c in solved.cells if "solution" in c.metadata.get("tags", [])]
    learner = rooms.learner.read_text("utf-8")
    assert written, "each lesson ends with questions whose answers are written"
    assert not [text for text in written if text[:40] in learner]
