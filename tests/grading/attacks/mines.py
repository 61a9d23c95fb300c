"""Does its own exercise right, and replaces the next one by a function that ends Python, or never ends."""

from tests.desk.desk import SPREAD
from tests.grading.hostile import with_cells

TOUCHES_SYSTEM = True

LAYS = """def q_sample(x0, t, eps, alpha_bar):
    import os

    globals()["predict_x0"] = lambda *args: {mine}
    share = spread(alpha_bar[t].to(x0.dtype), x0)
    return torch.sqrt(share) * x0 + torch.sqrt(1 - share) * eps
"""
MINES = ["os._exit(70)", "[None for _ in iter(int, 1)]"]
SCORES = {"q_sample": 3, "predict_x0": 2}


def build():
    """Return one notebook for each kind of mine."""
    return [with_cells(SPREAD, LAYS.format(mine=mine)) for mine in MINES]
