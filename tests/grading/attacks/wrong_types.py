"""JSON that is no notebook, or has another type in every place where a notebook has a list, a dict or a text."""

import json

from tests.desk.desk import notebook
from tests.grading.hostile import HONEST, TELL, raw_cell

SCORES = {}
ODD = (None, 5, "x", [1], {"a": [1]}, True, 1e308, [[[]]], [None], {"source": 5})


def with_odd_cell(**fields):
    """Return a notebook that has only one cell, with odd fields."""
    return {"cells": [raw_cell(**fields)], "metadata": {"gm_ref": {"lesson": "31_ddpm"}}, "nbformat": 4}


def build():
    """Return files with odd types in many places."""
    honest = notebook(HONEST, TELL)
    raws = list(ODD)
    raws += [{**honest, "cells": odd} for odd in ODD]
    raws += [{"worksheets": odd} for odd in ODD] + [{"worksheets": [{"cells": odd}]} for odd in ODD]
    raws += [with_odd_cell(**{key: odd}) for odd in ODD for key in ("metadata", "source", "cell_type")]
    raws += [with_odd_cell(metadata={key: odd}) for odd in ODD for key in ("tags", "nbgrader")]
    raws += [{"cells": [], "metadata": odd} for odd in ODD] + [
        {"cells": [], "metadata": {"gm_ref": odd}} for odd in ODD
    ]
    return [json.dumps(raw).encode() for raw in raws]
