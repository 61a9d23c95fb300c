"""The check of log_mean_exp."""

import math
from functools import reduce

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave

INF = math.inf
STEPS = torch.tensor([[0.0, 1.0, 2.0], [-5.0, 0.0, 0.5]], dtype=torch.float64)
APART = torch.tensor([[0.0, 3000.0], [-3000.0, 0.0], [-9000.0, -9001.0]], dtype=torch.float64)
HOLES = torch.tensor([[-INF, 1.0, 1.0, -INF], [-INF, -INF, -INF, -INF]], dtype=torch.float64)
PROBES = [
    given(wave(2, 4), 1) + given(wave(2, 4, shift=20), 0) + given(wave(2, 3, 2), -2),
    given(wave(3, 3), 0) + given(wave(1, 3, shift=9), 1),
    given(STEPS + 2000, 1) + given(STEPS - 2000, 1) + given(STEPS + torch.tensor([[900.0], [-900.0]]).double(), 1),
    given(torch.tensor([[-INF, -INF], [0.0, -INF]], dtype=torch.float64), 1),
]


def two_by_two(x: Tensor, dim: int) -> Tensor:
    """Return log mean exp along dim by adding one slice after the other to the first, all as logarithms."""
    return reduce(torch.logaddexp, x.unbind(dim)) - math.log(x.shape[dim])


@check(probes=PROBES, rows=(), slopes=("x",))
def check_log_mean_exp(log_mean_exp: Guarded, draw: Draws) -> None:
    """Probe it against its definition on moderate entries, on every axis, at extreme sizes, at -inf, its gradient."""
    beside = Beside(log_mean_exp, two_by_two)
    x = draw.normal(4, 3, 5)
    for dim in (0, 1, 2, -1, -3):
        beside.where(
            f"for dim = {dim}",
            (x, dim),
            f"Along dim = {dim} it is not the logarithm of the mean of the exponentials.",
            "exp first, then the mean, then log; the mean divides by the size of that one axis.",
        )
    thin = [(x[:1], 2), (x[:, :1], 2), (x[0, :, :1], 0), (x[0, :, :1], 1)]
    beside.everywhere((x, 1), [*thin, (draw.normal(3, 3), 0)])
    for shift in (10000, -10000):
        beside.at(
            (x + shift, 1),
            f"Entries near {shift} must only move the result by {shift}: exp overflows or underflows on the way.",
            "Subtract the largest entry before exp, add it back after log.",
        )
    beside.at(
        (APART, 1),
        "Where entries lie far apart, within a row or from row to row, the result is off.",
        "Subtract the largest entry of each slice along dim before exp: no other, and not one for the whole tensor.",
    )
    beside.at(
        (HOLES, 1),
        "Entries of -inf are off: each counts as exp(-inf) = 0, and nothing but -inf gives -inf.",
        "-inf minus -inf is NaN: take care of that where the largest entry is subtracted.",
    )
    beside.slopes((x + 10000, 1), "It is the softmax of the entries along dim; here they lie near 10000.")
