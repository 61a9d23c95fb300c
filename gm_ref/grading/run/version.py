"""The fingerprint of all that decides a grade, so that a second run grades anew what a change may have touched."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gm_ref.syllabus import find_lesson

PACKAGE = Path(__file__).parents[2]
DECIDING = ("judging", "sandbox", "talk")  # rooms of grading; the others move submissions in and results out
SHARED = ("syllabus/*.py", "checks/core/*.py", "kit/*.py", "kit/probes/*.py", "desk/*.py", "grading/run/dask_task.py")


@cache
def version_of(lesson: str) -> str:
    """Return twelve letters that change when a file does that has a say in this lesson's grades."""
    digest = hashlib.sha256()
    for path in deciding(find_lesson(lesson).stem):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def deciding(stem: str, package: Path = PACKAGE) -> Iterator[Path]:
    """Yield the files that have a say in a lesson's grades, in a fixed order."""
    rooms = (f"grading/{room}/*.py" for room in DECIDING)
    for pattern in (
        *SHARED,
        *rooms,
        f"checks/{stem}/*.py",
        f"checks/frozen/{stem}.json",
        f"checks/frozen/readings/{stem}.json",
    ):
        yield from sorted(package.glob(pattern))
