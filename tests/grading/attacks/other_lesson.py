"""Claims to be another lesson, or a path, in its metadata."""

import json

from tests.desk.desk import notebook
from tests.grading.hostile import HONEST

WRONG = "def q_sample(x0, t, eps, alpha_bar):\n    return x0\n"


def build():
    """Return notebooks whose lesson is told by what they define."""
    lessons = ("../../../etc/passwd", "99_nothing", ["31_ddpm"], {"id": "31"}, 31.5, "", None, "31_ddpm\0")
    return [json.dumps(notebook(HONEST, WRONG) | {"metadata": {"gm_ref": {"lesson": x}}}).encode() for x in lessons]
