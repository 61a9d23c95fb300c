"""A release works where this repository is not: installed by its README in a fresh environment, run from elsewhere.

The environment lends torch and the other packages from ours by a .pth file.  Such a file adds a folder and does not
run the .pth files in it, so the editable install of this repository stays out; the first test proves it.
"""

import json
import os
import re
import shutil
import subprocess
import sysconfig
import venv
from types import SimpleNamespace

import pytest

from gm_ref.course.paths import ROOT
from gm_ref.course.release import release
from gm_ref.syllabus import LESSONS, find_lesson
from tests.desk.desk import RIGHT, SPREAD, save

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a release is installed on Linux and macOS here")
DDPM = find_lesson("ddpm")
OFFLINE = ("--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed", "--quiet")


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    """The unpacked zip, installed by the first command of its README; run(words) runs a program of it elsewhere."""
    home = tmp_path_factory.mktemp("student")
    _, packed = release(home / "teacher" / "week5", [DDPM])
    shutil.unpack_archive(packed, home)
    folder = home / "week5"
    venv.create(folder / ".venv", with_pip=False)
    (lent,) = folder.glob(".venv/lib/python*/site-packages")
    (lent / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    make, install = commands(folder)[0].split(" && ")
    assert make == "python3 -m venv .venv"
    done = run(home, folder, [*install.split(), *OFFLINE], cwd=folder)
    assert done.returncode == 0, done.stderr
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    return SimpleNamespace(folder=folder, home=elsewhere, run=lambda *words: run(home, folder, words, elsewhere))


def commands(folder):
    """Return the two commands of the README for Linux and macOS."""
    return re.search(r"```\n(.*?)\n(.*?)\n```", (folder / "README.md").read_text("utf-8")).groups()


def run(home, folder, words, cwd):
    """Run a program of the release's environment with nothing of ours in its variables."""
    program = folder / ".venv" / "bin" / os.path.basename(words[0])
    clean = {"PATH": os.defpath, "HOME": str(home), "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8", "COLUMNS": "200"}
    line = [str(program), *map(str, words[1:])]
    return subprocess.run(line, cwd=cwd, env=clean, capture_output=True, text=True, timeout=300)


def test_it_runs_from_the_release_and_has_no_answers(student):
    secret = ["mistakes", "course", "grading", *sorted({lesson.family for lesson in LESSONS})]
    secret += [f"checks.{lesson.stem}" for lesson in LESSONS if lesson != DDPM]
    code = (
        "import json, sys, gm_ref\nfrom importlib.util import find_spec\n"
        f"found = [name for name in {secret} if find_spec('gm_ref.' + name)]\n"
        "print(json.dumps([gm_ref.__file__, found, sys.path]))"
    )
    done = student.run("python", "-c", code)
    file, found, path = json.loads(done.stdout)
    assert file == str(student.folder / "gm_ref" / "__init__.py") and found == []
    assert sysconfig.get_path("purelib") in path and str(ROOT) not in path


def test_the_second_command_lays_out_the_lesson_and_starts_jupyterlab(student):
    done = student.run(*commands(student.folder)[1].split(), "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("new: 31_ddpm.ipynb\n") and re.search(r"^\d+\.\d+\.\d+$", done.stdout, re.MULTILINE)
    copy, original = (student.folder / name / "31_ddpm.ipynb" for name in ("work", "notebooks"))
    assert copy.read_bytes() == original.read_bytes()


def test_the_learners_notebook_loads_and_nothing_is_written_yet(student):
    done = student.run("gm-ref", "check", student.folder / "notebooks" / "31_ddpm.ipynb", "--json")
    entries = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert {e["status"] for e in entries.values()} == {"missing"} and len(entries) == len(DDPM.exercises)
    assert all("not written yet" in e["message"] for e in entries.values())


def test_a_right_answer_passes(student):
    done = student.run("gm-ref", "check", save(student.home, SPREAD, RIGHT), "--exercise", "q_sample", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["ddpm.q_sample"]["status"] == "pass"


def test_a_mistake_is_named(student):
    wrong = RIGHT.replace("torch.sqrt(share)", "share").replace("torch.sqrt(1 - share)", "(1 - share)")
    done = student.run("gm-ref", "check", save(student.home, SPREAD, wrong), "--exercise", "q_sample", "--json")
    entry = json.loads(done.stdout)["ddpm.q_sample"]
    assert done.returncode == 1 and entry["status"] == "fail" and entry["mistake"] == "no_roots"
    assert "a known mistake: no square roots" in entry["message"]


def test_hints_and_the_syllabus_are_there(student):
    hint = student.run("gm-ref", "hint", "q_step", "--step", "3")
    assert hint.returncode == 0 and hint.stdout.endswith("That was the last hint.\n")
    table = json.loads(student.run("gm-ref", "syllabus", "--json").stdout)
    assert [lesson["id"] for lesson in table["lessons"]] == ["31_ddpm"]
    assert "00_start" not in student.run("gm-ref", "syllabus").stdout


FOR_AUTHORS = "build|build --check|new 33_x --family gan --exercises a|grade x --lesson 31_ddpm --out y|release z"


@pytest.mark.parametrize("line", FOR_AUTHORS.split("|"))
def test_what_is_for_teachers_says_so_in_one_sentence(student, line):
    done = student.run("gm-ref", *line.split())
    sentence = f"gm-ref: {line.split()[0]} is for teachers and authors, and not part of a class release.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)
    assert not (student.home / "y").exists()


def test_another_lesson_is_refused_in_one_sentence(student):
    hint = student.run("gm-ref", "hint", "gmm_score")
    path = save(student.home, "def elbo():\n    pass", name="21_elbo.ipynb", lesson="21_elbo")
    path.write_text(path.read_text().replace("check_q_sample", "check_elbo"))
    check = student.run("gm-ref", "check", path)
    assert (hint.returncode, hint.stderr.count("\n")) == (2, 1) and "is not an exercise of 31_ddpm" in hint.stderr
    assert (check.returncode, check.stderr.count("\n")) == (2, 1) and "is not a lesson of this course" in check.stderr


def test_it_draws_faces_and_reads_them(student):
    code = (
        "import torch\nfrom gm_ref.kit import judge\nfrom gm_ref.kit.data import avatars, faces\n"
        "images, captions = avatars(50, torch.Generator().manual_seed(0))\n"
        "said = faces.describe(judge.read(images)[0])\n"
        "print(sum(a == b for a, b in zip(said, captions)), judge.CHECKPOINT)"
    )
    right, path = student.run("python", "-c", code).stdout.split()
    assert int(right) >= 48 and path == str(student.folder / "gm_ref/kit/judge/judge.safetensors")
