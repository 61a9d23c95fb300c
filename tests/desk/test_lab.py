"""Lessons are laid out in work/, follow the course, and are never touched once a learner has changed them."""

import json
import sys

import pytest

from gm_ref.desk import BadInput
from gm_ref.desk.lab import MANIFEST, command, lay_out


@pytest.fixture
def root(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for name in ("00_start.ipynb", "31_ddpm.ipynb"):
        (tmp_path / "notebooks" / name).write_text(f"{name}, first edition")
    return tmp_path


def laid(root):
    return list(lay_out(root / "work", root))


def test_lessons_are_copied_once(root):
    assert laid(root) == ["new: 00_start.ipynb", "new: 31_ddpm.ipynb"]
    assert (root / "work" / "31_ddpm.ipynb").read_text() == "31_ddpm.ipynb, first edition"
    assert laid(root) == []
    assert sorted(p.name for p in (root / "work").iterdir()) == [MANIFEST, "00_start.ipynb", "31_ddpm.ipynb"]


def test_an_untouched_lesson_follows_the_course(root):
    laid(root)
    (root / "notebooks" / "31_ddpm.ipynb").write_text("second edition")
    assert laid(root) == ["newer version: 31_ddpm.ipynb"]
    assert (root / "work" / "31_ddpm.ipynb").read_text() == "second edition"
    assert laid(root) == []


def test_a_changed_lesson_stays_and_the_learner_hears_of_the_new_one(root):
    laid(root)
    mine, theirs = root / "work" / "31_ddpm.ipynb", root / "notebooks" / "31_ddpm.ipynb"
    mine.write_text("my work")
    assert laid(root) == []
    theirs.write_text("second edition")
    for _ in range(2):
        (sentence,) = laid(root)
        assert "you have changed it, so it stays" in sentence and str(theirs) in sentence
        assert mine.read_text() == "my work"


@pytest.mark.parametrize("record", [None, "", "[]", '{"lessons": 3}', '{"lessons": {"31_ddpm.ipynb": 5}}'])
def test_without_a_record_nothing_that_differs_is_touched(root, record):
    laid(root)
    manifest, mine = root / "work" / MANIFEST, root / "work" / "31_ddpm.ipynb"
    mine.write_text("my work")
    manifest.unlink() if record is None else manifest.write_text(record)
    assert len(laid(root)) == 1
    assert mine.read_text() == "my work"
    assert "00_start.ipynb" in json.loads(manifest.read_text())["lessons"]


def test_a_lesson_thrown_away_comes_back(root):
    laid(root)
    (root / "work" / "31_ddpm.ipynb").unlink()
    assert laid(root) == ["new: 31_ddpm.ipynb"]


def test_a_course_without_lessons_says_so(tmp_path):
    with pytest.raises(BadInput, match="no lessons in"):
        laid(tmp_path)
    assert not (tmp_path / "work").exists()


def test_jupyterlab_starts_at_the_first_lesson_and_takes_further_arguments(root):
    laid(root)
    words = command(root / "work", ["--no-browser", "--port", "8899"])
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={root / 'work'}" in words
    assert "--LabApp.default_url=/lab/tree/00_start.ipynb" in words and "--LabApp.news_url=None" in words
    assert words[-3:] == ["--no-browser", "--port", "8899"]
