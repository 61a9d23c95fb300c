"""From a lesson's source to its two notebooks, without running anything.

What each tag makes of a cell is the table in `gm_ref/course/anatomy.py`.
"""

import re
from collections.abc import Callable

import jupytext
import nbformat
from nbformat import NotebookNode

from gm_ref.course.anatomy import LOCKED, READY, READY_CODE, blank, part_of, require_parts
from gm_ref.course.excerpt import STUB_BODY, SourceError, definition, imported_names, stub
from gm_ref.course.paths import Rooms
from gm_ref.syllabus import Exercise

CALL = re.compile(r"^check_(\w+)\((\w+)[,)]", re.MULTILINE)
HEADING = re.compile(r"^(### Exercise `(\w+)`.*)$", re.MULTILINE)
HINT = re.compile(r"^\d\.\s+(.*?)(?=^\d\.\s|\Z)", re.MULTILINE | re.DOTALL)
FOLD = "<details><summary>Hint {}: {}</summary>\n\n{}\n\n</details>"
STEPS = ("a nudge", "the formula", "a sketch")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
ANSWER_SPACE = "*Write your answer here.*"


def read_source(rooms: Rooms) -> NotebookNode:
    """Return the lesson's source as a notebook, or raise SourceError where there is none."""
    if not rooms.source.exists():
        raise SourceError(f"{rooms.source} is missing: every lesson has its source there.")
    return jupytext.reads(rooms.source.read_text("utf-8"), fmt="py:percent")


def learner_notebook(rooms: Rooms) -> NotebookNode:
    """Return the notebook a learner opens: stubs in place of answers, no outputs."""
    return build(rooms, stub, keeps_answers=False)


def solved_notebook(rooms: Rooms) -> NotebookNode:
    """Return the solved notebook, not run yet."""
    return build(rooms, definition, keeps_answers=True)


def build(rooms: Rooms, excerpt: Callable, keeps_answers: bool) -> NotebookNode:
    """Return one of the two notebooks; excerpt cuts an exercise's definition from the reference."""
    source = read_source(rooms).cells
    require_parts(rooms.source, source)
    cells = [built_cell(part, rooms, excerpt, keeps_answers) for cell in source for part in apart(cell)]
    first = next(i for i, cell in enumerate(cells) if "setup" in cell.metadata.get("tags", []))
    cells.insert(first, nbformat.v4.new_code_cell(READY_CODE, metadata={"tags": ["ready"], **READY.metadata}))
    for number, cell in enumerate(cells):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell-{number:03d}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={**METADATA, "gm_ref": {"lesson": rooms.lesson.id}})
    require_all_exercises(rooms, notebook)
    return notebook


def built_cell(cell: NotebookNode, rooms: Rooms, excerpt: Callable, keeps_answers: bool) -> NotebookNode:
    """Return the notebook's cell for one cell of the source."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "markdown":
        return markdown(cell, rooms, keeps_answers)
    source, metadata = cell.source, labels(cell)
    if "given" in tags or "exercise" in tags:
        module, names = imported_names(source)
        cut = definition if "given" in tags else excerpt
        path = rooms.root.joinpath(*module.split(".")).with_suffix(".py")
        source = "\n\n\n".join(cut(path, name) for name in names)
        if "exercise" in tags:
            metadata["nbgrader"] = grader_cell(names[0], solution=True)
    elif "predict" in tags and not keeps_answers:
        source = blank(source)
    elif found := CALL.search(source):
        metadata |= LOCKED.metadata
        metadata["nbgrader"] = grader_cell(f"check_{found[1]}", points=find_exercise(rooms, found[1]).points)
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def labels(cell: NotebookNode) -> dict:
    """Return the metadata that a cell's tags give it: the tags themselves, locks, the fold."""
    tags = cell.metadata.get("tags", [])
    return {**({"tags": tags} if tags else {}), **part_of(cell).metadata}


def markdown(cell: NotebookNode, rooms: Rooms, keeps_answers: bool) -> NotebookNode:
    """Return a markdown cell: exercise headings with their figures, answers only where they belong."""
    text, tags = cell.source, cell.metadata.get("tags", [])
    if "solution" in tags and not keeps_answers:
        text = ANSWER_SPACE
    text = HEADING.sub(lambda m: f"{m[1]}\n\n{badge(find_exercise(rooms, m[2]))}", text)
    return nbformat.v4.new_markdown_cell(text, metadata=labels(cell))


def hints(rooms: Rooms) -> dict[str, list[str]]:
    """Return exercise -> its hints in three steps, or raise SourceError where an exercise has not three."""
    cells = [c for c in read_source(rooms).cells if "hints" in c.metadata.get("tags", [])]
    found = {c.source.split("`")[1]: parse_hints(c.source) for c in cells}
    for exercise in rooms.lesson.exercises:
        if len(found.get(exercise.name, [])) != len(STEPS):
            raise SourceError(f"{rooms.source}: exercise {exercise.name} needs a cell tagged hints with three steps.")
    return found


def parse_hints(text: str) -> list[str]:
    """Return the numbered items of a hints cell."""
    return [item.strip() for item in HINT.findall(text)]


def apart(cell: NotebookNode) -> list[NotebookNode]:
    """Return the cell, or a folded cell for each of its hints: who opens the source of one sees no other."""
    if "hints" not in cell.metadata.get("tags", []):
        return [cell]
    steps = zip(STEPS, parse_hints(cell.source), strict=True)
    texts = [FOLD.format(n, step, hint) for n, (step, hint) in enumerate(steps, start=1)]
    return [nbformat.v4.new_markdown_cell(text, metadata=cell.metadata) for text in texts]


def told_use(name: str) -> str:
    """Return the name of an exercise that another uses, with its lesson where that is an earlier one."""
    stem, _, exercise = name.rpartition(".")
    return f"`{exercise}` of lesson `{stem}`" if stem else f"`{exercise}`"


def badge(exercise: Exercise) -> str:
    """Return the line below an exercise's heading."""
    dots = "●" * exercise.difficulty + "○" * (3 - exercise.difficulty)
    needs = f" · uses your {', '.join(map(told_use, exercise.uses))}" if exercise.uses else ""
    return f"*Difficulty {dots} · about {exercise.minutes} minutes · points: {exercise.points}{needs}*"


def find_exercise(rooms: Rooms, name: str) -> Exercise:
    """Return the lesson's exercise of this name, or raise SourceError."""
    for exercise in rooms.lesson.exercises:
        if exercise.name == name:
            return exercise
    raise SourceError(f"{rooms.source} has an exercise {name} that the syllabus does not list: add it there.")


def grader_cell(grade_id: str, solution: bool = False, points: int = 0) -> dict:
    """Return nbgrader's metadata, schema version 3: a solution cell, or a locked check cell with its points."""
    base = {"schema_version": 3, "grade_id": grade_id, "task": False, "locked": not solution}
    if solution:
        return {**base, "solution": True, "grade": False}
    return {**base, "solution": False, "grade": True, "points": points}


def require_all_exercises(rooms: Rooms, notebook: NotebookNode) -> None:
    """Raise SourceError unless each exercise of the syllabus has one cell and one check, in the syllabus's order."""
    ids = [c.metadata["nbgrader"]["grade_id"] for c in notebook.cells if "nbgrader" in c.metadata]
    for name in (e.name for e in rooms.lesson.exercises if e.name in ids and f"check_{e.name}" not in ids):
        raise SourceError(f"{rooms.source}: exercise {name} has no check: a cell below it calls check_{name}({name}).")
    wanted = [name for e in rooms.lesson.exercises for name in (e.name, f"check_{e.name}")]
    if ids != wanted:
        raise SourceError(f"{rooms.source}: exercises and checks are {ids}; the syllabus wants {wanted}.")


__all__ = ["STUB_BODY", "hints", "learner_notebook", "read_source", "solved_notebook"]
