"""From notebooks to grades by the command itself, at the best level of this machine: three layouts, two pools."""

import csv
import json
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from gm_ref.grading.judging.record import Terms
from gm_ref.grading.run.cluster import DaskPool
from gm_ref.grading.run.pools import LocalPool, Task
from gm_ref.grading.run.version import version_of
from gm_ref.grading.sandbox.levels import best_level
from gm_ref.syllabus import find_lesson
from tests.desk.desk import RIGHT, SPREAD, save
from tests.test_cli import run

ROOT = Path(__file__).parents[2]
POINTS = sum(e.points for e in find_lesson("ddpm").exercises)
WRONG = RIGHT.replace("torch.sqrt(share) * x0", "x0")
OPTIONS = ["--workers", 1, "--seed", 7, *([] if best_level() > "L1" else ["--allow-level", "L1"])]


@pytest.fixture
def submissions(tmp_path):
    """Ana's file lies there, Ben has a folder, Cy a folder with one for the lesson."""
    version_of.cache_clear()  # a run that begins now sees the files as they are now
    folder = tmp_path / "in"
    for name in ("Ben Okri", "cy/31_ddpm"):
        (folder / name).mkdir(parents=True)
    save(folder, SPREAD, RIGHT, name="ana.ipynb")
    save(folder / "Ben Okri", SPREAD, WRONG, name="my notebook.ipynb")
    (folder / "cy/31_ddpm/31_ddpm.ipynb").write_bytes((ROOT / "solutions/31_ddpm.ipynb").read_bytes())
    return folder


def points(out):
    """Return student -> points of q_sample, all points, from grades.csv."""
    rows = list(csv.DictReader((out / "grades.csv").read_text("utf-8").splitlines()))
    students = {row["student"] for row in rows}
    mine = {name: [r for r in rows if r["student"] == name] for name in students}
    one = {name: int(next(r["points"] for r in rs if r["exercise"] == "q_sample")) for name, rs in mine.items()}
    return {name: (one[name], sum(int(r["points"]) for r in rs)) for name, rs in mine.items()}


@pytest.mark.parametrize("scheduler", [[], ["--scheduler", "local"]], ids=["local pool", "dask"])
def test_a_class_from_notebooks_to_grades(submissions, tmp_path, scheduler):
    words = ["grade", submissions, "--lesson", "31_ddpm", "--out", tmp_path / "out", *OPTIONS, *scheduler]
    code, said, _ = run(*words)
    assert code == 0 and f"31_ddpm at level {best_level()}, seed " in said and "3 graded, 0 unchanged, 0 could" in said
    assert points(tmp_path / "out") == {"ana": (3, 3), "Ben Okri": (0, 0), "cy": (3, POINTS)}
    assert (
        sorted(len(list((tmp_path / "out" / name).iterdir())) for name in ("records", "students", "results")) == [3] * 3
    )
    assert "0 graded, 3 unchanged, 0 could" in run(*words)[1]
    record = json.loads((tmp_path / "out/records/ana.json").read_text())["grade"]
    assert record["level"] == best_level() and record["version"]


def left(folder):
    """Return the processes that name a folder, once they had time to notice that nobody needs them."""
    for _ in range(100):
        lines = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"]) if str(folder) in str(p.info["cmdline"])]
        if not lines:
            break
        time.sleep(0.1)
    return lines


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files of all processes that begin from now on; zygotes name it on their command line."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_a_notebook_that_is_none_is_named_and_nothing_is_left_behind(submissions, tmp_path, temporary):
    (submissions / "ana.ipynb").write_text("rubbish")
    code, said, warned = run("grade", submissions, "--lesson", "31_ddpm", "--out", tmp_path / "out", *OPTIONS)
    assert code == 1 and "2 graded, 0 unchanged, 1 could not be used" in said and "ana: " in warned
    assert not left(temporary) and not list(temporary.iterdir())


def judge_of(pool):
    """Return the number of the process that has a pool's only judge."""
    return next(iter(pool.client.run(os.getpid).values())) if isinstance(pool, DaskPool) else pool.seats[0].process.pid


@pytest.mark.parametrize("pool", [LocalPool(1), DaskPool("local", 1)], ids=["local pool", "dask"])
def test_a_judge_that_is_killed_takes_all_along(pool, submissions, temporary):
    notebook = (submissions / "ana.ipynb").read_bytes()
    terms, names = Terms("31_ddpm", 7, best_level()), ("ana", "eva", "ida", "uma")
    with pool:
        grades = pool.grades(terms, version_of("ddpm"), [Task(name, f"{name}.ipynb", notebook) for name in names])
        assert next(grades).points == 3
        os.kill(judge_of(pool), signal.SIGKILL)
        assert [grade.points for grade in grades] == [3] * 3
    assert not left(temporary) and not list(temporary.iterdir())
