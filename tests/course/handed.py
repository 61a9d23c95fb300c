"""What the tests of releases share: a copy of the repository, and how a refusal reads."""

import json
import shutil

import pytest

from gm_ref.course.paths import ROOT
from gm_ref.course.release import release
from gm_ref.desk import BadInput
from gm_ref.syllabus import find_lesson

DDPM = [find_lesson("ddpm")]
NOTEBOOK = "notebooks/31_ddpm.ipynb"


@pytest.fixture(autouse=True)
def current(monkeypatch):
    """Notebooks are current: whether they are is tested once, below, and takes seconds."""
    monkeypatch.setattr("gm_ref.course.build.stale", lambda lessons, root: iter(()))


@pytest.fixture
def root(tmp_path):
    """A copy of all that releases are made from, to plant things in."""
    return copied(tmp_path)


def copied(folder):
    """Copy all that releases are made from into a folder and return the copy."""
    copy = folder / "repository"
    skip = ("__pycache__", ".ipynb_checkpoints")
    for name in ("gm_ref", "notebooks", "solutions", "data"):
        runs = ("*.safetensors",) if name == "solutions" else ()  # what a lesson left there while it ran
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(*skip, *runs))
    for name in ("LICENSE", "constraints.txt", "environment.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    return copy


def edit(path, change):
    """Change a JSON file."""
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def held(folder):
    """Return name -> content of every file in a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(out, lessons=DDPM, root=ROOT):
    """Return the one sentence on a release that must be refused."""
    with pytest.raises(BadInput) as caught:
        release(out, lessons, root)
    assert "\n" not in str(caught.value)
    return str(caught.value)
