"""Every public function says what it does; every answer says shapes and source, since its docstring is the exercise."""

import ast
import inspect
import re

import pytest

from gm_ref.syllabus import LESSONS
from tests.checks.bench import EXERCISES, NAMES, reference_of
from tests.laws.tree import FILES, IDS, PACKAGE, functions, parse, room

DOCUMENTED = [p for p in FILES if room(p) != "mistakes"]
WIDTH = 100  # columns that JupyterLab shows of a cell beside its list of files, in a window of 1280 pixels
SHAPE = re.compile(r"\([A-Z]?[a-z]?[^()]*\)")
SOURCE = re.compile(r"[A-Z][\w'.-]+ (and [A-Z]\w+ )?(et al\. )?\(?(19|20)\d\d")


@pytest.mark.parametrize(
    "path", [p for p in FILES if room(p) != "mistakes"], ids=[i for i in IDS if "/mistakes/" not in i]
)
def test_public_functions_have_docstrings(path):
    tree = parse(path)
    public = [f for f in functions(tree) if not f.name.startswith("_") and f.col_offset <= 4]
    inner = {id(g) for f in functions(tree) for g in ast.walk(f) if g is not f}
    missing = [f.name for f in public if id(f) not in inner and not ast.get_docstring(f)]
    assert not missing


@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_an_exercise_states_shapes_and_a_source(lesson, exercise):
    text = inspect.getdoc(reference_of(lesson, exercise.name)) or ""
    in_place = "in place" in text
    assert SHAPE.search(text) or in_place, "say the shapes"
    assert SOURCE.search(text), "name the paper or the book, with the year"


@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_an_exercises_text_is_not_cut_off_on_the_page(lesson, exercise):
    too_wide = [line for line in reference_of(lesson, exercise.name).__doc__.splitlines() if len(line) > WIDTH]
    assert not too_wide


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_public_functions_of_answers_are_exercises_or_documented(lesson):
    tree = parse(PACKAGE / lesson.family / f"{lesson.stem}.py")
    names = {f.name for f in tree.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")}
    assert {e.name for e in lesson.exercises} <= names
