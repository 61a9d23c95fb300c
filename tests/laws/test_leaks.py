"""No statement of an answer or a mistake and no written solution stands in what learners get, whichever file it is."""

import json

import nbformat
import pytest

from gm_ref.course import leaks
from gm_ref.course.paths import ROOT, Rooms
from gm_ref.course.release_contents import contents
from gm_ref.syllabus import LESSONS
from tests.laws.tree import by_lesson, require_whole, require_written


@pytest.fixture(autouse=True)
def whole():
    """The search for leaks reads all lessons."""
    require_whole(*LESSONS)


@by_lesson
def test_nothing_leaks_from_a_release_of_one_lesson(lesson):
    assert not [str(leak) for leak in leaks.leaks(contents([lesson], ROOT))]


def test_nothing_leaks_from_a_release_of_all():
    assert not [str(leak) for leak in leaks.leaks(contents(LESSONS, ROOT))]


@by_lesson
def test_the_fence_finds_a_solved_notebook(lesson):
    require_written(lesson)
    solved = {f"notebooks/{lesson.id}.ipynb": Rooms(lesson).solved.read_bytes()}
    kinds = {leak.secret for leak in leaks.leaks(solved)}
    assert kinds >= {f"a statement of an answer of {lesson.id}", f"a written solution of {lesson.id}"}


@by_lesson
def test_the_fence_finds_the_references_and_the_mistakes(lesson):
    require_written(lesson)
    rooms = Rooms(lesson)
    secret = {rooms.answers: leaks.answers(rooms)} | dict.fromkeys(
        rooms.mistakes.glob("[!_]*.py"), leaks.mistakes(rooms)
    )
    for path in [rooms.answers, *(rooms.mistakes / f"{e.name}.py" for e in lesson.exercises)]:
        found = {leak.text for leak in leaks.leaks({f"gm_ref/checks/{lesson.stem}/x.py": path.read_bytes()})}
        assert found & secret[path]


@by_lesson
def test_each_lesson_has_secrets_of_each_kind(lesson):
    require_written(lesson)
    rooms = Rooms(lesson)
    told = f"{lesson.id}: the search for leaks finds fewer {{}} than it should: are all exercises written?"
    assert len(leaks.answers(rooms)) >= len(lesson.exercises), told.format("statements of answers")
    assert len(leaks.mistakes(rooms)) >= 5 * len(lesson.exercises), told.format("statements of mistakes")
    assert leaks.written(rooms), "each lesson ends with questions whose answers are written"


@by_lesson
def test_a_learner_notebook_has_no_outputs(lesson):
    notebook = nbformat.read(Rooms(lesson).learner, as_version=4)
    assert not [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]


def test_a_lesson_is_given_earlier_answers_and_no_others():
    early, own, late = (Rooms(LESSONS[i]) for i in (0, 1, -1))
    (secret,) = sorted(leaks.answers(early))[:1]
    file = f"notebooks/{own.lesson.id}.ipynb"
    assert not list(leaks.leaks({file: json.dumps({"source": [secret]}).encode()}))
    assert list(leaks.leaks({"gm_ref/kit/plot.py": secret.encode()})), "what belongs to no lesson is given nothing"
    for rooms in (own, late):
        secret = max(leaks.answers(rooms) - leaks.IDIOMS, key=len)
        (leak,) = leaks.leaks({file: json.dumps({"source": ["x = 1\n", secret]}).encode()})
        assert leak.text == secret and leak.file == file


def test_idioms_are_excused_only_outside_of_lessons():
    idiom = b"optimizer.zero_grad()"
    assert not list(leaks.leaks({"gm_ref/kit/train.py": idiom}))
    assert list(leaks.leaks({"notebooks/11_minimax.ipynb": idiom}))
