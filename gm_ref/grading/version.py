"""The fingerprint of all that decides a grade, so that a second run grades anew what a change may have touched."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gm_ref.syllabus import find_lesson

PACKAGE = Path(__file__).parents[1]
DECIDE = ("syllabus.py", "checks/core/*.py", "kit/*.py", "desk/*.py", "grading/*.py")
ONLY_HAND_ON = {  # files of grading that move submissions in and results out, and decide no point
    *(
        "bank.py",
        "classrun.py",
        "cluster.py",
        "files.py",
        "layouts.py",
        "naming.py",
        "page_parts.py",
        "pages.py",
        "pools.py",
        "progress.py",
    ),
    *("results.py", "roster.py", "store.py", "tables.py", "version.py"),
}


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
    own = (f"checks/{stem}.py", f"checks/{stem}_*.py", f"checks/frozen/{stem}.json")
    for pattern in (*DECIDE, *own):
        for path in sorted(package.glob(pattern)):
            if not (path.parent.name == "grading" and path.name in ONLY_HAND_ON):
                yield path
