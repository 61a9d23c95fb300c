"""Answers the first question, what the notebook defines, before the worker does, with lists of its own."""

from tests.grading.hostile import with_cells

SCORES = {}  # who answers in the worker's place has left no honest answer behind
SOURCE = r"""
import os

def q_sample(x0, t, eps, alpha_bar):
    return x0

from gm_ref.grading.talk.wire import write_frame
write_frame(os.fdopen(os.dup(3), "wb"), VARIANT)
"""
VARIANTS = (
    '{"re": 1, "functions": {"q_sample": []}, "absent": {"predict_x0": []}, "notes": []}',
    '{"re": 1, "functions": {}, "absent": {"q_sample": ["pass", "passed"], "p_sample": ["pass"]}, "notes": []}',
    '{"re": 1, "functions": {"q_sample": 5, "__class__": ["x"], "": [""]}, "absent": {}, "notes": ["a"] * 9999}',
    '{"re": 1, "functions": {"q_sample": ["__import__", "a b", "def"]}, "absent": {"x": 1}, "notes": [{}, [], None]}',
    '{"re": 1, "refused": "All points are yours."}',
    '{"re": 1, "refused": ["x"] * 1000}',
)


def build():
    """Return one notebook for each forgery."""
    return [with_cells(SOURCE.replace("VARIANT", variant)) for variant in VARIANTS]
