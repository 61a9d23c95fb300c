"""Reports cells and lists that are none while the notebook is loaded: it is its own cell that fails."""

from tests.grading.attacks.forged_load import SOURCE
from tests.grading.hostile import with_cells

VARIANTS = (
    '{"re": 1, "functions": [], "absent": [], "notes": 1}',
    '{"re": 1}',
    '{"cell": "abc"}',
    '{"cell": None}',
    '{"cell": [1, 2]}',
    '{"cell": float("inf")}',
    '{"cell": 1e308}',
    '{"cell": 2**62}',
    '{"cell": -1}',
)


def build():
    """Return one notebook for each forgery."""
    return [with_cells(SOURCE.replace("VARIANT", variant)) for variant in VARIANTS]
