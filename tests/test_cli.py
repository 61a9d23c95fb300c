"""The command gm-ref as a person uses it: what it prints, where, and with which exit code."""

import json
import subprocess
import sys

import pytest
from matplotlib.image import imread
from typer.testing import CliRunner

from gm_ref.cli import app
from gm_ref.syllabus import LESSONS, find_lesson
from tests.desk.desk import RIGHT, SPREAD, save


def run(*arguments):
    """Run a command in this process; return its exit code, standard output and standard error."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def refused(*arguments):
    """Return the one line on standard error of a command that must refuse its input."""
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    return err.strip()


@pytest.mark.parametrize("line", ["--help", "check --help", "syllabus", "hint q_step", "data list"])
def test_light_commands_do_not_wait_for_torch(line):
    script = (
        "import sys\nfrom gm_ref.cli import app\n"
        "try:\n    app(sys.argv[1:])\nfinally:\n"
        "    heavy = {'torch', 'numpy', 'nbformat', 'jupytext'} & set(sys.modules)\n    assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script, *line.split()], capture_output=True, text=True, timeout=60)
    assert "AssertionError" not in done.stderr and done.stdout + done.stderr


def test_syllabus_as_json_is_the_table():
    code, out, _ = run("syllabus", "--json")
    lessons = json.loads(out)["lessons"]
    assert code == 0 and [lesson["id"] for lesson in lessons] == [lesson.id for lesson in LESSONS]
    assert lessons[-1]["exercises"][0].keys() >= {"name", "points", "minutes", "difficulty"}


def test_syllabus_in_words_names_every_exercise():
    code, out, _ = run("syllabus")
    assert code == 0
    assert not [e.name for lesson in LESSONS for e in lesson.exercises if e.name not in out]


def test_check_json_and_exit_code(tmp_path):
    path = save(tmp_path, SPREAD, RIGHT)
    code, out, err = run("check", path, "--exercise", "31_ddpm.q_sample", "--json", "--seed", 5)
    assert (code, err) == (0, "")
    (entry,) = json.loads(out).items()
    seconds = entry[1].pop("seconds")
    assert entry[0] == "ddpm.q_sample" and 0 < seconds < 20
    message = "q_sample: right\n  Every property that was probed holds (seed 5)."
    told = {"status": "pass", "mistake": None, "reading": None, "message": message}
    assert entry[1] == {**told, "points": 3, "out_of": 3}


def test_check_in_words(tmp_path):
    path = save(tmp_path, SPREAD, RIGHT.replace("torch.sqrt(share) * x0", "x0"), "x = = 1")
    code, out, err = run("check", path)
    assert code == 1
    assert err == "Note: Cell 4 from the top, line 1, is not Python (invalid syntax): `x = = 1`\n"
    assert "✗  0 of 3  q_sample: " in out and "○  0 of 2  beta_schedule: not in this notebook" in out
    assert out.endswith(f"\n0 of {len(find_lesson('ddpm').exercises)} checks passed: 0 of 25 points.\n")
    assert not [line for line in out.splitlines() if line != line.rstrip()]


def test_check_refuses_bad_input_in_one_line(tmp_path):
    path = save(tmp_path, RIGHT)
    empty = tmp_path / "empty.ipynb"
    empty.touch()
    assert refused("check", empty) == f"gm-ref: {empty} is empty: save the notebook again in JupyterLab."
    assert "is a folder" in refused("check", tmp_path)
    assert "does not exist" in refused("check", tmp_path / "x.ipynb", "--json")
    assert refused("check", path, "--exercise", "q_smaple").endswith("of 31_ddpm: do you mean q_sample?")
    assert "choose one of ddpm.beta_schedule, ddpm.alpha_tables" in refused("check", path, "--exercise", "zzz")


@pytest.mark.parametrize("option", ["--timeout=0", "--seed=-1"])
def test_check_refuses_impossible_numbers(tmp_path, option):
    assert run("check", save(tmp_path, RIGHT), option)[0] == 2


def test_hint_refuses_an_unknown_exercise():
    assert refused("hint", "q_smaple").endswith("do you mean q_sample?")


def test_data_lists_and_refuses(monkeypatch, tmp_path):
    monkeypatch.setenv("GM_REF_DATA", str(tmp_path))
    code, out, _ = run("data", "list")
    assert code == 0 and "mnist" in out and "cifar10" in out
    assert "choose from mnist" in refused("data", "get", "imagenet")


def test_a_data_set_that_cannot_be_had_ends_with_one(monkeypatch, tmp_path):
    monkeypatch.setenv("GM_REF_DATA", str(tmp_path))
    monkeypatch.setenv("GM_REF_MIRROR", "http://127.0.0.1:9")
    code, out, err = run("data", "get", "mnist")
    assert (code, out, err.count("\n")) == (1, "", 1) and "could not be had" in err


def test_lab_lays_lessons_out_and_passes_options_on(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr("gm_ref.desk.lab.os.execv", lambda program, words: started.append(words))
    monkeypatch.setattr("gm_ref.desk.lab.lay_out.__defaults__", (tmp_path,))
    (tmp_path / "notebooks").mkdir()
    save(tmp_path / "notebooks", RIGHT)
    code, out, _ = run("lab", "--work", tmp_path / "mine", "--no-browser", "--port", "8899")
    assert (code, out) == (0, "new: 31_ddpm.ipynb\n")
    assert started[0][-3:] == ["--no-browser", "--port", "8899"]
    assert (tmp_path / "mine" / "31_ddpm.ipynb").exists()


def test_lab_says_in_a_sentence_that_a_folder_cannot_be_made(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    sentence = refused("lab", "--work", tmp_path / "file" / "mine")
    assert sentence == f"gm-ref: {tmp_path / 'file' / 'mine'}: Not a directory."


def test_data_shows_faces(tmp_path):
    out = tmp_path / "faces.png"
    assert run("data", "show", "avatars", "--out", out) == (0, f"wrote {out}\n", "")
    height, width = imread(out).shape[:2]
    assert height > 900 and width > 900
    assert "give avatars" in refused("data", "show", "shapes", "--out", tmp_path / "x.png")
    assert "No such file" in refused("data", "show", "avatars", "--out", tmp_path / "none" / "x.png")
