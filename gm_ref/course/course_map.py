"""The map of the course in README.md, which is built from the syllabus between two marks."""

import re
from collections.abc import Iterable
from pathlib import Path

from gm_ref.course.excerpt import SourceError
from gm_ref.syllabus import LESSONS, Lesson

BEGIN, END = "<!-- map: built by gm-ref build from gm_ref/syllabus -->", "<!-- end of map -->"
MARKED = re.compile(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}", re.DOTALL)
HEAD = "| lesson | what you derive and build | exercises | computing |\n|---|---|---|---|\n"


def with_map(path: Path, lessons: Iterable[Lesson] = LESSONS) -> str:
    """Return the text of README.md with the map of these lessons in the place of the old one."""
    text = path.read_text("utf-8")
    if not MARKED.search(text):
        raise SourceError(f"{path} has no place for the map: write the lines {BEGIN} and {END} where it belongs.")
    rows = "".join(f"| `{x.id}` | {x.about} | {len(x.exercises)} | {x.minutes} min |\n" for x in lessons)
    return MARKED.sub(lambda _: f"{BEGIN}\n\n{HEAD}{rows}\n{END}", text)
