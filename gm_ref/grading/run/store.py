"""The output folder of a class run: its lock, its secret seed, and a record for each student.

A record is written as soon as a notebook is graded, whole or not at all.  So a run can be interrupted at any time,
and the next one grades only what is new.
"""

import json
import secrets
from pathlib import Path

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import Grade, Mark, Terms
from gm_ref.grading.run.files import PART, as_bytes, lock, said, unlock, write_whole
from gm_ref.grading.who.naming import slug
from gm_ref.syllabus import find_lesson

MARKER, LOCK, SEED, WRITTEN = ".gm-ref-grades.json", ".gm-ref-lock", ".gm-ref-seed", ".gm-ref-written.json"
RECORDS, STUDENTS, RESULTS = "records", "students", "results"
FOLDERS = (RECORDS, STUDENTS, RESULTS)
FILES = ("grades.csv", "class.html", "junit.xml", MARKER, LOCK, SEED, WRITTEN)
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".directory")
STATUSES = ("pass", "fail", "error", "missing")


class Store:
    """The output folder.  A context manager: entering makes, verifies and locks it; leaving unlocks it.

    with Store(out, lesson.id, submissions) as store:
        terms = Terms(lesson.id, store.seed(given), level, timeout)
        grade = store.kept(student, sha256, terms, version) or judge.grade(...)
        store.keep(grade, terms)

    Entering raises BadInput: out is a file, lies in the submissions, holds foreign files or another lesson's grades,
    is in use by another run, or cannot be written.
    """

    def __init__(self, out: Path, lesson: str, submissions: Path | None = None):
        self.out, self.lesson, self.submissions = out, lesson, submissions
        self._lock: int | None = None

    def __enter__(self) -> "Store":
        with said(self.out):
            verify_place(self.out, self.submissions)
            verify_content(self.out, self.lesson)
            self.out.mkdir(parents=True, exist_ok=True)
            self._lock = lock(self.out / LOCK)
        try:
            with said(self.out):
                self._make_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        if self._lock is not None:
            unlock(self.out / LOCK, self._lock)
        self._lock = None

    def _make_ready(self) -> None:
        """Mark the folder as ours, make its parts, and clear what a killed run had half written."""
        marker = self.out / MARKER
        if not marker.exists():
            write_whole(marker, as_bytes({"lesson": self.lesson}))
        for name in FOLDERS:
            (self.out / name).mkdir(exist_ok=True)
        for folder in (self.out, *(self.out / name for name in FOLDERS)):
            for part in folder.glob(f".*{PART}"):
                part.unlink()

    def seed(self, given: int | None = None) -> int:
        """Return given; else the folder's secret seed of 63 bits, made on first use and kept with mode 0600.

        A seed that is given to a folder without one is kept, too.  The marker gets the fingerprint of what is used.
        """
        with said(self.out):
            seed = self._own_seed(given)
            seed = seed if given is None else given
            fingerprint = Terms(self.lesson, seed, "").fingerprint
            write_whole(self.out / MARKER, as_bytes({"lesson": self.lesson, "seed": fingerprint}))
        return seed

    def _own_seed(self, given: int | None) -> int:
        """Return the seed that the folder keeps; BadInput where its file is damaged."""
        path = self.out / SEED
        if not path.exists():
            write_whole(path, f"{secrets.randbits(63) if given is None else given}\n".encode(), mode=0o600)
        try:
            return int(path.read_text("ascii"))
        except ValueError:
            if given is not None:
                return given
            raise BadInput(f"{path} holds no number: give the seed of these grades with --seed.") from None

    def kept(self, student: str, sha256: str, terms: Terms, version: str) -> Grade | None:
        """Return the student's grade if it was given to the same bytes under the same terms and version, else None.

        A record that is damaged, or that cannot be read, counts as not there.
        """
        try:
            raw = json.loads(self._record(student).read_text("utf-8"))
            grade = sound(Grade.from_json(raw["grade"]))
            same_terms = raw["timeout"] == terms.timeout
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        had = (grade.student, grade.sha256, grade.lesson, grade.level, grade.seed, grade.version)
        wanted = (student, sha256, terms.lesson, terms.level, terms.fingerprint, version)
        return grade if same_terms and had == wanted else None

    def keep(self, grade: Grade, terms: Terms) -> None:
        """Write a student's record, whole or not at all; BadInput if the disk is full or refuses."""
        with said(self.out):
            raw = {"timeout": terms.timeout, "grade": grade.as_json()}
            write_whole(self._record(grade.student), as_bytes(raw), durable=True)

    def _record(self, student: str) -> Path:
        return self.out / RECORDS / f"{slug(student)}.json"


def sound(grade: Grade) -> Grade:
    """Return the grade if its fields can be what a run wrote, else raise ValueError."""
    worth = [(e.name, e.points) for e in find_lesson(grade.lesson).exercises]
    own = (grade.student, grade.file, grade.sha256, grade.level, grade.seed, grade.version, *grade.notes)
    texts = all(isinstance(text, str) for text in own)
    same_worth = [(mark.exercise, mark.out_of) for mark in grade.marks] == worth
    if not (texts and same_worth and is_number(grade.seconds) and all(map(is_sound, grade.marks))):
        raise ValueError("a damaged record")
    return grade


def is_sound(mark: Mark) -> bool:
    """Say whether a mark's fields can be what a run wrote."""
    texts = all(isinstance(text, str) for text in (mark.headline, *mark.lines, mark.mistake or ""))
    most = mark.out_of if mark.status == "pass" else 0
    return texts and mark.status in STATUSES and mark.points in range(most + 1) and is_number(mark.seconds)


def is_number(value: object) -> bool:
    """Say whether a value is a finite number that is not negative."""
    return isinstance(value, int | float) and 0 <= value < float("inf")


def verify_place(out: Path, submissions: Path | None) -> None:
    """Raise BadInput if out is a file or lies in the submissions."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file: name a folder for the grades.")
    if submissions and out.resolve().is_relative_to(submissions.resolve()):
        raise BadInput(f"{out} lies in the submissions: name a folder outside {submissions} for the grades.")


def verify_content(out: Path, lesson: str) -> None:
    """Raise BadInput if out holds another lesson's grades, or files while it is no folder of grades."""
    inside = sorted(out.iterdir()) if out.exists() else []
    linked = [path.name for path in inside if path.name in (*FOLDERS, *FILES) and path.is_symlink()]
    foreign = [path.name for path in inside if path.name not in (*FOLDERS, *FILES, *LITTER)]
    is_ours = (out / MARKER).is_file()
    if linked:
        raise BadInput(f"{out / linked[0]} is a link: remove it, or name another folder for the grades.")
    if foreign and not is_ours:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise BadInput(f"{out} holds files that are not grades ({foreign[0]!r}{more}): name a new or an empty folder.")
    if is_ours and (other := marked_lesson(out)) != lesson:
        raise BadInput(f"{out} holds the grades of {other or 'an unknown lesson'}: name another folder for {lesson}.")


def marked_lesson(out: Path) -> str:
    """Return the lesson that the folder's marker names, '' where it is damaged."""
    try:
        return str(json.loads((out / MARKER).read_text("utf-8"))["lesson"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
