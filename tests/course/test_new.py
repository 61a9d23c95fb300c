"""A new lesson is laid out in every room, builds as it is, and its tests say what to write; nothing is lost."""

import os
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from gm_ref.cli import app
from gm_ref.course import new as newly
from gm_ref.course.new import new
from gm_ref.course.paths import ROOT
from gm_ref.desk import BadInput
from gm_ref.syllabus import FAMILIES

NAME, EXERCISES = "33_score_sde", ["dsm_loss", "eps_to_score"]  # a stem may have underscores
FILES = """
gm_ref/checks/score_sde/__init__.py gm_ref/checks/score_sde/dsm_loss.py gm_ref/checks/score_sde/eps_to_score.py
gm_ref/checks/score_sde/oracles.py gm_ref/diffusion/score_sde.py gm_ref/kit/probes/score_sde.py
gm_ref/mistakes/score_sde/__init__.py gm_ref/mistakes/score_sde/dsm_loss.py gm_ref/mistakes/score_sde/eps_to_score.py
gm_ref/syllabus/diffusion.py solutions/33_score_sde.py tests/checks/alternatives/score_sde/__init__.py
tests/checks/alternatives/score_sde/dsm_loss.py tests/checks/alternatives/score_sde/eps_to_score.py
tests/diffusion/test_score_sde.py
""".split()


@pytest.fixture
def root(tmp_path):
    """A folder with the syllabus and nothing else."""
    shutil.copytree(ROOT / "gm_ref" / "syllabus", tmp_path / "gm_ref" / "syllabus")
    for folder in ("gm_ref", "tests"):
        (tmp_path / folder / "diffusion").mkdir(parents=True)
        (tmp_path / folder / "diffusion" / "__init__.py").touch()
    return tmp_path


def held(root):
    """Return name -> text of every file under a folder."""
    return {p.relative_to(root).as_posix(): p.read_text() for p in sorted(root.rglob("*.py")) if p.is_file()}


def refused(root, name=NAME, family="diffusion", exercises=EXERCISES):
    """Return the one sentence on a lesson that cannot be laid out, after which nothing has changed."""
    before = held(root)
    with pytest.raises(BadInput) as caught:
        new(name, family, exercises, root=root)
    assert held(root) == before and "\n" not in str(caught.value)
    return str(caught.value)


# what is laid out ----------------------------------------------------------------------------------------------------


def test_every_room_gets_its_files(root):
    assert [p.relative_to(root).as_posix() for p in new(NAME, "diffusion", EXERCISES, root=root)] == FILES
    texts = held(root)
    assert not [name for name, text in texts.items() if "<<" in text or ">>" in text]
    assert all("TODO" in texts[name] for name in FILES if not name.endswith("__init__.py"))
    for name in FILES:
        compile(texts[name], name, "exec")


def test_the_row_stands_in_the_order_of_the_numbers(root):
    for name in ("32_ddim", "35_latent", "30_before"):
        new(name, "diffusion", ["one"], "", root)
    names = {}
    exec((root / "gm_ref/syllabus/diffusion.py").read_text(), names)
    assert [lesson.number for lesson in names["LESSONS"]] == sorted(
        {30, 32, 35} | {x.number for x in FAMILIES["diffusion"]}
    )
    assert names["LESSONS"][0].id == "30_before" and names["LESSONS"][0].title == "Before"


def test_the_first_lesson_of_a_family_makes_its_folders(root):
    (root / "gm_ref/syllabus/evaluation.py").write_text((ROOT / "gm_ref/syllabus/evaluation.py").read_text())
    written = new("51_metrics", "evaluation", ["frechet"], 'The "distance"\n of Frechet', root)
    names = {}
    exec((root / "gm_ref/syllabus/evaluation.py").read_text(), names)
    assert names["LESSONS"][-1].title == 'The "distance" of Frechet'
    assert {root / "gm_ref/evaluation/__init__.py", root / "tests/evaluation/__init__.py"} <= set(written)


# bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"name": "31_score"}, "the number 31 is taken by 31_ddpm: choose another; taken are 00, 11,"),
        ({"name": "33_ddpm"}, "the stem ddpm is taken by 31_ddpm: choose another"),
        ({"name": "score"}, "'score' is no name of a lesson: write two digits, _ and a stem, such as 33_score."),
        ({"name": "33_3d"}, "the stem '3d' is no Python name: write letters, digits and _, not a digit first."),
        ({"name": "33_class"}, "the stem 'class' is no Python name"),
        ({"name": "33_../../x"}, "is no name of a lesson"),
        ({"name": "33_core"}, "the stem 'core' is the name of a file that every lesson may have"),
        ({"family": "difusion"}, f"'difusion' is no family: choose one of {', '.join(FAMILIES)}, or add one to"),
        ({"exercises": []}, "a lesson has one exercise or more: --exercises dsm_loss,eps_to_score."),
        ({"exercises": ["a", "b-c"]}, "the exercise 'b-c' is no Python name"),
        ({"exercises": ["oracles"]}, "the exercise 'oracles' is the name of a file that every lesson may have"),
        ({"exercises": ["a", "b", "a"]}, "the exercise a is named 2 times: each has one file."),
    ],
)
def test_bad_input_is_refused_in_one_sentence_and_nothing_is_written(root, given, sentence):
    assert sentence in refused(root, **given)


@pytest.mark.parametrize("name", [name for name in FILES if "syllabus" not in name])
def test_nothing_is_overwritten(root, name):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("mine = 1\n")
    assert refused(root).startswith(f"{name} is there already, so nothing was written: ")


def test_a_second_time_says_how_many_files_there_are(root):
    new(NAME, "diffusion", EXERCISES, root=root)
    assert refused(root).startswith("gm_ref/checks/score_sde/__init__.py and 13 more of its files are there already")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(root):
    (root / "tests").chmod(0o500)
    assert "Permission denied; nothing was written." in refused(root)


def test_a_write_that_fails_leaves_nothing(root, monkeypatch):
    (root / "solutions").write_text("a file where a folder belongs")
    assert "solutions" in refused(root)
    assert not (root / "gm_ref/checks/score_sde").exists()


def test_the_command_says_it_in_one_line_and_ends_with_two(monkeypatch, root):
    monkeypatch.setattr(newly.new, "__defaults__", ("", root))
    before = held(root)
    order = ["new", "31_score", "--family", "diffusion", "--exercises", "a,b"]
    result = CliRunner().invoke(app, order)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("gm-ref: the number 31 is taken by 31_ddpm") and held(root) == before
    result = CliRunner().invoke(app, ["new", "33_score", *order[2:]])
    assert result.exit_code == 0 and result.stdout.count("wrote ") == len(FILES)
    assert result.stdout.endswith("Next: gm-ref build 33, then pytest --lesson 33 says what to write.\n")


# from a skeleton to sentences, in a copy of the whole course ---------------------------------------------------------


class Copy:
    """A copy of the course with the new lesson in it, built; its commands run in processes of their own."""

    def __init__(self, folder):
        self.root = folder / "course"
        skip = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "work", "shared")
        shutil.copytree(ROOT, self.root, ignore=skip)

    def run(self, *words):
        """Run a module of Python in the copy and return what came of it."""
        settings = {**os.environ, "PYTHONPATH": str(self.root), "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
        line = [sys.executable, "-m", *words]
        return subprocess.run(line, cwd=self.root, env=settings, capture_output=True, text=True, timeout=300)

    def new(self):
        """Lay the lesson out."""
        options = ["--family", "diffusion", "--exercises", ",".join(EXERCISES), "--title", "Score: a slope"]
        return self.run("gm_ref.cli", "new", NAME, *options)

    def pytest(self, *words):
        """Run tests and return all that they print."""
        done = self.run("pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *words)
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory):
    """The copy, with the lesson laid out and built."""
    copy = Copy(tmp_path_factory.mktemp("new"))
    assert copy.new().returncode == 0
    return copy


@pytest.fixture(scope="module")
def built(laid_out):
    """The copy after gm-ref build: the solved notebook of a skeleton runs for a second."""
    done = laid_out.run("gm_ref.cli", "build", "33")
    assert done.returncode == 0, done.stderr
    assert [line.split("course/")[1] for line in done.stdout.splitlines()] == [
        "README.md",
        "gm_ref/checks/frozen/score_sde.json",
        "gm_ref/checks/frozen/readings/score_sde.json",
        "notebooks/33_score_sde.ipynb",
        "tests/times.json",
        "solutions/33_score_sde.ipynb",
    ]
    return laid_out


def test_a_skeleton_builds_and_is_current_then(built):
    done = built.run("gm_ref.cli", "build", "--check", "33")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert f"| `{NAME}` | TODO: what one derives" in (built.root / "README.md").read_text()


def test_a_skeleton_is_tidy(built):
    for words in (["check"], ["format", "--check"]):
        done = built.run("ruff", *words, *(name for name in FILES if words == ["check"] or "solutions" not in name))
        assert done.returncode == 0, done.stdout


def test_its_tests_say_what_to_write(built):
    told = built.pytest("--lesson", "33", "tests/laws", "tests/checks/test_bank.py", "tests/diffusion")
    for name in EXERCISES:
        file = f"score_sde/{name}.py"
        assert f"33_score_sde: {name} has no named mistakes yet: write six in gm_ref/mistakes/{file}" in told
        assert (
            f"33_score_sde: {name} has no unusual right answers yet: write three in tests/checks/alternatives/{file}"
            in told
        )
        assert f"33_score_sde: {name} has no test yet: write in tests/diffusion/test_score_sde.py" in told
    assert "33_score_sde is not written yet. What is to be written:" in told
    assert "solutions/33_score_sde.py:14 TODO: open with what one will have made at the end" in told
    assert "Traceback" not in told and "Error collecting" not in told and "31_ddpm" not in told


def test_nothing_is_overwritten_the_second_time(built):
    before = held(built.root)
    done = built.new()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gm-ref: the number 33 is taken by 33_score_sde: choose another; taken are 00")
    assert held(built.root) == before


def test_without_a_module_one_law_fails_with_one_sentence(built):
    path = built.root / "gm_ref/checks/score_sde/__init__.py"
    text = path.read_text()
    path.unlink()
    told = built.pytest("--lesson", "33", "tests/laws", "--deselect", "tests/laws/test_written.py")
    path.write_text(text)
    sentence = (
        "33_score_sde stands in the syllabus and lacks gm_ref/checks/score_sde/__init__.py: write what is missing, or"
    )
    assert f"AssertionError: {sentence}" in told
    assert told.count("\nFAILED ") == 1 and "Traceback" not in told and "\nERROR" not in told, told[-3000:]
