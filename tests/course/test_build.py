"""Building writes what is out of date and nothing else; --check names the file to edit."""

import json

import pytest
from nbformat import from_dict

from gm_ref.course import build as builder
from gm_ref.course.execute import WIDGET, keep_outputs, was_executed
from gm_ref.course.freeze import as_text, settled
from gm_ref.course.notebooks import solved_notebook
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


def test_a_second_build_writes_nothing(built):
    assert list(builder.build([LESSON], built.root)) == []
    assert list(builder.stale([LESSON], built.root)) == []


@pytest.mark.parametrize("room, names", [("source", 2), ("answers", 1)])
def test_a_changed_source_makes_the_notebooks_stale(built, room, names):
    path = getattr(built, room)
    path.write_text(path.read_text().replace("# # A toy", "# # A new toy").replace("x + x", "2 * x"))
    found = list(builder.stale([LESSON], built.root))
    assert len(found) == names and all("98_toy.py" in str(item) and "run gm-ref build" in str(item) for item in found)


def test_an_edited_notebook_is_stale_and_built_anew(built):
    built.learner.write_text(built.learner.read_text().replace("A toy", "A toad"))
    assert [item.path for item in builder.stale([LESSON], built.root)] == [built.learner]
    assert list(builder.build([LESSON], built.root)) == [built.learner]


def test_prose_alone_does_not_run_the_lesson_again(built, monkeypatch):
    monkeypatch.setattr(builder, "execute", lambda *_: pytest.fail("ran again"))
    built.source.write_text(built.source.read_text().replace("# # A toy", "# # A new toy"))
    assert set(builder.build([LESSON], built.root)) == {built.learner, built.solved}


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
