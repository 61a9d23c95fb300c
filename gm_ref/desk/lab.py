"""Lay the lessons out in work/ and open JupyterLab there.  What a learner changed is never touched."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from gm_ref.desk import BadInput

ROOT = Path(__file__).parents[2]
MANIFEST = ".gm_ref.json"
FIRST = "00_start.ipynb"
SETTINGS = Path(__file__).parent / "settings"  # JupyterLab's defaults, changed: it asks nobody about news
QUIET = (
    *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    f"--LabApp.app_settings_dir={SETTINGS}",
)


def lay_out(work: Path, root: Path = ROOT) -> Iterator[str]:
    """Copy the lessons into work and yield a sentence on each that is new, renewed, or kept though outdated.

    A lesson that is as it was copied follows the course; one that differs is the learner's and stays.
    """
    lessons = sorted((root / "notebooks").glob("*.ipynb"))
    if not lessons:
        raise BadInput(f"no lessons in {root / 'notebooks'}: install the course in its own folder, as its README says.")
    work.mkdir(parents=True, exist_ok=True)
    known = manifest(work)
    for lesson in lessons:
        yield from lay_one(lesson, work / lesson.name, known)
    write(work / MANIFEST, (json.dumps({"lessons": known}, indent=1, sort_keys=True) + "\n").encode())


def lay_one(lesson: Path, mine: Path, known: dict[str, str]) -> Iterator[str]:
    """Copy one lesson where that harms nothing, and note in known what was copied."""
    new = digest(lesson)
    old = digest(mine) if mine.exists() else None
    if old in (None, new, known.get(mine.name)):
        if old != new:
            write(mine, lesson.read_bytes())
            yield f"{'new' if old is None else 'newer version'}: {mine.name}"
        known[mine.name] = new
    elif known.get(mine.name) != new:
        yield f"{mine.name}: you have changed it, so it stays; the course has a newer version in {lesson}"


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def manifest(work: Path) -> dict[str, str]:
    """Return file name -> sha256 of what was copied; {} where the record is missing or damaged."""
    try:
        known = json.loads((work / MANIFEST).read_text("utf-8"))["lessons"]
        return {str(name): str(value) for name, value in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def command(work: Path, arguments: list[str]) -> list[str]:
    """Return the command that opens JupyterLab on work, at the first lesson; arguments go to JupyterLab, last."""
    page = f"/lab/tree/{FIRST}" if (work / FIRST).exists() else "/lab"
    where = [f"--ServerApp.root_dir={work.resolve()}", f"--LabApp.default_url={page}"]
    is_root = os.name == "posix" and os.geteuid() == 0
    as_root = ["--allow-root"] if is_root else []  # usual in a container; it listens on localhost only
    return [sys.executable, "-m", "jupyterlab", *where, *QUIET, *as_root, *arguments]


def open_lab(work: Path, arguments: list[str]) -> None:
    """Become JupyterLab; raises BadInput where it is not installed."""
    if not find_spec("jupyterlab"):
        raise BadInput("JupyterLab is not installed here: install the course as its README says.")
    words = command(work, arguments)
    sys.stdout.flush()
    if os.name == "nt":  # exec would give the terminal back while JupyterLab still runs in it
        sys.exit(subprocess.call(words))
    os.execv(words[0], words)
