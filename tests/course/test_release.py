"""A release holds what the allow-list says and no secret, in the same bytes each time; what stood there is safe."""

import ast
import json
import os
import shutil
import sys
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gm_ref.cli import app
from gm_ref.course import leaks, replace
from gm_ref.course.paths import ROOT
from gm_ref.course.release import chosen, release
from gm_ref.course.release_contents import MARKER, contents
from gm_ref.desk import BadInput
from gm_ref.syllabus import FAMILIES, LESSONS
from tests.course.handed import DDPM, NOTEBOOK, current, edit, held, refused, root  # noqa: F401

FOR_ALL = {
    *("README.md", "LICENSE", "pyproject.toml", "environment.yml", "constraints.txt", "data/README.md", MARKER),
    *("gm_ref/__init__.py", "gm_ref/cli.py", "gm_ref/checks/__init__.py"),
    *("gm_ref/desk/settings/overrides.json", "gm_ref/kit/judge/judge.safetensors"),
}
ROOMS = ("gm_ref/kit/", "gm_ref/desk/", "gm_ref/checks/core/", "gm_ref/syllabus/")
SECRET_ROOMS = ("mistakes", "course", "grading", *{lesson.family for lesson in LESSONS})

# what is in it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lessons", [[lesson] for lesson in LESSONS] + [LESSONS], ids=lambda x: f"{len(x)}-{x[0].id}")
def test_a_release_holds_the_allow_list_and_nothing_else(lessons):
    names = set(contents(lessons, ROOT))
    of_lessons = {f"notebooks/{lesson.id}.ipynb" for lesson in lessons}
    of_lessons |= {f"gm_ref/checks/{x.stem}/{e.name}.py" for x in lessons for e in x.exercises}
    of_lessons |= {f"gm_ref/checks/frozen/{lesson.stem}.json" for lesson in lessons}
    of_lessons |= {f"gm_ref/checks/frozen/readings/{lesson.stem}.json" for lesson in lessons}
    rest = names - FOR_ALL - of_lessons
    assert names >= FOR_ALL | of_lessons
    rooms = (*ROOMS, *(f"gm_ref/checks/{lesson.stem}/" for lesson in lessons))
    assert rest and not [name for name in rest if not (name.startswith(rooms) and name.endswith(".py"))]
    assert not [name for name in names for room in SECRET_ROOMS if name.startswith(f"gm_ref/{room}")]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_all_that_is_imported_is_there(lesson):
    files = contents([lesson], ROOT)
    wanted = {module for name in files for module in modules(name, files[name]) if name != "gm_ref/cli.py"}
    there = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in files}
    assert not wanted - there


def modules(name, content):
    """Return the modules of the course that a Python file or a notebook imports."""
    if not name.endswith((".ipynb", ".py")):
        return set()
    text = content.decode()
    if name.endswith(".ipynb"):
        cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
        text = "\n".join(leaks.reprinted("".join(c["source"])) for c in cells)
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom) and n.module]
    return {n.module for n in nodes if n.module.split(".")[0] == "gm_ref"}


def test_what_lies_about_does_not_get_in(root):
    before = set(contents(DDPM, root))
    for name in ("gm_ref/kit/notes.txt", "gm_ref/kit/a.pyc", "gm_ref/desk/.env", "data/big.zip", "work/31_ddpm.ipynb"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x")
    for name in (
        "gm_ref/checks/other.py",
        "gm_ref/checks/elbo/other.py",
        "notebooks/99_other.ipynb",
        "gm_ref/checks/frozen/other.json",
    ):
        (root / name).write_text("{}")
    (root / "gm_ref/kit/__pycache__").mkdir()
    (root / "gm_ref/kit/__pycache__/plot.py").write_text("x")
    assert set(contents(DDPM, root)) == before


def test_the_syllabus_lists_the_lessons_of_the_release_alone():
    two, all_files = contents([LESSONS[0], LESSONS[3]], ROOT), contents(LESSONS, ROOT)
    names = [f"gm_ref/syllabus/{family}.py" for family in FAMILIES]
    tables = [dict[str, object]() for _ in names]
    for name, table in zip(names, tables, strict=True):
        exec(two[name].decode(), table)
    assert [x.id for table in tables for x in table["LESSONS"]] == [LESSONS[0].id, LESSONS[3].id]
    assert all(all_files[name] == (ROOT / name).read_bytes() for name in [*names, "gm_ref/syllabus/__init__.py"])


def test_the_project_needs_what_learners_need():
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    project = tomllib.loads(contents(DDPM, ROOT)["pyproject.toml"].decode())["project"]
    assert project["dependencies"] == whole["dependencies"] + whole["optional-dependencies"]["lab"]
    assert "optional-dependencies" not in project and project["scripts"] == whole["scripts"]
    assert b"-e .\n" in contents(DDPM, ROOT)["environment.yml"]


def test_lessons_are_chosen_by_any_name_in_the_courses_order():
    assert [x.stem for x in chosen(["ddpm,00_start", "41", "31_ddpm"])] == ["start", "ddpm", "realnvp"]
    assert chosen([]) == list(LESSONS)
    for words in (["77_nothing"], [""], ["31_ddpm,"]):
        with pytest.raises(BadInput, match="is not a lesson: choose one of 00_start"):
            chosen(words)


# the same bytes ------------------------------------------------------------------------------------------------------


def test_two_releases_are_the_same_bytes(tmp_path):
    one, two = (release(tmp_path / place / "week5", DDPM) for place in ("a", "b/c"))
    assert held(one[0]) == held(two[0])
    assert sha256(one[1].read_bytes()).digest() == sha256(two[1].read_bytes()).digest()


def test_the_zip_is_the_folder(tmp_path):
    out, packed = release(tmp_path / "week5", DDPM)
    with zipfile.ZipFile(packed) as archive:
        entries = archive.infolist()
        assert {e.filename: archive.read(e) for e in entries} == {f"week5/{k}": v for k, v in held(out).items()}
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {(e.date_time, e.external_attr >> 16) for e in entries} == {((1980, 1, 1, 0, 0, 0), 0o100644)}
    assert {p.stat().st_mode & 0o777 for p in out.rglob("*")} == {0o644, 0o755}
    shutil.unpack_archive(packed, tmp_path / "unpacked")
    assert held(tmp_path / "unpacked" / "week5") == held(out)


def test_the_marker_lists_every_file(tmp_path):
    out, _ = release(tmp_path / "week5", DDPM)
    listed = json.loads((out / MARKER).read_text())
    sums = {name: sha256(content).hexdigest() for name, content in held(out).items() if name != MARKER}
    assert listed == {"lessons": ["31_ddpm"], "files": sums}


# what stands there already -------------------------------------------------------------------------------------------


def test_an_earlier_release_is_replaced(tmp_path):
    out, packed = release(tmp_path / "week5", LESSONS)
    (out / ".DS_Store").write_text("")
    assert release(tmp_path / "week5", DDPM) == [out, packed]
    assert set(held(out)) == set(contents(DDPM, ROOT))
    assert sorted(os.listdir(tmp_path)) == ["week5", "week5.zip"]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "week5").mkdir()
    assert (release(tmp_path / "week5", DDPM)[0] / MARKER).exists()


@pytest.mark.parametrize("name", ["mine.txt", "work/31_ddpm.ipynb", "gm_ref/kit/mine.py", MARKER])
def test_a_folder_of_something_else_is_left_alone(tmp_path, name):
    mine = tmp_path / "out" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("{}")
    assert refused(tmp_path / "out").startswith(f"{tmp_path / 'out'} holds files and is no release ('{name}')")
    assert held(tmp_path) == {f"out/{name}": b"{}"}


def test_a_file_added_to_a_release_or_changed_in_it_is_kept(tmp_path):
    out, _ = release(tmp_path / "week5", DDPM)
    (out / "work").mkdir()
    (out / "work" / "mine.ipynb").write_text("mine")
    assert "holds a file that is not of the release ('work/mine.ipynb')" in refused(out)
    (out / "work" / "mine.ipynb").unlink()
    (out / "README.md").write_text("Dear class")
    assert f"{out / 'README.md'} was changed after the release" in refused(out)
    assert (out / "README.md").read_text() == "Dear class"


def test_links_files_and_foreign_zips_are_left_alone(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "week5.zip").write_text("homework")
    assert "is a file" in refused(tmp_path / "file") and "is a link" in refused(tmp_path / "link")
    assert "week5.zip is there and is no release" in refused(tmp_path / "week5")
    assert "name the folder" in refused(tmp_path / "week6.zip")
    out, _ = release(tmp_path / "week7", DDPM)
    (out / "more").symlink_to(tmp_path)
    assert "not of the release ('more')" in refused(out)


def test_the_course_is_no_place_for_a_release(root):
    assert "among the course's own files" in refused(root / "gm_ref" / "kit" / "week5", root=root)


def test_an_empty_choice_and_a_missing_file_are_refused(root, tmp_path):
    assert "no lesson is chosen" in refused(tmp_path / "out", [])
    (root / NOTEBOOK).unlink()
    assert f"{root / NOTEBOOK} is missing" in refused(tmp_path / "out", root=root)


# errors of the disk --------------------------------------------------------------------------------------------------


def broken(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write_folder", "write_zip", "exchange", "os.rename", "os.replace"])
def test_a_full_disk_leaves_the_old_release(tmp_path, monkeypatch, step):
    out, _ = release(tmp_path / "week5", DDPM)
    before = held(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(f"gm_ref.course.replace.{step}", broken)
        sentence = refused(out, LESSONS)
    assert sentence.startswith(f"{out} cannot be written: No space left on device")
    assert held(tmp_path) == before and sorted(os.listdir(tmp_path)) == ["week5", "week5.zip"]


def test_an_interrupt_between_folder_and_zip_leaves_the_old_release(tmp_path, monkeypatch):
    out, _ = release(tmp_path / "week5", DDPM)
    before = held(tmp_path)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(replace.os, "replace", interrupt)
        release(out, LESSONS)
    assert held(tmp_path) == before


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be written: " in refused(tmp_path / "file" / "week5")
    assert "cannot be written: " in refused(Path("/proc/week5"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_place_is_one_sentence(tmp_path):
    tmp_path.chmod(0o500)
    assert "cannot be written: Permission denied" in refused(tmp_path / "week5")
    tmp_path.chmod(0o700)


# out of date ---------------------------------------------------------------------------------------------------------


def test_a_notebook_that_is_out_of_date_is_not_released(root, tmp_path, monkeypatch):
    monkeypatch.undo()
    edit(root / NOTEBOOK, lambda data: data["cells"][0].update(source="# Another title"))
    sentence = refused(tmp_path / "out", root=root)
    assert sentence.startswith(f"{root / NOTEBOOK} is out of date") and "gm-ref build" in sentence
    assert not (tmp_path / "out").exists()


def test_without_the_builders_packages_the_command_names_them(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupytext", None)
    for name in ("build", "freeze", "notebooks"):
        monkeypatch.delitem(sys.modules, f"gm_ref.course.{name}", raising=False)
        monkeypatch.delattr(f"gm_ref.course.{name}", raising=False)
    assert "jupytext is not installed" in refused(tmp_path / "out")


# the command ---------------------------------------------------------------------------------------------------------


def command(*words):
    """Return exit code, standard output and standard error of gm-ref release."""
    result = CliRunner().invoke(app, ["release", *map(str, words)])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_writes_the_lessons_that_are_named(tmp_path):
    out = tmp_path / "week5"
    said = f"wrote {out}\nwrote {out}.zip\n"
    assert command(out, "--lessons", "31_ddpm,realnvp", "--lessons", "0") == (0, said, "")
    assert json.loads((out / MARKER).read_text())["lessons"] == ["00_start", "31_ddpm", "41_realnvp"]


def test_the_command_refuses_in_one_line(tmp_path):
    code, out, err = command(tmp_path / "week5", "--lessons", "31_dppm")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("gm-ref: '31_dppm' is not a lesson: choose one of 00_start, ")
    assert not list(tmp_path.iterdir())
