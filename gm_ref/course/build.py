"""Build every lesson: notebooks, solved and executed notebooks, frozen diagnoses; or say what is out of date."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gm_ref.course import readings
from gm_ref.course.course_map import with_map
from gm_ref.course.excerpt import SourceError
from gm_ref.course.execute import execute, keep_outputs, was_executed
from gm_ref.course.freeze import as_text, freeze, settled
from gm_ref.course.notebooks import learner_notebook, solved_notebook
from gm_ref.course.paths import ROOT, Rooms
from gm_ref.course.places import require_places
from gm_ref.course.times import record
from gm_ref.syllabus import LESSONS, Lesson


@dataclass(frozen=True)
class Stale:
    """A built file that does not agree with its sources, the source that seems to have changed, and the others."""

    path: Path
    changed: Path
    others: tuple[Path, ...] = ()
    what: str = ""

    def __str__(self) -> str:
        if not self.path.exists():
            return f"{self.path} is not built yet: run gm-ref build{self.what}."
        others = f" (it is also built from {' and '.join(map(str, self.others))})" if self.others else ""
        return (
            f"{self.path} is out of date: {self.changed} seems to have changed{others}; "
            f"edit sources, never the built file, then run gm-ref build{self.what}."
        )


def build(lessons: Iterable[Lesson] = LESSONS, root: Path = ROOT, run: bool = False) -> Iterator[Path]:
    """Write what is out of date and yield each path written; run executes the solved notebooks anew in any case."""
    for lesson in lessons:
        rooms = Rooms(lesson, root)
        require_places(rooms)
        yield from write(rooms.frozen, frozen_text(rooms))
        yield from write(rooms.readings, readings_text(rooms))
        yield from write(rooms.learner, as_notebook_text(learner_notebook(rooms)))
        solved = solved_notebook(rooms)
        kept = keep_outputs(solved, stored(rooms.solved)) and was_executed(solved)
        if run or not kept:
            yield from record(rooms.root, {lesson.id: execute(solved, rooms.root)})
        yield from write(rooms.solved, as_notebook_text(solved))


def build_map(root: Path = ROOT) -> Iterator[Path]:
    """Write the map of the course in README.md where it is out of date, and yield the path if it was."""
    readme = root / "README.md"
    yield from write(readme, with_map(readme))


def stale(lessons: Iterable[Lesson] = LESSONS, root: Path = ROOT) -> Iterator[Stale]:
    """Yield every built file that is out of date."""
    for lesson in lessons:
        rooms, what = Rooms(lesson, root), f" {lesson.number:02d}"
        require_places(rooms)
        if not agrees(rooms.frozen, text := frozen_text(rooms)):
            changed = changed_of_frozen(rooms, text)
            yield Stale(rooms.frozen, changed, others(changed, rooms.mistakes, rooms.answers, rooms.checks), what)
        if not agrees(rooms.readings, readings_text(rooms)):
            yield Stale(rooms.readings, rooms.answers, (rooms.checks, rooms.mistakes), what)
        learner, solved = learner_notebook(rooms), solved_notebook(rooms)
        if not agrees(rooms.learner, as_notebook_text(learner)):
            changed = changed_of_notebook(rooms, learner, stored(rooms.learner))
            yield Stale(rooms.learner, changed, others(changed, rooms.source, rooms.answers), what)
        kept = keep_outputs(solved, stored(rooms.solved)) and was_executed(solved)
        if not kept or not agrees(rooms.solved, as_notebook_text(solved)):
            changed = changed_of_notebook(rooms, solved, stored(rooms.solved))
            yield Stale(rooms.solved, changed, others(changed, rooms.source, rooms.answers), what)


def stale_map(root: Path = ROOT) -> Iterator[Stale]:
    """Yield README.md where its map does not agree with the syllabus."""
    readme = root / "README.md"
    if not agrees(readme, with_map(readme)):
        yield Stale(readme, root / "gm_ref" / "syllabus")


def others(changed: Path, *sources: Path) -> tuple[Path, ...]:
    """Return the sources but the one that has changed."""
    return tuple(source for source in sources if source != changed)


def changed_of_notebook(rooms: Rooms, new: NotebookNode, old: NotebookNode | None) -> Path:
    """Return the source that differs from what a notebook was built from: the reference, or the lesson's source."""
    if old is None or len(old.cells) != len(new.cells):
        return rooms.source
    pairs = zip(new.cells, old.cells, strict=True)
    tags = [cell.metadata.get("tags", []) for cell, before in pairs if cell.source != before.source]
    cut_out = [tag for tag in tags if "exercise" in tag or "given" in tag]
    return rooms.answers if cut_out and len(cut_out) == len(tags) else rooms.source


def changed_of_frozen(rooms: Rooms, text: str) -> Path:
    """Return the source that differs from what the frozen file was made of: the lesson's hints, or the mistakes."""
    old = json.loads(rooms.frozen.read_text("utf-8"))["exercises"] if rooms.frozen.exists() else {}
    new = json.loads(text)["exercises"]
    same = {name for name in new if name in old and new[name]["mistakes"] == old[name]["mistakes"]}
    return rooms.source if same == set(new) else rooms.mistakes


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


__all__ = ["SourceError", "Stale", "build", "build_map", "stale", "stale_map"]
