"""Claims to be an easier lesson and does that one's exercises."""

import json

from tests.desk.desk import notebook
from tests.grading.hostile import HONEST

SCORES = {}


def build():
    """Return a notebook that names lesson 00."""
    return json.dumps(notebook(HONEST, lesson="00_start")).encode()
