"""The builder: stubs for learners, definitions for the solved notebook, the same bytes each time."""

import pytest
from nbgrader.nbgraderformat import MetadataValidator

from gm_ref.course.build import as_notebook_text
from gm_ref.course.excerpt import SourceError, definition, imported_names, stub
from gm_ref.course.notebooks import hints, learner_notebook, read_source, solved_notebook
from gm_ref.course.paths import Rooms
from gm_ref.syllabus import LESSONS
from tests.course.toy import rooms  # noqa: F401


def sources(notebook, kind="code"):
    return [c.source for c in notebook.cells if c.cell_type == kind]


def test_a_learner_gets_signature_docstring_and_an_error(rooms):
    cells = sources(learner_notebook(rooms))
    assert 'def double(x):\n    """Return 2 x."""\n    raise NotImplementedError' in cells
    assert not [c for c in cells if "x + x" in c or "return double" in c or "functools.cache" in c]


def test_the_solved_notebook_has_the_whole_definition_with_comments_and_decorators(rooms):
    cells = sources(solved_notebook(rooms))
    assert 'def double(x):\n    """Return 2 x."""\n    return x + x' in cells
    assert any(c.startswith("@functools.cache\ndef quadruple") and "# twice" in c for c in cells)


def test_given_code_is_whole_in_both(rooms):
    for notebook in (learner_notebook(rooms), solved_notebook(rooms)):
        assert 'def helper(x):\n    """Return x."""\n    return x' in sources(notebook)


def test_written_answers_reach_only_the_solved_notebook(rooms):
    answer = "Because two and two is four."
    assert answer in sources(solved_notebook(rooms), "markdown")
    assert not [c for c in sources(learner_notebook(rooms), "markdown") if answer in c]
    assert "*Write your answer here.*" in sources(learner_notebook(rooms), "markdown")


def test_hints_are_three_and_folded(rooms):
    assert hints(rooms)["double"] == ["A nudge.", "A formula $2x$,\n   on two lines.", "A sketch."]
    folded = [c for c in sources(learner_notebook(rooms), "markdown") if "<details>" in c]
    assert len(folded) == 2 and folded[0].count("<details>") == 3


def test_a_heading_says_difficulty_minutes_points_and_what_it_uses(rooms):
    text = "\n".join(sources(learner_notebook(rooms), "markdown"))
    assert "*Difficulty ●○○ · about 3 minutes · points: 2*" in text
    assert "uses your `double`" in text


def test_two_builds_give_the_same_bytes(rooms):
    assert as_notebook_text(learner_notebook(rooms)) == as_notebook_text(learner_notebook(rooms))


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("import double", "import dubble", "defines no function or class dubble"),
        ("check_quadruple(quadruple)", "pass", "the syllabus wants"),
        ("`double`: twice", "`treble`: thrice", "syllabus does not list"),
        ("from gm_ref.diffusion.toy import helper", "helper = 1", "must hold one"),
    ],
)
def test_a_source_that_cannot_be_built_says_why(rooms, old, new, message):
    rooms.source.write_text(rooms.source.read_text().replace(old, new))
    with pytest.raises(SourceError, match=message):
        learner_notebook(rooms)


def test_hints_that_are_not_three_are_refused(rooms):
    rooms.source.write_text(rooms.source.read_text().replace("# 3. A sketch.\n", ""))
    with pytest.raises(SourceError, match="three steps"):
        hints(rooms)


def test_a_missing_source_is_named(rooms):
    rooms.source.unlink()
    with pytest.raises(SourceError, match=r"98_toy\.py is missing"):
        read_source(rooms)


def test_an_exercise_without_docstring_is_refused(rooms):
    rooms.answers.write_text("def double(x):\n    return x + x\n")
    with pytest.raises(SourceError, match="no docstring"):
        stub(rooms.answers, "double")
    assert definition(rooms.answers, "double").endswith("return x + x")


def test_a_class_keeps_its_methods_signatures(tmp_path):
    path = tmp_path / "pool.py"
    path.write_text(
        'class Pool:\n    """A pool."""\n\n    def query(self, x):\n        """Return x."""\n        return x\n'
    )
    text = stub(path, "Pool")
    assert "def query(self, x):" in text and "raise NotImplementedError" in text and "return x\n" not in text
    compile(text, "stub", "exec")


def test_imports_in_brackets_are_read():
    cell = "from gm_ref.diffusion.toy import (\n    double,\n    quadruple,\n)"
    assert imported_names(cell) == ("gm_ref.diffusion.toy", ["double", "quadruple"])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_nbgraders_own_validator_accepts_the_learner_notebook(lesson):
    notebook = learner_notebook(Rooms(lesson))
    MetadataValidator().validate_nb(notebook)
    graded = [c.metadata["nbgrader"] for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert sum(g["points"] for g in graded) == sum(e.points for e in lesson.exercises)
