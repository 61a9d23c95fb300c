"""Which tests are about one lesson: the option --lesson."""

from pathlib import Path

from gm_ref.course.paths import ROOT, Rooms
from gm_ref.syllabus import Lesson


def concerns(item, lesson):
    """Say whether a test is about a lesson: it stands in a file of it, or is parametrised by it or by a file of it."""
    rooms = Rooms(lesson)
    if item.path in (rooms.tests, rooms.solved):
        return True
    values = getattr(getattr(item, "callspec", None), "params", {}).values()
    return any(means(value, rooms) for value in values)


def means(value, rooms):
    """Say whether the value that a test is parametrised by is a lesson or a file of it."""
    if isinstance(value, Lesson | list):
        return value in (rooms.lesson, [rooms.lesson])
    return isinstance(value, Path) and is_file_of(value, rooms)


def is_file_of(path, rooms):
    """Say whether a file is one of a lesson's own."""
    own = (rooms.source, rooms.answers, rooms.tests, rooms.probes, rooms.checks, rooms.mistakes, rooms.alternatives)
    rows = ROOT / "gm_ref" / "syllabus" / f"{rooms.lesson.family}.py"
    return any(path.is_relative_to(place) for place in (*own, rows))
