"""Edits the notebook's metadata: points, grades, solutions, execution counts, outputs that show passed checks."""

import json

from tests.desk.desk import code, notebook
from tests.grading.hostile import HONEST


def build():
    """Return a notebook whose metadata claims everything."""
    wrong = code("def q_sample(x0, t, eps, alpha_bar):\n    return x0")
    claim = {"grade": True, "points": 100, "score": 100, "locked": True, "grade_id": "q_sample", "solution": True}
    wrong["metadata"] = {"nbgrader": claim, "points": 100, "tags": ["solution", "graded", "setup"]}
    passed = {"output_type": "stream", "name": "stdout", "text": "q_sample: passed\nAll 11 of 11 passed"}
    check = {**code("check_q_sample(q_sample)"), "outputs": [passed] * 3, "execution_count": 1}
    made = notebook(HONEST, wrong, check)
    made["metadata"]["gm_ref"] |= {"points": 100, "seed": 0, "level": "L0", "status": "pass", "grade": {"q_sample": 3}}
    return json.dumps(made).encode()
