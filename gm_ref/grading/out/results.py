"""Write everything that a class run hands out: a table, pages, and files for other programs."""

import json
import re
from pathlib import Path

from gm_ref.grading.judging.record import Grade
from gm_ref.grading.out.pages import Cover, class_page, student_page
from gm_ref.grading.out.tables import grades_csv, gradescope, junit_xml
from gm_ref.grading.run.files import as_bytes, said, write_whole
from gm_ref.grading.run.store import RESULTS, STUDENTS, WRITTEN
from gm_ref.grading.who.naming import slug

__all__ = ["Cover", "write_all"]

SLUG = re.compile(r"[A-Za-z0-9._-]{1,80}")  # no path leads out of the folder


def write_all(grades: list[Grade], out: Path, cover: Cover) -> None:
    """Write grades.csv, class.html, junit.xml, students/SLUG.html and results/SLUG.json into out, sorted by student.

    Each file is replaced whole, and the same grades give the same bytes.  Pages of students who are no longer there
    are removed.  BadInput where the disk is full or refuses.
    """
    grades = sorted(grades, key=lambda grade: (grade.student.casefold(), grade.student))
    with said(out):
        for folder in (STUDENTS, RESULTS):
            (out / folder).mkdir(parents=True, exist_ok=True)
        write_whole(out / "grades.csv", grades_csv(grades), durable=True)
        for grade in grades:
            write_student(grade, out)
        write_whole(out / "junit.xml", junit_xml(grades))
        write_whole(out / "class.html", class_page(grades, cover).encode())
        tidy(out, [slug(grade.student) for grade in grades])


def write_student(grade: Grade, out: Path) -> None:
    """Write one student's page and Gradescope results."""
    stem = slug(grade.student)
    write_whole(out / STUDENTS / f"{stem}.html", student_page(grade).encode())
    write_whole(out / RESULTS / f"{stem}.json", as_bytes(gradescope(grade)))


def tidy(out: Path, stems: list[str]) -> None:
    """Remove what an earlier run wrote for students who are gone, and note what this one wrote."""
    for stem in sorted(written(out) - set(stems)):
        (out / STUDENTS / f"{stem}.html").unlink(missing_ok=True)
        (out / RESULTS / f"{stem}.json").unlink(missing_ok=True)
    write_whole(out / WRITTEN, as_bytes(sorted(stems)))


def written(out: Path) -> set[str]:
    """Return the slugs that an earlier run noted; nothing where the note is missing or damaged."""
    try:
        return {stem for stem in json.loads((out / WRITTEN).read_text("utf-8")) if SLUG.fullmatch(stem)}
    except (OSError, ValueError, TypeError):
        return set()
