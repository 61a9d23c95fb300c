"""From a lesson's source to its two notebooks, without running anything."""

import re
from collections.abc import Callable

import jupytext
import nbformat
from nbformat import NotebookNode

from gm_ref.course.excerpt import STUB_BODY, SourceError, definition, imported_names, stub
from gm_ref.course.paths import Rooms
from gm_ref.syllabus import Exercise

CHECK = re.compile(r"^check_(\w+)\((\w+)[,)]", re.MULTILINE)
HEADING = re.compile(r"^(### Exercise `(\w+)`.*)$", re.MULTILINE)
HINT = re.compile(r"^\d\.\s+(.*?)(?=^\d\.\s|\Z)", re.MULTILINE | re.DOTALL)
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
    cells = [built_cell(cell, rooms, excerpt, keeps_answers) for cell in read_source(rooms).cells]
    for number, cell in enumerate(cells):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell-{number:03d}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={**METADATA, "gm_ref": {"lesson": rooms.lesson.id}})
    require_all_exercises(rooms, notebook)
    return notebook


def built_cell(cell: NotebookNode, rooms: Rooms, excerpt: Callable, keeps_answers: bool) -> NotebookNode:
    """Return the notebook's cell for one cell of the source."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "markdown":
        return markdown(cell.source, tags, rooms, keeps_answers)
    source, metadata = cell.source, {"tags": tags} if tags else {}
    if "given" in tags or "exercise" in tags:
        module, names = imported_names(source)
        cut = definition if "given" in tags else excerpt
        path = rooms.root.joinpath(*module.split(".")).with_suffix(".py")
        source = "\n\n\n".join(cut(path, name) for name in names)
        if "exercise" in tags:
            metadata["nbgrader"] = grader_cell(names[0], solution=True)
    elif found := CHECK.search(source):
        metadata["nbgrader"] = grader_cell(f"check_{found[1]}", points=find_exercise(rooms, found[1]).points)
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def markdown(text: str, tags: list[str], rooms: Rooms, keeps_answers: bool) -> NotebookNode:
    """Return a markdown cell: hints folded, exercise headings with their figures, answers only where they belong."""
    if "solution" in tags and not keeps_answers:
        text = ANSWER_SPACE
    if "hints" in tags:
        text = folded(text)
    text = HEADING.sub(lambda m: f"{m[1]}\n\n{badge(find_exercise(rooms, m[2]))}", text)
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": tags} if tags else {})


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


def folded(text: str) -> str:
    """Return a hints cell as three folded blocks."""
    blocks = [
        f"<details><summary>Hint {n}: {step}</summary>\n\n{hint}\n\n</details>"
        for n, (step, hint) in enumerate(zip(STEPS, parse_hints(text), strict=True), start=1)
    ]
    return "\n".join(blocks)


def badge(exercise: Exercise) -> str:
    """Return the line below an exercise's heading."""
    dots = "●" * exercise.difficulty + "○" * (3 - exercise.difficulty)
    needs = f" · uses your {', '.join(f'`{u}`' for u in exercise.uses)}" if exercise.uses else ""
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
    wanted = [name for e in rooms.lesson.exercises for name in (e.name, f"check_{e.name}")]
    if ids != wanted:
        raise SourceError(f"{rooms.source}: exercises and checks are {ids}; the syllabus wants {wanted}.")


__all__ = ["STUB_BODY", "hints", "learner_notebook", "read_source", "solved_notebook"]
