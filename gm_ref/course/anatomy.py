"""The parts of a lesson: what each tag makes of a cell, and what every lesson must have.

A cell of a lesson's source has no tag or one of these, besides nbval's own `nbval-ignore-output`:

| tag | on | learner's notebook | solved notebook | edit | delete | code folded |
|---|---|---|---|---|---|---|
| (none) | prose | as it is | as it is | no | no | |
| (none) | code | as it is | as it is | yes | yes | |
| (none) | `check_NAME(NAME)` | nbgrader: locked, graded | the same | no | no | |
| `ready` | code | made by the builder, above `setup` | the same | no | no | yes |
| `setup` | code | as it is; `gm-ref check` runs it whole | as it is | yes | no | |
| `given` | code | the imported definitions | the same | yes | yes | |
| `exercise` | code | signature, docstring, stub; nbgrader: solution | the answer | yes | no | |
| `hints` | prose | three folded cells, a step each | the same | no | no | |
| `predict` | code | `predict("NAME", ...)` without the text | with the author's prediction | yes | no | |
| `figure` | code | plotting, captions, asserts that tell the result; first line: what | the same | yes | yes | yes |
| `task` | prose, code | the open task: what is asked, a knob, a measurement | the same | code | no | |
| `recap` | prose | "you can now ..."; three `solution` cells follow | the same | no | no | |
| `solution` | prose | room for an answer | the author's answer | yes | no | |
| `bigger` | prose, code | "Go bigger", behind `if bigger(go):` | the same | code | no | |

Locks are `editable: false` and `deletable: false`, the fold is `jupyter: {source_hidden: true}`: nbformat's own
metadata, which JupyterLab and Notebook 7 follow.  A locked text that is double-clicked stays a text in the JupyterLab
that `make lab` opens (gm_ref/desk/settings); Notebook 7 shows its source, to read only.  VS Code follows neither lock
nor fold (microsoft/vscode, issues 158715 and 168807): there all cells are open, and nothing else differs.
"""

import ast
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from gm_ref.course.excerpt import SourceError

CODE, PROSE, BOTH = ("code",), ("markdown",), ("code", "markdown")
NOT_COMPARED = "nbval-ignore-output"
QUESTIONS = 3  # that follow a recap


@dataclass(frozen=True)
class Part:
    """What a tag makes of a cell: the kinds of cells it stands on, and whether these are locked and folded."""

    kinds: tuple[str, ...]
    editable: bool = True
    deletable: bool = False
    folded: bool = False

    @property
    def metadata(self) -> dict:
        """Return the cell's metadata."""
        locks = {"editable": self.editable, "deletable": self.deletable}
        fold: dict = {"jupyter": {"source_hidden": True}} if self.folded else {}
        return {name: False for name, allowed in locks.items() if not allowed} | fold


LOCKED = Part(BOTH, editable=False)
FREE = Part(BOTH, deletable=True)
READY = Part(CODE, editable=False, folded=True)
PARTS = {
    "setup": Part(CODE),
    "given": Part(CODE, deletable=True),
    "exercise": Part(CODE),
    "hints": Part(PROSE, editable=False),
    "predict": Part(CODE),
    "figure": Part(CODE, deletable=True, folded=True),
    "task": Part(BOTH),
    "recap": Part(PROSE, editable=False),
    "solution": Part(PROSE),
    "bigger": Part(BOTH),
}
NEEDED = {
    "setup": "its first code cell imports what the lesson needs",
    "predict": "before an experiment the learner writes what to expect",
    "task": "an open task has a knob, a measurement and no single answer",
    "recap": 'it says "you can now ...", and three questions follow',
    "bigger": 'the section "Go bigger" stands behind `if bigger(go):`',
}

PREDICTION = '''\
# Write what you expect between the quotes, then run this cell. It is shown again beside the result.
predict("{}", r"""

""")'''

# The only place that says how to install the course where it is not.
HOW_TO_INSTALL = (
    "gm_ref is not installed in this kernel. On your own machine, run `make lab` in the folder of the course. "
    "Anywhere else, run `%pip install -e FOLDER` in a new cell, where FOLDER is your copy of the course, "
    "restart the kernel, and run this cell again."
)
READY_CODE = """\
# Run this first: it does nothing if the course is installed here, and says what to do if it is not.
from importlib.util import find_spec

if not find_spec("gm_ref"):

    class NotInstalled(Exception):
        def _render_traceback_(self):
            return [str(self)]  # one sentence in place of a traceback

    raise NotInstalled(
{}
    )""".format("\n".join(f'        "{line}"' for line in textwrap.wrap(HOW_TO_INSTALL, 100, subsequent_indent=" ")))


def tags_of(cell: NotebookNode) -> list[str]:
    """Return the cell's tags but nbval's."""
    return [tag for tag in cell.metadata.get("tags", []) if tag != NOT_COMPARED]


def part_of(cell: NotebookNode) -> Part:
    """Return what the cell's tag makes of it; prose is locked but for written answers."""
    tags = tags_of(cell)
    if cell.cell_type == "markdown" and "solution" not in tags:
        return LOCKED
    return PARTS[tags[0]] if tags else FREE


def parse(source: str) -> ast.Module:
    """Return the syntax tree of a code cell, or raise SourceError where it is not Python."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise SourceError(f"a code cell is not Python ({error.msg}): {source[:80]!r}.") from None


def blank(source: str) -> str:
    """Return a prediction cell without its prediction."""
    return PREDICTION.format(prediction_name(source))


def prediction_name(source: str) -> str:
    """Return the name in a cell tagged predict, or raise SourceError where it holds anything but a prediction."""
    match parse(source).body:
        case [ast.Expr(ast.Call(ast.Name("predict"), [ast.Constant(str(name)), ast.Constant(str())], []))]:
            return name
    raise SourceError(f'a cell tagged predict holds predict("NAME", "TEXT") and nothing else, got {source[:80]!r}.')


def require_parts(path: Path, cells: Sequence[NotebookNode]) -> None:
    """Raise SourceError, with the source's path, where a tag is misused or a part is missing that every lesson has."""
    for complaints in (strange_tags, lost_predictions, open_figures, unguarded, missing):
        for complaint in complaints(cells):
            raise SourceError(f"{path}: {complaint}")


def strange_tags(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Yield a sentence on each tag that is unknown, or on the wrong kind of cell, or one of two."""
    for cell in cells:
        tags = tags_of(cell)
        for tag in tags:
            if tag not in PARTS:
                yield f"a cell has the tag {tag!r}, which is unknown; there are {', '.join(PARTS)}, {NOT_COMPARED}."
            elif cell.cell_type not in PARTS[tag].kinds:
                yield f"a {cell.cell_type} cell has the tag {tag!r}, which belongs on a {PARTS[tag].kinds[0]} cell."
        if len(tags) > 1:
            yield f"a cell has the tags {', '.join(tags)}; give it one of them."


def lost_predictions(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Yield a sentence on each prediction without a result below it, and on each result without a prediction above."""
    asked: set[str] = set()
    shown: set[str] = set()
    for cell in cells:
        if "predict" in tags_of(cell):
            asked.add(prediction_name(cell.source))
        elif cell.cell_type == "code":
            shown |= (here := names_shown(cell.source))
            yield from (f'predicted("{n}") stands above or without its predict("{n}", ...).' for n in here - asked)
    yield from (f'the prediction {n!r} has no result: a cell below it calls predicted("{n}").' for n in asked - shown)


def names_shown(source: str) -> set[str]:
    """Return the names of the predictions that a code cell shows."""
    nodes = [n for n in ast.walk(parse(source)) if isinstance(n, ast.Call) and n.args]
    return {ast.literal_eval(n.args[0]) for n in nodes if ast.unparse(n.func) == "predicted"}


def open_figures(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Yield a sentence on each caption that would be read before its figure, and on each fold that says nothing."""
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        captions = [n for n in ast.walk(parse(cell.source)) if isinstance(n, ast.keyword) and n.arg == "caption"]
        if captions and "figure" not in tags_of(cell):
            yield f"a caption stands in plain sight; give its cell the tag figure: {cell.source[:60]!r}."
        if "figure" in tags_of(cell) and not cell.source.startswith("# "):
            yield f"a cell tagged figure begins with a comment, which is all that is seen of it: {cell.source[:60]!r}."


def unguarded(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Yield a sentence on each code cell tagged bigger that would run without being asked."""
    for cell in cells:
        if cell.cell_type == "code" and "bigger" in tags_of(cell):
            statements = parse(cell.source).body
            if not all(map(is_guarded, statements)):
                yield "a code cell tagged bigger holds settings and `if bigger(go):`, so that nothing runs unasked."


def is_guarded(statement: ast.stmt) -> bool:
    """Say whether a statement is a setting, or stands behind `if bigger(...)`."""
    if isinstance(statement, ast.If):
        return ast.unparse(statement.test).startswith("bigger(") and not statement.orelse
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def missing(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Yield a sentence on each part that every lesson has and this one lacks."""
    tags = [tag for cell in cells for tag in tags_of(cell)]
    yield from (f"no cell has the tag {tag!r}: {what}." for tag, what in NEEDED.items() if tag not in tags)
    asked = tags[tags.index("recap") :].count("solution")
    if asked < QUESTIONS:
        yield f"{asked} cells tagged solution follow the recap: it asks {QUESTIONS} questions, each with its answer."
