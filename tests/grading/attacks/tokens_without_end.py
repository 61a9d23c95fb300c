"""Cells that make a reader of code slow: magics by the hundred in a long cell, a text that backtracks, `%%` in `%%`."""

from tests.grading.hostile import with_cells

SCORES = {}  # whoever stops the reader of his notebook has not handed one in


def build():
    """Return notebooks that take the reader for minutes."""
    magics = "%a b\n" * 400 + "y = 1\n" * 50_000 + "def q_sample(): pass"
    backtracking = "a:\n" * 60_000 + "def q_sample( pass"
    return [with_cells(magics), with_cells(backtracking)]
