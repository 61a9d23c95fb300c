"""What a lesson must have in every room before it can be built, and a sentence on each place that is missing."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from gm_ref.course.excerpt import SourceError
from gm_ref.course.paths import Rooms

FEW = 3  # missing files that are told by name


def require_places(rooms: Rooms) -> None:
    """Raise SourceError with one sentence where something is missing that a person has to write."""
    for sentence in missing(rooms, needed_to_build(rooms)):
        raise SourceError(sentence)


def missing(rooms: Rooms, places: Iterable[Path]) -> Iterator[str]:
    """Yield a sentence on what a lesson lacks: places, and checks that the package of its checks does not hand on."""
    gone = [path.relative_to(rooms.root).as_posix() for path in places if not path.is_file()]
    if gone:
        more = f" and {len(gone) - FEW} more" if len(gone) > FEW else ""
        yield (
            f"{rooms.lesson.id} stands in the syllabus and lacks {', '.join(gone[:FEW])}{more}: "
            "write what is missing, or take its row out and let gm-ref new lay out the lesson."
        )
        return
    init = rooms.checks / "__init__.py"
    for name in sorted({f"check_{e.name}" for e in rooms.lesson.exercises} - imported(init)):
        file = init.relative_to(rooms.root).as_posix()
        module = f"gm_ref.checks.{rooms.lesson.stem}.{name.removeprefix('check_')}"
        yield f"{rooms.lesson.id}: {file} does not import {name}: add `from {module} import {name}`."


def needed_to_build(rooms: Rooms) -> list[Path]:
    """Return the files that a person writes and gm-ref build reads."""
    return [rooms.source, rooms.answers, *package(rooms, rooms.checks), *package(rooms, rooms.mistakes)]


def written_by_hand(rooms: Rooms) -> list[Path]:
    """Return all files of a lesson that a person writes."""
    return [*needed_to_build(rooms), rooms.tests, *package(rooms, rooms.alternatives)]


def package(rooms: Rooms, folder: Path) -> list[Path]:
    """Return the files of a folder that has one for each exercise."""
    return [folder / f"{name}.py" for name in ("__init__", *(e.name for e in rooms.lesson.exercises))]


def built(rooms: Rooms) -> list[Path]:
    """Return the files of a lesson that gm-ref build makes."""
    return [rooms.learner, rooms.solved, rooms.frozen, rooms.readings]


def imported(path: Path) -> set[str]:
    """Return the names that a file imports from elsewhere."""
    nodes = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.ImportFrom)]
    return {alias.name for node in nodes for alias in node.names}
