"""Cells that make a reader of code slow: magics by the hundred in a long cell, a text that backtracks, `%%` in `%%`."""

from tests.grading.hostile import with_cells

SCORES = {"predict_x0": 2}  # a cell that is too long is not read; the others are


def build():
    """Return notebooks that would take the reader minutes."""
    magics = "%a b\n" * 400 + "y = 1\n" * 50_000 + "def q_sample(): pass"
    backtracking = "a:\n" * 60_000 + "def q_sample( pass"
    return [with_cells(magics), with_cells(backtracking)]
