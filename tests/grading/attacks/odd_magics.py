"""Cells whose magics break the reader: more than it transforms, `%%time` in `%%time` three thousand times."""

from tests.grading.hostile import with_cells

SCORES = {"predict_x0": 2}


def build():
    """Return notebooks with such cells beside an honest one."""
    return [
        with_cells(source) for source in ("%%time\n" * 3000 + "x = 1", "%%" * 10**5, "?" * 10**5, "!" * 10**5 + "\n")
    ]
