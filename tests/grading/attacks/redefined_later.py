"""Defines an exercise rightly and then, out of sight at the end, wrongly: the last definition is what runs."""

from tests.desk.desk import RIGHT, SPREAD

CELLS = [
    SPREAD,
    RIGHT,
    "q_sample.__code__ = (lambda x0, t, eps, alpha_bar: x0).__code__\nq_sample = q_sample\n"
    "def q_sample(x0, t, eps, alpha_bar):\n    return x0\n",
]
