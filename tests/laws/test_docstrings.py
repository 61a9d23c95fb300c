"""Every public function says what it does; every answer says shapes and source, since its docstring is the exercise."""

import ast
import re

import pytest

from gm_ref.course.excerpt import find
from gm_ref.course.paths import Rooms
from tests.laws.tree import FILES, by_exercise, by_lesson, functions, parse, place, require_whole, room

DOCUMENTED = [p for p in FILES if room(p) != "mistakes"]  # a docstring there is the sentence that a learner reads
WIDTH = 100  # columns that JupyterLab shows of a cell beside its list of files, in a window of 1280 pixels
SIZE = re.compile(r"\*|\d+|\d*[A-Z]\w?")  # of one axis: any, a number, B or T; an argument's name is one too
SOURCE = re.compile(r"[A-Z][\w'.-]+ (and [A-Z]\w+ )?(et al\. )?\(?(19|20)\d\d")


@pytest.mark.parametrize("path", DOCUMENTED, ids=place)
def test_public_functions_have_docstrings(path):
    tree = parse(path)
    public = [f for f in functions(tree) if not f.name.startswith("_") and f.col_offset <= 4]
    inner = {id(g) for f in functions(tree) for g in ast.walk(f) if g is not f}
    bare = [f"{place(path, f.lineno)} {f.name}" for f in public if id(f) not in inner and not ast.get_docstring(f)]
    assert not bare, f"these say not what they do: {bare}"


def states_a_shape(text, arguments=()):
    """Say whether a text holds a shape such as (B,), (B, D), (B, *), (B, C, H/2, W/2), or says scalar or number."""
    brackets = re.findall(r"\(([^()]+)\)", text)
    return any(is_shape(inside, arguments) for inside in brackets) or bool(re.search(r"\b(scalar|number)\b", text))


def is_shape(inside, arguments):
    """Say whether what stands between brackets is sizes with commas, not all of them numbers: (0, 1) is a range."""
    sizes = [size.strip() for size in inside.split(",") if size.strip()]
    terms = [term for size in sizes for term in re.split(r"[\s/+-]+", size)]
    known = all(SIZE.fullmatch(term) or term in arguments for term in terms)
    return known and ("," in inside or inside == "*") and not all(size.isdigit() for size in sizes)


@by_exercise
def test_an_exercise_states_shapes_and_a_source(lesson, exercise):
    require_whole(lesson)
    path = Rooms(lesson).answers
    node = find(path, exercise.name)[1]
    text, where = " ".join((ast.get_docstring(node) or "").split()), f"{place(path, node.lineno)} {exercise.name}"
    arguments = {a.arg for a in node.args.args} if isinstance(node, ast.FunctionDef) else ()
    assert states_a_shape(text, arguments) or "in place" in text, (
        f"{where} states no shape: say (B,), (B, D), scalar or number"
    )
    assert SOURCE.search(text), f"{where} names no source: say the paper or the book, with the year"


@pytest.mark.parametrize(
    "text", "x (B, D)|(B,)|(T,)|(B, *)|D* (*)|(B, 4 C, H/2, W/2)|(dim, 1)|a scalar|a number".split("|")
)
def test_a_shape_is_known_when_it_is_one(text):
    assert states_a_shape(text, {"dim"})


@pytest.mark.parametrize("text", ["(at all)", "(Ho 2020)", "(Ho 2020, eq. 4)", "in (0, 1)", "numbers", "(see, for it)"])
def test_other_brackets_are_no_shape(text):
    assert not states_a_shape(text, {"dim"})


@by_exercise
def test_an_exercises_text_is_not_cut_off_on_the_page(lesson, exercise):
    require_whole(lesson)
    path = Rooms(lesson).answers
    text, node = find(path, exercise.name)
    doc = node.body[0]
    shown = enumerate(text.splitlines()[doc.lineno - 1 : doc.end_lineno], start=doc.lineno)
    wide = [f"{place(path, number)} is {len(line)} columns wide" for number, line in shown if len(line) > WIDTH]
    assert not wide, f"{'; '.join(wide)}; the page shows {WIDTH}"


@by_lesson
def test_public_functions_of_answers_are_exercises_or_documented(lesson):
    require_whole(lesson)
    path = Rooms(lesson).answers
    public = {n.name: n for n in parse(path).body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name[0] != "_"}
    exercises = {e.name for e in lesson.exercises}
    assert exercises <= public.keys(), f"{place(path)} lacks {exercises - public.keys()}, which the syllabus lists"
    bare = [f"{place(path, n.lineno)} {name}" for name, n in public.items() if not ast.get_docstring(n)]
    assert not bare, f"these are neither exercises with a text nor documented: {bare}"
