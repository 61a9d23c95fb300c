"""Read a learner's saved notebook: which lesson it is, which cells define its exercises, which cannot be read.

The file is read as JSON and not through nbformat, whose import costs a second and which refuses what a learner
can well have: notebooks of format 3, cells without ids, stray keys.
"""

import ast
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gm_ref.desk import BadInput
from gm_ref.desk.cells import LONGEST, Cell, Unreadable, bound, is_for_ipython, names_in, outer, parse
from gm_ref.desk.names import closest
from gm_ref.syllabus import LESSONS, Lesson, find_lesson

ROOT = Path(__file__).parents[2]
SPARED = "; the course's own set-up cell is used in its place."


@dataclass
class SavedNotebook:
    """A notebook as the checks need it.

    whole: numbers of the cells to run as they stand (set-up and exercises); from the others only definitions.
    notes: sentences on cells that cannot be read and hold no exercise.
    broken: exercise -> why no cell defines it (a cell that is not Python, a name that was changed).
    unwritten: those of broken that are plainly absent, as against those in a cell that cannot be read.
    """

    path: Path
    lesson: Lesson
    cells: list[Cell]
    whole: set[int]
    notes: list[str]
    broken: dict[str, str] = field(default_factory=dict)
    unwritten: set[str] = field(default_factory=set)


def read(path: Path, root: Path = ROOT) -> SavedNotebook:
    """Return the notebook at path as a submission; BadInput says in one sentence why it is none."""
    return understand(path, read_bytes(path), root)


def understand(path: Path, data: bytes, root: Path = ROOT) -> SavedNotebook:
    """Return the notebook of these bytes as a submission; path is its name in sentences, which say BadInput."""
    notebook = read_json(path, data)
    cells = code_cells(notebook)
    defines, trouble = survey(cells)
    lesson = lesson_of(notebook, cells, path)
    names = {e.name for e in lesson.exercises}
    whole = {c.number for c in cells if "setup" in c.tags or defines[c.number] & names}
    usable = [c if c.number not in trouble else spare(c, lesson, root) for c in cells]
    spared = {c.number for c in usable if c} & set(trouble)
    notes = [t + (SPARED if n in spared else "") for n, t in trouble.items() if not defines[n] & names]
    submission = SavedNotebook(path, lesson, [c for c in usable if c], whole, notes)
    for exercise in lesson.exercises:
        find_trouble(submission, exercise.name, defines, trouble)
    return submission


def spare(cell: Cell, lesson: Lesson, root: Path) -> Cell | None:
    """Return the course's own set-up cell for one that cannot be read; None for any other cell."""
    shipped = root / "notebooks" / f"{lesson.id}.ipynb"
    if "setup" not in cell.tags or not shipped.exists():
        return None
    sources = [c.source for c in code_cells(read_json(shipped, shipped.read_bytes())) if "setup" in c.tags]
    return replace(cell, source="\n".join(sources))


def read_json(path: Path, data: bytes) -> dict[str, Any]:
    """Return the notebook's JSON, or raise BadInput."""
    try:
        text = data.decode("utf-8-sig")
        if not text.strip():
            raise BadInput(f"{path} is empty: save the notebook again in JupyterLab.")
        notebook = json.loads(text)
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not a notebook: it is not text in UTF-8.") from None
    except ValueError as error:
        raise BadInput(f"{path} is not a notebook: it is not JSON ({error}).") from None
    except RecursionError:
        raise BadInput(f"{path} is not a notebook: its JSON is nested too deeply.") from None
    if not isinstance(notebook, dict) or not isinstance(raw_cells(notebook), list):
        raise BadInput(f"{path} is not a notebook: it is JSON, but holds no list of cells.")
    return notebook


def read_bytes(path: Path) -> bytes:
    """Return the content of an existing, ordinary file, or raise BadInput."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a notebook in it{for_example(path)}.")
    if not path.exists():
        raise BadInput(f"{path} does not exist{neighbour(path)}")
    if not path.is_file():
        raise BadInput(f"{path} is not a file that can be read as a notebook.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None


def for_example(folder: Path) -> str:
    """Return ', such as ...' with a notebook of the folder, or ''."""
    return "".join([f", such as {found}" for found in sorted(folder.glob("*.ipynb"))][:1])


def neighbour(path: Path) -> str:
    """Return a question about the file that was probably meant, or the full stop."""
    stems = [p.stem for p in path.parent.glob("*.ipynb")] if path.parent.is_dir() else []
    close = closest(path.stem, stems)
    return f": do you mean {path.parent / close}.ipynb?" if close else "."


def raw_cells(notebook: dict[str, Any]) -> Any:
    """Return the list of cells, of all sheets together in a notebook of format 3."""
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        return [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
    return notebook.get("cells")


def code_cells(notebook: dict[str, Any]) -> list[Cell]:
    """Return the notebook's code cells in order."""
    cells = [cell if isinstance(cell, dict) else {} for cell in raw_cells(notebook)]
    return [as_cell(number, c) for number, c in enumerate(cells, start=1) if c.get("cell_type") == "code"]


def as_cell(number: int, raw: dict[str, Any]) -> Cell:
    """Return one code cell; its text may be a string or a list of lines, under a key that formats differ in."""
    source = raw.get("source", raw.get("input", ""))
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    metadata = mapping(raw.get("metadata"))
    tags = tuple(map(str, metadata.get("tags") or ()))
    grade_id = str(mapping(metadata.get("nbgrader")).get("grade_id", ""))
    return Cell(number, text.replace("\r\n", "\n").replace("\r", "\n"), tags, grade_id)


def mapping(value: Any) -> dict[str, Any]:
    """Return value if it is a dict, else an empty one."""
    return value if isinstance(value, dict) else {}


def survey(cells: list[Cell]) -> tuple[dict[int, set[str]], dict[int, str]]:
    """Return cell number -> names it defines, and cell number -> why it cannot be read."""
    defines, trouble = {}, {}
    for cell in cells:
        try:
            defines[cell.number] = bound([s for s in parse(cell) if not is_for_ipython(s)])
        except Unreadable as error:
            defines[cell.number] = names_in(cell.source[:LONGEST]) | {cell.grade_id}
            trouble[cell.number] = str(error)
    return defines, trouble


def lesson_of(notebook: dict[str, Any], cells: list[Cell], path: Path) -> Lesson:
    """Return the lesson that the notebook's metadata names, else the one whose exercises and checks it holds."""
    own = mapping(mapping(notebook.get("metadata")).get("gm_ref")).get("lesson")
    with suppress(ValueError):
        return find_lesson(str(own))
    words = Counter(word for cell in cells for word in words_of(cell))
    scores = {lesson: sum(words[e.name] + words[f"check_{e.name}"] for e in lesson.exercises) for lesson in LESSONS}
    best = max(scores, key=lambda lesson: scores[lesson])
    if not scores[best]:
        ids = ", ".join(lesson.id for lesson in LESSONS)
        raise BadInput(f"{path} is not a lesson of this course: it defines no exercise of {ids}.")
    return best


def words_of(cell: Cell) -> set[str]:
    """Return the names that a cell defines at its top level, and the checks that it calls."""
    try:
        statements = parse(cell)
    except Unreadable:
        return names_in(cell.source[:LONGEST])
    nodes = [node for statement in statements for node in outer(statement)]
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return bound(statements) | {name for name in called if name.startswith("check_")}


def find_trouble(submission: SavedNotebook, name: str, defines: dict[int, set[str]], trouble: dict[int, str]) -> None:
    """Note why an exercise cannot be had, unless its last definition stands in a cell that can be read."""
    places = [number for number, names in defines.items() if name in names]
    if places and places[-1] in trouble:
        submission.broken[name] = trouble[places[-1]]
    elif not places:
        others = {e.name for e in submission.lesson.exercises}
        own = {n: i for i, names in defines.items() for n in names - others if not n.startswith("check_")}
        here = [n for n, i in own.items() if any(c.number == i and c.grade_id == name for c in submission.cells)]
        alike = closest(name, here) or (here[0] if len(here) == 1 else closest(name, own))
        hint = f"{alike} in cell {own[alike]} looks like it: name it {name}" if alike else restore(submission.lesson)
        submission.broken[name] = f"No cell defines {name}; {hint}."
        submission.unwritten.add(name)


def restore(lesson: Lesson) -> str:
    """Return how to get a lost cell back."""
    return f"its cell is in notebooks/{lesson.id}.ipynb"
