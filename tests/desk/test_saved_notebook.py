"""Reading notebooks: of any format and line end; which lesson it is; what is missing, renamed or broken."""

import json

import pytest

from gm_ref.desk import BadInput
from gm_ref.desk.saved_notebook import read
from tests.desk.desk import RIGHT, SETUP, SPREAD, TRAINING, code, notebook, save


def test_setup_and_exercise_cells_are_run_whole_and_the_others_are_not(tmp_path):
    submission = read(save(tmp_path, SPREAD, RIGHT, TRAINING))
    assert submission.lesson.id == "31_ddpm"
    assert submission.whole == {1, 3}
    assert [c.number for c in submission.cells] == [1, 2, 3, 4]
    assert "q_sample" not in submission.broken and not submission.notes


def test_markdown_cells_count_so_that_a_person_can_find_a_cell(tmp_path):
    text = {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
    assert read(save(tmp_path, text, RIGHT)).whole == {1, 3}


def as_format_3(cells):
    old = [{"cell_type": "code", "input": c["source"].splitlines(keepends=True), "language": "python"} for c in cells]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": old}]}


def as_lines(cells):
    return {"cells": [{**c, "source": c["source"].splitlines(keepends=True)} for c in cells], "metadata": {}}


def with_windows_lines(cells):
    return {"cells": [{**c, "source": c["source"].replace("\n", "\r\n")} for c in cells], "metadata": {}}


@pytest.mark.parametrize("saved", [as_format_3, as_lines, with_windows_lines])
@pytest.mark.parametrize("encoding, newline", [("utf-8", "\n"), ("utf-8-sig", "\r\n")])
def test_older_formats_line_ends_and_a_byte_order_mark(tmp_path, saved, encoding, newline):
    path = tmp_path / "mine.ipynb"
    text = json.dumps(saved(notebook(SPREAD, RIGHT)["cells"]), indent=1)
    path.write_text(text, encoding, newline=newline)
    submission = read(path)
    assert submission.lesson.stem == "ddpm"
    assert "q_sample" not in submission.broken
    assert all("\r" not in c.source for c in submission.cells)


@pytest.mark.parametrize("lesson", [None, "99_elsewhere"])
def test_a_lesson_is_known_by_its_exercises(tmp_path, lesson):
    assert read(save(tmp_path, RIGHT, lesson=lesson)).lesson.stem == "ddpm"


def test_a_lesson_is_known_by_its_checks_when_all_exercises_are_renamed(tmp_path):
    assert read(save(tmp_path, "def q(): pass", "check_q_sample(q)", lesson=None)).lesson.stem == "ddpm"


@pytest.mark.parametrize("junk", [{"cells": [], "metadata": 3}, {"cells": [3, {"cell_type": "code"}, None]}])
def test_a_notebook_of_no_lesson_is_refused(tmp_path, junk):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(junk))
    with pytest.raises(BadInput, match=r"is not a lesson of this course: it defines no exercise of .*31_ddpm"):
        read(path)


@pytest.mark.parametrize(
    "content, story",
    [
        (b"", "is empty: save the notebook again"),
        (b" \n", "is empty"),
        (b"def f(): pass", "is not a notebook: it is not JSON"),
        (b"[1, 2]", "is not a notebook: it is JSON, but holds no list of cells"),
        (b'{"cells": {}}', "holds no list of cells"),
        (b"\xff\xfe\x00", "is not a notebook: it is not text in UTF-8"),
        (b"[" * 200_000, "is not a notebook"),
    ],
)
def test_a_file_that_is_no_notebook(tmp_path, content, story):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=story) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_folder_and_a_missing_file_say_what_was_probably_meant(tmp_path):
    save(tmp_path, RIGHT)
    with pytest.raises(BadInput, match=r"is a folder: name a notebook in it, such as .*31_ddpm\.ipynb"):
        read(tmp_path)
    with pytest.raises(BadInput, match=r"does not exist: do you mean .*31_ddpm\.ipynb\?"):
        read(tmp_path / "31_dpm.ipynb")
    with pytest.raises(BadInput, match=r"does not exist\.$"):
        read(tmp_path / "nowhere" / "x.ipynb")


def test_a_renamed_exercise_is_recognised(tmp_path):
    submission = read(save(tmp_path, "\n" + RIGHT.replace("q_sample", "q_smaple")))
    assert submission.broken["q_sample"].startswith("No cell defines q_sample; q_smaple in cell 2 looks like it")
    assert "q_sample" in submission.unwritten


def test_of_two_similar_names_the_one_in_the_exercise_cell_is_meant(tmp_path):
    own = {**code(RIGHT.replace("def q_sample", "def my_q_sample")), "metadata": {"nbgrader": {"grade_id": "q_sample"}}}
    submission = read(save(tmp_path, own, "def sample(net):\n    return net"))
    assert submission.broken["q_sample"].startswith("No cell defines q_sample; my_q_sample in cell 2 looks like it")


def test_a_missing_exercise_says_where_its_cell_is(tmp_path):
    submission = read(save(tmp_path, SPREAD))
    assert submission.broken["q_sample"] == "No cell defines q_sample; its cell is in notebooks/31_ddpm.ipynb."


def test_a_broken_cell_costs_only_its_own_exercises(tmp_path):
    submission = read(save(tmp_path, "def q_step(x_prev t):\n    pass", RIGHT, "x = = 1"))
    assert submission.broken["q_step"].startswith("Cell 2 from the top, line 1, is not Python")
    assert "q_step" not in submission.unwritten and "q_sample" not in submission.broken
    assert submission.notes == ["Cell 4 from the top, line 1, is not Python (invalid syntax): `x = = 1`"]
    assert [c.number for c in submission.cells] == [1, 3]


def test_the_last_definition_decides(tmp_path):
    assert "q_sample" not in read(save(tmp_path, "def q_sample(:", RIGHT)).broken
    assert "q_sample" in read(save(tmp_path, RIGHT, "def q_sample(:")).broken


def test_a_broken_setup_cell_is_replaced_by_the_one_of_the_course(tmp_path):
    (tmp_path / "notebooks").mkdir()
    save(tmp_path / "notebooks", RIGHT)
    path = tmp_path / "mine.ipynb"
    broken = notebook(RIGHT)
    broken["cells"][0] = code("import (", "setup")
    path.write_text(json.dumps(broken))
    submission = read(path, root=tmp_path)
    assert submission.cells[0].source == SETUP
    assert submission.notes[0].endswith("the course's own set-up cell is used in its place.")
    assert [c.number for c in read(path, root=tmp_path / "elsewhere").cells] == [2]
