"""The builder: stubs for learners, definitions for the solved notebook, the same bytes each time."""

import re

import pytest
from nbgrader.nbgraderformat import MetadataValidator

from gm_ref.course.build import as_notebook_text
from gm_ref.course.excerpt import SourceError, definition, imported_names, stub
from gm_ref.course.notebooks import badge, hints, learner_notebook, read_source, solved_notebook
from gm_ref.course.paths import Rooms
from gm_ref.syllabus import LESSONS, Exercise
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
    assert len(folded) == 6 and all(c.count("<details>") == 1 for c in folded), "who opens one sees no other"


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
        ("check_quadruple(quadruple)", "pass", "exercise quadruple has no check"),
        ("check_quadruple(quadruple)", "check_triple(quadruple)", "syllabus does not list"),
        ('tags=["figure",', 'tags=["picture",', "tag 'picture', which is unknown; there are setup"),
        ('tags=["figure",', 'tags=["figure", "task",', "the tags figure, task; give it one of them"),
        ('[markdown] tags=["recap"]', 'tags=["recap"]', "a code cell has the tag 'recap', which belongs on a markdown"),
        ('predicted("four")', "pass", "the prediction 'four' has no result"),
        ('predicted("four")', 'predicted("five")', "without its predict"),
        ("print(total)", "%pip install total", "a code cell is not Python (invalid syntax): 'total"),
        ("# Figure: the total", "x = 1", "begins with a comment, which is all that is seen of it"),
        ("print(total)", 'show(total, caption="It is 4.")', "a caption stands in plain sight"),
        ('predict("four", "I expect four.")', "x = 1", "and nothing else, got 'x = 1'"),
        ("if bigger(go):\n    ", "", "nothing runs unasked"),
        ('# %% tags=["setup"]', "# %%", "no cell has the tag 'setup'"),
        (' tags=["recap"]', "", "no cell has the tag 'recap'"),
        (' tags=["task"]', "", "no cell has the tag 'task'"),
        (' tags=["bigger"]', "", "no cell has the tag 'bigger'"),
        (
            '# %% [markdown]\n# **3.** Why?\n\n# %% [markdown] tags=["solution"]\n# It just is.',
            "",
            "2 cells tagged solution",
        ),
        ("`double`: twice", "`treble`: thrice", "syllabus does not list"),
        ("from gm_ref.diffusion.toy import helper", "helper = 1", "must hold one"),
    ],
)
def test_a_source_that_cannot_be_built_says_why(rooms, old, new, message):
    rooms.source.write_text(rooms.source.read_text().replace(old, new))
    with pytest.raises(SourceError, match=re.escape(message)):
        learner_notebook(rooms)


def locks(notebook, text):
    """Return whether the cell that holds the text may be edited and deleted, and whether its code is folded."""
    (cell,) = [c for c in notebook.cells if text in c.source]
    metadata = cell.metadata
    fold = metadata.get("jupyter", {}).get("source_hidden", False)
    return metadata.get("editable", True), metadata.get("deletable", True), fold


@pytest.mark.parametrize("made", [learner_notebook, solved_notebook])
@pytest.mark.parametrize(
    "text, expected",
    [
        ("# A toy", (False, False, False)),
        ("Difficulty ●○○", (False, False, False)),
        ("Hint 2: the formula</summary>\n\nTwo.", (False, False, False)),
        ("check_double(double)", (False, False, False)),
        ("def double", (True, False, False)),
        ("import functools", (True, False, False)),
        ('predict("four"', (True, False, False)),
        ("print(total)", (True, True, False)),
        ("# Figure: the total", (True, True, True)),
        ("## Open task", (False, False, False)),
        ("knob = 1", (True, False, False)),
        ("You can now", (False, False, False)),
        ("## Go bigger", (False, False, False)),
        ("go = False", (True, False, False)),
        ("find_spec", (False, False, True)),
    ],
)
def test_prose_hints_and_checks_are_locked_and_figures_are_folded(rooms, made, text, expected):
    assert locks(made(rooms), text) == expected


def test_answers_may_be_written_and_not_deleted(rooms):
    cells = [c for c in learner_notebook(rooms).cells if c.source == "*Write your answer here.*"]
    assert len(cells) == 3 and all(c.metadata == {"tags": ["solution"], "deletable": False} for c in cells)


def test_the_authors_prediction_reaches_only_the_solved_notebook(rooms):
    (mine,) = [c for c in sources(learner_notebook(rooms)) if "predict(" in c]
    assert mine.endswith('predict("four", r"""\n\n""")') and "I expect" not in mine
    assert 'predict("four", "I expect four.")' in sources(solved_notebook(rooms))


def test_the_first_code_cell_stops_with_one_sentence_where_the_course_is_not_installed(rooms, monkeypatch):
    first = sources(learner_notebook(rooms))[0]
    exec(first, {})  # here it is installed, and nothing happens
    with pytest.raises(Exception, match="gm_ref is not installed in this kernel") as stopped:
        exec(first.replace('find_spec("gm_ref")', 'find_spec("gm_ref_not_there")'), {})
    (line,) = stopped.value._render_traceback_()
    assert "%pip install -e FOLDER" in line and "\n" not in line


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


def test_an_exercise_of_an_earlier_lesson_is_named_with_its_lesson():
    assert "uses your `predict_x0` of lesson `ddpm`, `ddim_sigma`*" in badge(
        Exercise("ddim_step", points=1, minutes=5, difficulty=1, uses=("ddpm.predict_x0", "ddim_sigma"))
    )
