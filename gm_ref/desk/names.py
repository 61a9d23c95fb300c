"""Find an exercise by what people call it: q_sample, ddpm.q_sample or 31_ddpm.q_sample."""

from collections.abc import Iterable
from difflib import get_close_matches

from gm_ref.desk import BadInput
from gm_ref.syllabus import LESSONS, Exercise, Lesson

ALIKE = 0.7  # how alike two names must be (0 to 1) to ask "do you mean"


def find_exercise(name: str, lessons: Iterable[Lesson] = LESSONS) -> tuple[Lesson, Exercise]:
    """Return the lesson and the exercise of this name; BadInput lists the names there are."""
    lessons = tuple(lessons)
    found = [(lesson, e) for lesson in lessons for e in lesson.exercises if name in spellings(lesson, e)]
    if len(found) == 1:
        return found[0]
    if found:
        places = " or ".join(f"{lesson.stem}.{e.name}" for lesson, e in found)
        raise BadInput(f"{name} is an exercise of more than one lesson: say {places}.")
    raise BadInput(f"{name!r} is not an exercise {where(lessons)}: {choices(name, lessons)}")


def spellings(lesson: Lesson, exercise: Exercise) -> tuple[str, ...]:
    """Return the names that mean this exercise."""
    return exercise.name, f"{lesson.stem}.{exercise.name}", f"{lesson.id}.{exercise.name}"


def where(lessons: tuple[Lesson, ...]) -> str:
    """Return the place that was searched, in words."""
    return f"of {lessons[0].id}" if len(lessons) == 1 else "of this course"


def choices(name: str, lessons: tuple[Lesson, ...]) -> str:
    """Return a sentence that names the exercise that was probably meant, or those there are."""
    close = closest(name.rsplit(".", 1)[-1], (e.name for lesson in lessons for e in lesson.exercises))
    if close:
        return f"do you mean {close}?"
    wanted = [lesson for lesson in lessons if name in (lesson.id, lesson.stem)] or lessons
    return f"choose one of {', '.join(f'{lesson.stem}.{e.name}' for lesson in wanted for e in lesson.exercises)}."


def closest(name: str, others: Iterable[str]) -> str:
    """Return the name that looks most like this one, or '' where none does."""
    return next(iter(get_close_matches(name, list(others), n=1, cutoff=ALIKE)), "")
