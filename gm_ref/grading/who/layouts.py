"""Whose is it?  Names of files and folders as people and learning platforms write them.

STUDENT.ipynb                                               by hand
STUDENT/*.ipynb                                             by hand
submitted/STUDENT/ASSIGNMENT/*.ipynb                        nbgrader
NAME_123456_assignsubmission_file_/*.ipynb                  Moodle, also with the file's name in place of /*.ipynb
NAME_12345_67890_*.ipynb, NAME_LATE_12345_67890_*.ipynb     Canvas
"""

import os
import re
import stat
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from gm_ref.desk import BadInput
from gm_ref.grading.who.naming import shown_name, slug

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
CANVAS = re.compile(r"(?P<name>.+?)(?:_LATE)?_(?P<id>\d+)_\d{3,}_(?P<rest>.+)", re.DOTALL)
COPIES = re.compile(r"( ?\(\d+\)|-\d{1,2})$")  # what browsers and Canvas add to a second file of one name
SKIPPED = ("__MACOSX",)
NBGRADER = ("source", "release", "gradebook.db", "nbgrader_config.py")
LOOKED_FOR = "STUDENT.ipynb, STUDENT/*.ipynb, or what Moodle, Canvas or nbgrader collected"

Owner = tuple[str, str]  # a student's name as written, and the platform's number for the student or ''


@dataclass(frozen=True)
class Entry:
    """Something in a folder: its path, its mode (of the link where it is one), its size in bytes."""

    path: Path
    mode: int
    size: int = 0

    @property
    def is_folder(self) -> bool:
        """Say whether it is a folder, not a link to one."""
        return stat.S_ISDIR(self.mode)

    @property
    def is_link(self) -> bool:
        """Say whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def is_notebook(self) -> bool:
        """Say whether it is named as a notebook and is no folder; it may still be a link, or no regular file."""
        return self.path.suffix.lower() == ".ipynb" and not self.is_folder


def listed(folder: Path) -> list[Entry]:
    """Return what is in a folder, by name, without what is hidden; BadInput where it cannot be read."""
    try:
        with os.scandir(folder) as inside:
            entries = [as_entry(e) for e in inside if not e.name.startswith(".") and e.name not in SKIPPED]
    except OSError as error:
        raise BadInput(f"{folder} cannot be read: {error.strerror}.") from None
    return sorted(entries, key=lambda entry: entry.path.name)


def as_entry(entry: os.DirEntry) -> Entry:
    """Return an entry without following it."""
    status = entry.stat(follow_symlinks=False)
    return Entry(Path(entry.path), status.st_mode, status.st_size)


def root_of(folder: Path) -> Path:
    """Return the folder that holds the students, without links; in a course's own folder, nbgrader's `submitted`."""
    try:
        is_there, is_folder, folder = folder.exists(), folder.is_dir(), folder.resolve()
    except OSError as error:
        raise BadInput(f"{folder} cannot be read: {error.strerror}.") from None
    if not is_there:
        raise BadInput(f"{folder} does not exist: name the folder of submissions, with {LOOKED_FOR}.")
    if not is_folder:
        raise BadInput(f"{folder} is a file: name the folder of submissions, with {LOOKED_FOR}.")
    entries = listed(folder)
    names = {entry.path.name for entry in entries}
    submitted = [e.path for e in entries if e.path.name == "submitted" and e.is_folder]
    if submitted and (names == {"submitted"} or names & set(NBGRADER)) and any(e.is_folder for e in listed(*submitted)):
        return submitted[0]
    return folder


def owner_of(entry: Entry) -> Owner | None:
    """Return the student whom something in the submissions belongs to; None if it is no one's."""
    name = unicodedata.normalize("NFC", entry.path.name)
    is_folder = entry.is_folder or (entry.is_link and not entry.is_notebook and entry.path.is_dir())
    platform = MOODLE.fullmatch(name) or (None if is_folder else CANVAS.fullmatch(name))
    if platform:
        return platform["name"], platform["id"]
    if is_folder:
        return name, ""
    return (name[: -len(".ipynb")], "") if entry.is_notebook else None


def is_named(path: Path, lesson: str, copies: bool = False) -> bool:
    """Say whether a notebook has the lesson's name, such as 31_ddpm.ipynb; with copies also 31_ddpm (1).ipynb."""
    platform = MOODLE.fullmatch(path.name) or CANVAS.fullmatch(path.name)
    stem = Path(platform["rest"] if platform else path.name).stem.lower()
    return (COPIES.sub("", stem) if copies else stem) == lesson


def names_of(owners: list[Owner]) -> dict[Owner, str]:
    """Return a name for each student: printable, and different even where a file system ignores capitals.

    Students of one name get the platform's number behind it, or (2), (3) where there is none.
    """
    shared = Counter(shown_name(name).casefold() for name, _ in owners)
    names: dict[Owner, str] = {}
    taken: set[str] = set()
    for owner in sorted(owners):
        name = shown_name(owner[0])
        base = f"{name} ({owner[1]})" if owner[1] and shared[name.casefold()] > 1 else name
        tries = (base if n == 1 else f"{base} ({n})" for n in count(1))
        names[owner] = next(t for t in tries if slug(t).casefold() not in taken)
        taken.add(slug(names[owner]).casefold())
    return names
