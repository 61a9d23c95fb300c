"""Building writes what is out of date and nothing else; --check names the file to edit."""

import json
from dataclasses import replace

import pytest
from nbformat import from_dict

from gm_ref.course import build as builder
from gm_ref.course.course_map import BEGIN, END
from gm_ref.course.excerpt import SourceError
from gm_ref.course.execute import WIDGET, keep_outputs, was_executed
from gm_ref.course.freeze import as_text, settled
from gm_ref.course.notebooks import solved_notebook
from gm_ref.course.times import record, times
from gm_ref.syllabus import LESSONS
from tests.course.toy import LESSON, rooms  # noqa: F401

FROZEN = {"exercises": {"double": {"hints": ["a"], "mistakes": [{"id": "m", "outputs": [[[[2], [1.0, 2.0]]]]}]}}}


@pytest.fixture
def built(rooms, monkeypatch):
    """The toy lesson after one build; its solved notebook is marked as run, not really run."""
    monkeypatch.setattr(builder, "freeze", lambda rooms: json.loads(json.dumps(FROZEN)))
    monkeypatch.setattr(builder, "readings_text", lambda rooms: "{}")
    monkeypatch.setattr(builder, "execute", pretend)
    list(builder.build([LESSON], rooms.root))
    return rooms


def pretend(notebook, root):
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        cell.execution_count = number
    return 12.34


def test_what_the_notebook_cost_is_kept(built):
    assert times(built.root)["notebooks"] == {"98_toy": 12.3}
    list(record(built.root, {"97_other": 1.0}, {"lint": 2.0}))
    assert times(built.root) == {"notebooks": {"97_other": 1.0, "98_toy": 12.3}, "tests": {"lint": 2.0}}


def test_a_second_build_writes_nothing(built):
    assert list(builder.build([LESSON], built.root)) == []
    assert list(builder.stale([LESSON], built.root)) == []


@pytest.mark.parametrize("room, other, names", [("source", "answers", 2), ("answers", "source", 1)])
def test_a_changed_source_makes_the_notebooks_stale(built, room, other, names):
    path = getattr(built, room)
    path.write_text(path.read_text().replace("# # A toy", "# # A new toy").replace("x + x", "2 * x"))
    found = list(builder.stale([LESSON], built.root))
    told = f"{path} seems to have changed (it is also built from {getattr(built, other)}); "
    assert len(found) == names and all(told in str(item) for item in found)
    assert all(str(item).endswith("edit sources, never the built file, then run gm-ref build 98.") for item in found)


def test_changed_hints_and_changed_mistakes_are_told_apart(built, monkeypatch):
    for part, room in (("hints", built.source), ("mistakes", built.mistakes)):
        changed = json.loads(json.dumps(FROZEN))
        changed["exercises"]["double"][part] = []
        monkeypatch.setattr(builder, "freeze", lambda rooms, data=changed: data)
        assert [item.changed for item in builder.stale([LESSON], built.root)] == [room]


def test_what_was_never_built_is_told_as_that(rooms, monkeypatch):
    monkeypatch.setattr(builder, "freeze", lambda rooms: FROZEN)
    monkeypatch.setattr(builder, "readings_text", lambda rooms: "{}")
    told = [str(item) for item in builder.stale([LESSON], rooms.root)]
    assert len(told) == 4 and all(text.endswith("is not built yet: run gm-ref build 98.") for text in told)


@pytest.mark.parametrize("use", [builder.build, builder.stale])
def test_a_missing_place_is_one_sentence(rooms, use):
    (rooms.checks / "__init__.py").unlink()
    sentence = "98_toy stands in the syllabus and lacks gm_ref/checks/toy/__init__.py: write what is missing, or"
    with pytest.raises(SourceError, match=sentence):
        list(use([LESSON], rooms.root))


def test_a_lesson_that_is_a_row_only_names_a_few_places(rooms):
    row = replace(LESSON, stem="row")
    with pytest.raises(
        SourceError, match=r"98_row stands in the syllabus and lacks solutions/98_row.py, .* and 5 more:"
    ):
        list(builder.build([row], rooms.root))


def test_a_check_that_is_not_handed_on_is_told(rooms):
    (rooms.checks / "__init__.py").write_text("from gm_ref.checks.toy.double import check_double\n")
    with pytest.raises(
        SourceError, match=r"toy/__init__\.py does not import check_quadruple: add `from gm_ref.checks.toy"
    ):
        list(builder.build([LESSON], rooms.root))


def test_the_map_is_built_between_its_marks(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# A course\n\n{BEGIN}\nold\n{END}\n\nThe rest.\n")
    told = [str(item) for item in builder.stale_map(tmp_path)]
    assert len(told) == 1 and "gm_ref/syllabus seems to have changed" in told[0]
    assert list(builder.build_map(tmp_path)) == [readme] and list(builder.build_map(tmp_path)) == []
    text = readme.read_text()
    assert text.startswith("# A course\n\n<!-- map") and text.endswith("<!-- end of map -->\n\nThe rest.\n")
    assert all(f"| `{lesson.id}` | {lesson.about} |" in text for lesson in LESSONS) and "old" not in text
    readme.write_text("# A course\n")
    with pytest.raises(SourceError, match=r"README\.md has no place for the map: write the lines"):
        list(builder.stale_map(tmp_path))


def test_an_edited_notebook_is_stale_and_built_anew(built):
    built.learner.write_text(built.learner.read_text().replace("A toy", "A toad"))
    assert [item.path for item in builder.stale([LESSON], built.root)] == [built.learner]
    assert list(builder.build([LESSON], built.root)) == [built.learner]


def test_prose_alone_does_not_run_the_lesson_again(built, monkeypatch):
    monkeypatch.setattr(builder, "execute", lambda *_: pytest.fail("ran again"))
    built.source.write_text(built.source.read_text().replace("# # A toy", "# # A new toy"))
    assert set(builder.build([LESSON], built.root)) == {built.learner, built.solved}


def test_docstrings_and_comments_alone_do_not_run_the_lesson_again(built, monkeypatch):
    monkeypatch.setattr(builder, "execute", lambda *_: pytest.fail("ran again"))
    text = built.answers.read_text()
    built.answers.write_text(text.replace("Return 2 x.", "Return x twice.").replace("# twice", "# two times"))
    assert set(builder.build([LESSON], built.root)) == {built.learner, built.solved}
    assert "Return x twice." in built.solved.read_text()


def test_a_changed_statement_runs_the_lesson_again(built, monkeypatch):
    ran = []
    monkeypatch.setattr(builder, "execute", lambda notebook, root: ran.append(1) or pretend(notebook, root))
    built.answers.write_text(built.answers.read_text().replace("x + x", "2 * x"))
    list(builder.build([LESSON], built.root))
    assert ran == [1]


def test_a_notebook_with_an_error_does_not_count_as_run(built):
    notebook = solved_notebook(built)
    assert not was_executed(notebook)
    assert keep_outputs(notebook, builder.stored(built.solved)) and was_executed(notebook)
    code = next(c for c in notebook.cells if c.cell_type == "code")
    code.outputs = [from_dict({"output_type": "error", "ename": "E", "evalue": "", "traceback": []})]
    assert not was_executed(notebook)
    code.outputs = [from_dict({"output_type": "display_data", "metadata": {}, "data": {WIDGET: {}}})]
    assert not was_executed(notebook)


def test_frozen_numbers_keep_their_digits_where_they_agree():
    new = json.loads(json.dumps(FROZEN))
    new["exercises"]["double"]["mistakes"][0]["outputs"] = [[[[2], [1.0 + 1e-9, 2.0]]]]
    assert settled(new, FROZEN) == FROZEN
    new["exercises"]["double"]["mistakes"][0]["outputs"] = [[[[2], [1.1, 2.0]]]]
    assert settled(new, FROZEN) != FROZEN


def test_frozen_text_is_json_with_one_line_for_outputs():
    text = as_text(FROZEN)
    assert json.loads(text) == FROZEN and '"outputs": [[[[2], [1.0, 2.0]]]]' in text
