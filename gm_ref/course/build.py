"""Build every lesson: notebooks, solved and executed notebooks, frozen diagnoses; or say what is out of date."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gm_ref.course import readings
from gm_ref.course.execute import execute, keep_outputs, was_executed
from gm_ref.course.freeze import as_text, freeze, settled
from gm_ref.course.notebooks import learner_notebook, solved_notebook
from gm_ref.course.paths import ROOT, Rooms
from gm_ref.syllabus import LESSONS, Lesson


@dataclass(frozen=True)
class Stale:
    """A built file that does not agree with its sources, and the file to edit."""

    path: Path
    edit: Path

    def __str__(self) -> str:
        return f"{self.path} is out of date: edit {self.edit}, never the built file, then run gm-ref build."


def build(lessons: Iterable[Lesson] = LESSONS, root: Path = ROOT, run: bool = False) -> Iterator[Path]:
    """Write what is out of date and yield each path written; run executes the solved notebooks anew in any case."""
    for lesson in lessons:
        rooms = Rooms(lesson, root)
        yield from write(rooms.frozen, frozen_text(rooms))
        yield from write(rooms.readings, readings_text(rooms))
        yield from write(rooms.learner, as_notebook_text(learner_notebook(rooms)))
        solved = solved_notebook(rooms)
        kept = keep_outputs(solved, stored(rooms.solved)) and was_executed(solved)
        if run or not kept:
            execute(solved, rooms.root)
        yield from write(rooms.solved, as_notebook_text(solved))


def stale(lessons: Iterable[Lesson] = LESSONS, root: Path = ROOT) -> Iterator[Stale]:
    """Yield every built file that is out of date."""
    for lesson in lessons:
        rooms = Rooms(lesson, root)
        if not agrees(rooms.frozen, frozen_text(rooms)):
            yield Stale(rooms.frozen, rooms.mistakes)
        if not agrees(rooms.readings, readings_text(rooms)):
            yield Stale(rooms.readings, rooms.answers)
        if not agrees(rooms.learner, as_notebook_text(learner_notebook(rooms))):
            yield Stale(rooms.learner, rooms.source)
        solved = solved_notebook(rooms)
        kept = keep_outputs(solved, stored(rooms.solved)) and was_executed(solved)
        if not kept or not agrees(rooms.solved, as_notebook_text(solved)):
            yield Stale(rooms.solved, rooms.source)


def frozen_text(rooms: Rooms) -> str:
    """Return the frozen file's text."""
    old = json.loads(rooms.frozen.read_text("utf-8")) if rooms.frozen.exists() else None
    return as_text(settled(freeze(rooms), old))


def readings_text(rooms: Rooms) -> str:
    """Return the readings' text, anew where a reference, its probes or the tool has changed."""
    old = json.loads(rooms.readings.read_text("utf-8")) if rooms.readings.exists() else None
    return readings.as_text(readings.readings(rooms, old))


def stored(path: Path) -> NotebookNode | None:
    """Return the notebook at path, or None."""
    return nbformat.read(path, as_version=4) if path.exists() else None


def as_notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook's text, the same bytes for the same content."""
    nbformat.validate(notebook)
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def agrees(path: Path, text: str) -> bool:
    """Say whether the file holds this text."""
    return path.exists() and path.read_text("utf-8") == text


def write(path: Path, text: str) -> Iterator[Path]:
    """Write the text where it differs, and yield the path if it did."""
    if not agrees(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        yield path
