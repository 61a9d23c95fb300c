"""The course as one table: lessons, their exercises, points, minutes, and what builds on what.

A file for each family holds its rows.  Needs nothing but the standard library, so that commands answer at once.
"""

from dataclasses import asdict

from gm_ref.syllabus import diffusion, evaluation, flow, foundations, gan, vae
from gm_ref.syllabus.rows import Exercise, Lesson

FAMILIES = {
    "foundations": foundations.LESSONS,
    "gan": gan.LESSONS,
    "vae": vae.LESSONS,
    "diffusion": diffusion.LESSONS,
    "flow": flow.LESSONS,
    "evaluation": evaluation.LESSONS,
}
LESSONS = tuple(sorted((row for rows in FAMILIES.values() for row in rows), key=lambda lesson: lesson.number))


def find_lesson(name: str) -> Lesson:
    """Return the lesson with this id (31_ddpm), stem (ddpm) or number (31); ValueError names those there are."""
    for lesson in LESSONS:
        if name in (lesson.id, lesson.stem, str(lesson.number), f"{lesson.number:02d}"):
            return lesson
    raise ValueError(f"{name!r} is not a lesson: choose one of {', '.join(lesson.id for lesson in LESSONS)}.")


def as_json() -> dict:
    """Return the table as plain data, for `gm-ref syllabus --json`."""
    return {"lessons": [{"id": lesson.id, **asdict(lesson)} for lesson in LESSONS]}


__all__ = ["FAMILIES", "LESSONS", "Exercise", "Lesson", "as_json", "find_lesson"]
