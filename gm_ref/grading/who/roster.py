"""Find one notebook for each student in a folder of submissions, and read it.

What goes wrong with one student's notebook is a sentence for that student and stops nothing.  Links are not
followed, and nothing is opened that is not a regular file of bearable size.
"""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import LARGEST, Grade, Terms, nothing
from gm_ref.grading.who.layouts import LOOKED_FOR, Entry, Owner, is_named, listed, names_of, owner_of, root_of
from gm_ref.grading.who.naming import one_line, shown_name
from gm_ref.syllabus import Lesson

TABLES = (".csv", ".tsv")
ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar")
DEEPEST, MOST = 4, 3000  # levels and entries that are looked at in one student's folder


@dataclass(frozen=True)
class Found:
    """What one student handed in.

    student: the name, printable and unique in the run.  path: the notebook.  file: its path below the submissions, as
    text, '' where there is none.  problem: '' or the sentence why it cannot be read; then no one opens it.
    folder: the submissions; below it no link is followed.
    """

    student: str
    path: Path
    file: str
    problem: str = ""
    folder: Path | None = None


@dataclass
class Handed:
    """All that belongs to one student: what is named as a notebook, and what went wrong while looking."""

    notebooks: list[Entry] = field(default_factory=list)
    trouble: str = ""

    def add(self, entry: Entry) -> None:
        """Take something of the student's that lies in the submissions."""
        notebooks, trouble = [entry], ""
        if entry.is_folder:
            notebooks, trouble = walk(entry.path)
        elif entry.is_link and not entry.is_notebook:
            notebooks, trouble = [], f"{shown_name(entry.path.name)} is a link, and links are not followed"
        elif not entry.is_notebook:
            notebooks, trouble = [], no_notebook([entry])
        self.notebooks += notebooks
        self.trouble = self.trouble or trouble


def find_submissions(folder: Path, lesson: Lesson) -> list[Found]:
    """Return what each student handed in, sorted by student; students whose notebook is unusable have a problem.

    BadInput: the folder is not there, is a file, cannot be read, or holds no notebook at all.
    """
    folder = root_of(folder)
    handed: dict[Owner, Handed] = {}
    for entry in listed(folder):
        owner = owner_of(entry)
        if owner:
            handed.setdefault(owner, Handed()).add(entry)
    if not any(h.notebooks for h in handed.values()):
        raise BadInput(f"{folder} holds no notebooks: there should be {LOOKED_FOR}.")
    names = names_of(list(handed))
    found = [pick(names[owner], h, lesson, folder) for owner, h in handed.items()]
    return sorted(found, key=lambda f: (f.student.casefold(), f.student))


def walk(folder: Path) -> tuple[list[Entry], str]:
    """Return what is named as a notebook in a student's folder, the nearest first, and what went wrong, or ''."""
    notebooks: list[Entry] = []
    others: list[Entry] = []
    trouble, seen, waiting = "", 0, [(folder, 1)]
    while waiting:
        place, depth = waiting.pop(0)
        try:
            entries = listed(place)
        except BadInput:
            trouble = "a folder in it cannot be read"
            continue
        seen += len(entries)
        if seen > MOST:
            return [], f"the folder holds more than {MOST} files"
        notebooks += [e for e in entries if e.is_notebook]
        others += [e for e in entries if not (e.is_notebook or e.is_folder or e.is_link)]
        waiting += [(e.path, depth + 1) for e in entries if e.is_folder and depth < DEEPEST]
        if any(e.is_link and not e.is_notebook for e in entries):
            trouble = trouble or "a link in the folder was not followed"
    return notebooks, trouble or no_notebook(others)


def no_notebook(files: list[Entry]) -> str:
    """Return what a student's other files are good for; '' where there are none."""
    names = sorted((shown_name(e.path.name) for e in files), key=lambda name: not name.lower().endswith(ARCHIVES))
    if not names:
        return ""
    advice = ": unpack it first" if names[0].lower().endswith(ARCHIVES) else ""
    return f"{names[0]} {f'and {len(names) - 1} more are no notebooks' if names[1:] else 'is no notebook'}{advice}"


def pick(student: str, handed: Handed, lesson: Lesson, folder: Path) -> Found:
    """Return the one notebook that counts, or the student's problem."""
    chosen = choose(handed.notebooks, lesson)
    if chosen:
        return Found(student, chosen.path, below(chosen.path, folder), problem_of(chosen), folder)
    if not handed.notebooks:
        why = f" ({handed.trouble})" if handed.trouble else ""
        return Found(student, folder, "", f"There is no notebook of this student{why}.", folder)
    names = [shown_name(below(e.path, folder)) for e in handed.notebooks]
    listing = f"{' and '.join(names[:2])}{f' and {len(names) - 2} more' if len(names) > 2 else ''}"
    advice = f"leave one, or name the one that counts {lesson.id}.ipynb"
    many = "two" if len(names) == 2 else str(len(names))
    return Found(student, folder, "", f"There are {many} notebooks for one student, {listing}: {advice}.", folder)


def below(path: Path, folder: Path) -> str:
    """Return a path below the submissions as printable text."""
    return one_line(path.relative_to(folder).as_posix())


def choose(notebooks: list[Entry], lesson: Lesson) -> Entry | None:
    """Return the notebook that counts, None where that is not clear.

    One alone counts.  Of several: the one named as the lesson, a copy named so, one in a folder named so; each time
    the one nearest the top.
    """
    wanted = (
        [e for e in notebooks if is_named(e.path, lesson.id)],
        [e for e in notebooks if is_named(e.path, lesson.id, copies=True)],
        [e for e in notebooks if e.path.parent.name.lower() == lesson.id],
        notebooks,
    )
    candidates = next((group for group in wanted if group), [])
    top = min((len(e.path.parts) for e in candidates), default=0)
    nearest = [e for e in candidates if len(e.path.parts) == top] if candidates is not notebooks else notebooks
    return nearest[0] if len(nearest) == 1 else None


def problem_of(entry: Entry) -> str:
    """Return why a notebook is not read, '' where nothing speaks against it."""
    name = shown_name(entry.path.name)
    if entry.is_link:
        return f"{name} is a link, and links are not followed: hand in the notebook itself."
    if not stat.S_ISREG(entry.mode):
        return f"{name} is not a regular file: hand in the notebook itself."
    return too_large(name, entry.size) if entry.size > LARGEST else ""


def too_large(name: str, size: int) -> str:
    """Return the sentence on a notebook that is too large to read."""
    limit = LARGEST >> 20
    return f"{name} holds {size / (1 << 20):.1f} MB, more than {limit} MB: clear its outputs and hand it in again."


def read_bytes(found: Found) -> bytes:
    """Return a notebook's bytes, at most 20 MB; BadInput says why not.  Follows no link and waits for no pipe."""
    if found.problem:
        raise BadInput(found.problem)
    name = shown_name(found.path.name)
    try:
        descriptor = open_below(found)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            problem = problem_of(Entry(found.path, status.st_mode, status.st_size))
            content = b"" if problem else file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}.") from None
    if problem or len(content) > LARGEST:
        raise BadInput(problem or too_large(name, len(content)))
    return content


def open_below(found: Found) -> int:
    """Return a descriptor of the notebook, each step below the submissions taken without following links."""
    folder = found.folder or found.path.parent
    *steps, last = found.path.relative_to(folder).parts
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in steps:
            inner = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place)
            os.close(place)
            place = inner
        return os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    finally:
        os.close(place)


def unusable(found: Found, terms: Terms, sentence: str = "", version: str = "") -> Grade:
    """Return the grade of no points for a student whose notebook has a problem (found.problem, or this sentence)."""
    status = "error" if found.file else "missing"
    marks = nothing(terms.lesson, status, "not graded: there is no notebook that can be used")
    notes = (sentence or found.problem,)
    level, seed = terms.level, terms.fingerprint
    return Grade(found.student, terms.lesson, found.file, "", level, seed, marks, notes, version=version)


def absent(roster: Path, found: list[Found]) -> list[str]:
    """Return who stands in a roster file (one name on a line) and handed in nothing; BadInput if it cannot be read."""
    names = listed_names(roster)
    there = {alike(f.student) for f in found}
    wanted = dict.fromkeys(shown_name(name) for name in names if name.strip())
    return [name for name in wanted if alike(name) not in there]


def listed_names(roster: Path) -> list[str]:
    """Return the lines of a roster; BadInput if it cannot be read, or is a table of several columns."""
    try:
        names = roster.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise BadInput(f"{roster} cannot be read as a list of names: {reason}.") from None
    if roster.suffix.lower() in TABLES and any(len(re.split("[,;\t]", name)) > 1 for name in names):
        wanted = "one student on a line, as the names of files or folders spell them"
        raise BadInput(f"{roster} is a table of several columns: give a text file with {wanted}.")
    return names


def alike(name: str) -> str:
    """Return what two ways to write one name have in common: capitals and the kind of apostrophe do not count."""
    return re.sub("[\u2018\u2019\u02bc\u00b4`]", "'", name).casefold()
