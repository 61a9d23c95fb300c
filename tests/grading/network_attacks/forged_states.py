"""Lies about the numbers that the network was made with."""

from tests.grading.network_attacks.forged_runs import CELLS as RUNS

CELLS = [RUNS[0].replace('"run"', '"state"')]
VARIANTS = (
    "told['weights'] = told['weights'][:-1]",
    "told['weights'] = [w.double() for w in told['weights']]",
    "told['weights'] = [w[..., :1] for w in told['weights']]",
    "told['weights'] = [w.new_zeros(1).expand(w.shape).flatten() for w in told['weights']]",
    "told['weights'] = told['buffers']",
    "told['weights'] = ['x' * 10_000] * 8",
    "told = None",
)
