"""2,000 cells, and 5,000 definitions of one exercise, of which the last one is wrong."""

from tests.grading.hostile import with_cells

WRONG = "def q_sample(x0, t, eps, alpha_bar):\n    return x0\n"


def build():
    """Return a notebook of very many cells and one of very many definitions."""
    return [with_cells(WRONG, *["pass"] * 2_000), with_cells(WRONG * 5_000)]
