"""Run a solved notebook and keep its outputs for as long as its code does not change."""

import ast
import os
import resource
import tempfile
from pathlib import Path
from unittest.mock import patch

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from gm_ref.course.excerpt import SourceError

CELL_SECONDS = 900
WIDGET = "application/vnd.jupyter.widget-view+json"
QUIET = {"TQDM_DISABLE": "1"}  # a progress bar is for the person who waits, not for the record
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # as in the tests, so that sums are the same


def execute(notebook: NotebookNode, root: Path) -> float:
    """Run all cells in a fresh kernel that imports gm_ref from root, in place, and return the CPU seconds it took.

    SourceError says which cell failed.
    """
    before = seconds_of_children()
    found_first = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    settings = {**QUIET, **ONE_THREAD, "GM_REF_ROOT": str(root), "PYTHONPATH": found_first}
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, settings):
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            lesson = notebook.metadata.get("gm_ref", {}).get("lesson", "")
            raise SourceError(f"a cell of solutions/{lesson}.py does not run.\n{error}") from None
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    return seconds_of_children() - before


def seconds_of_children() -> float:
    """Return the CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def keep_outputs(new: NotebookNode, old: NotebookNode | None) -> bool:
    """Copy old's outputs into new if both run the same code, and say whether they do."""
    if old is None or code(new) != code(old):
        return False
    ran = [c for c in old.cells if c.cell_type == "code"]
    for cell, done in zip((c for c in new.cells if c.cell_type == "code"), ran, strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
    return True


def code(notebook: NotebookNode) -> list[str]:
    """Return what all code cells compute: their text without comments and docstrings, which change no output."""
    return [without_words(c.source) for c in notebook.cells if c.cell_type == "code"]


def without_words(source: str) -> str:
    """Return a cell's code as Python prints it, without comments and docstrings; other text as it is."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # IPython's own lines
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def was_executed(notebook: NotebookNode) -> bool:
    """Say whether every code cell has been run in order, none ended in an error, and no progress bar was kept."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    in_order = [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    outputs = [output for c in cells for output in c.outputs]
    return in_order and not any(o.output_type == "error" or WIDGET in o.get("data", {}) for o in outputs)
