"""Write what a class gets: a folder and a zip of chosen lessons, without any answer, the same bytes each time."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

from gm_ref.course import leaks
from gm_ref.course.paths import ROOT
from gm_ref.course.release_contents import MARKER, contents
from gm_ref.course.replace import is_zip_of, replace, said, zip_of
from gm_ref.desk import BadInput
from gm_ref.syllabus import LESSONS, Lesson, find_lesson

LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".directory")
SHOWN = 3  # leaks and stale files that one sentence names


def chosen(names: Iterable[str]) -> list[Lesson]:
    """Return the lessons of these names (31_ddpm, ddpm or 31, several with commas) in the course's order; all for none.

    Raises BadInput with the lessons there are.
    """
    words = [word.strip() for name in names for word in name.split(",")]
    try:
        wanted = {find_lesson(word).id for word in words}
    except ValueError as error:
        raise BadInput(str(error)) from None
    return [lesson for lesson in LESSONS if lesson.id in wanted or not words]


def release(out: Path, lessons: Sequence[Lesson] = LESSONS, root: Path = ROOT) -> list[Path]:
    """Write the folder out and the file out.zip, and return both paths.

    Both paths are absolute, both hold the same files, and an earlier release that stands there is replaced whole or
    not at all.  Raises BadInput, in one sentence: out holds anything but a release, or cannot be written; an answer,
    a mistake or a written solution stands in a file; a notebook is out of date.
    """
    if not lessons:
        raise BadInput("no lesson is chosen: name one, such as --lessons 31_ddpm.")
    out = Path(os.path.abspath(out))
    with said(out):
        refuse_place(out, root)
    files = contents(lessons, root)
    refuse_leaks(files, root)
    refuse_stale(lessons, root)
    replace(out, files)
    return [out, zip_of(out)]


def refuse_place(out: Path, root: Path) -> None:
    """Raise BadInput if something stands where the release is to be written that it must not replace."""
    parts = [root / name for name in ("gm_ref", "notebooks", "solutions", "data", "tests")]
    if out.name.lower().endswith(".zip"):
        raise BadInput(f"{out} is named like the zip: name the folder, the zip is written beside it.")
    if any(out.resolve().is_relative_to(part) for part in parts):
        raise BadInput(f"{out} lies among the course's own files: name a folder elsewhere.")
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        kind = "link" if out.is_symlink() else "file"
        raise BadInput(f"{out} is a {kind}: name a new folder, or an earlier release.")
    for sentence in islice(foreign(out), 1):
        raise BadInput(f"{sentence}: name a new folder, or move that away.")
    if not is_zip_of(out, MARKER):
        raise BadInput(f"{zip_of(out)} is there and is no release: name another folder, or move that away.")


def foreign(out: Path) -> Iterator[str]:
    """Yield what is in a folder beside an unchanged release, in words."""
    listed = listing(out)
    for path in inside(out):
        name = path.relative_to(out).as_posix()
        if name in listed and (path.is_symlink() or sha256(path.read_bytes()).hexdigest() != listed[name]):
            yield f"{path} was changed after the release"
        elif not listed and path.name not in LITTER:
            yield f"{out} holds files and is no release ({name!r})"
        elif name not in listed and name != MARKER and path.name not in LITTER:
            yield f"{out} holds a file that is not of the release ({name!r})"


def inside(out: Path) -> Iterator[Path]:
    """Yield every file and link in a folder and its folders, none where there is no such folder; raises OSError."""
    for folder, folders, names in os.walk(out, onerror=refuse) if out.exists() else ():
        links = [name for name in folders if Path(folder, name).is_symlink()]
        yield from (Path(folder, name) for name in sorted([*names, *links]))


def refuse(error: OSError) -> None:
    """Raise the error: what cannot be read is not ours to replace."""
    raise error


def listing(out: Path) -> dict[str, str]:
    """Return name -> sha256 of the release that stands in a folder, {} where none does."""
    try:
        return {str(name): str(value) for name, value in json.loads((out / MARKER).read_bytes())["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def refuse_leaks(files: dict[str, bytes], root: Path) -> None:
    """Raise BadInput if a secret stands in a file."""
    found = [str(leak) for leak in islice(leaks.leaks(files, root), SHOWN)]
    if found:
        raise BadInput(f"nothing is released, {'; '.join(found)}: take that out and build again.")


def refuse_stale(lessons: Sequence[Lesson], root: Path) -> None:
    """Raise BadInput if a built file of the lessons does not agree with its sources, or if nobody can tell here."""
    try:
        from gm_ref.course import build
    except ModuleNotFoundError as error:
        needed = "python -m pip install -c constraints.txt -e '.[lab,build]'"
        raise BadInput(f"{error.name} is not installed, which tells whether notebooks are current: {needed}") from None
    try:
        stale = [str(item.path) for item in islice(build.stale(lessons, root), SHOWN)]
    except build.SourceError as error:
        raise BadInput(f"nothing is released: {error}") from None
    if stale:
        raise BadInput(f"{', '.join(stale)} is out of date, and nothing is released: run gm-ref build first.")
