"""The check of bits_per_dim."""

import math
from collections.abc import Callable

import torch

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.realnvp.oracles import expect_single


def _bits(f: Callable) -> tuple:
    return f(20 * wave(3), (2, 3, 5), 17), f(20 * wave(4, shift=3), (1, 2, 2), 256)


@check(probes=[_bits], slopes=("log_prob",))
def check_bits_per_dim(bits_per_dim: Guarded, draw: Draws) -> None:
    """Probe the uniform model, one bit more for half the density, colour, other numbers of levels, the gradient."""
    log_prob, shape = 900 * draw.normal(5), (3, 4, 2)
    got = expect_tensor(bits_per_dim(log_prob, shape, 17), (5,), like=log_prob, name="bits per dimension")
    zero = torch.zeros(4, dtype=torch.float64)
    for levels, bits in ((256, 8.0), (16, 4.0), (2, 1.0), (65536, 16.0)):
        expect_close(
            bits_per_dim(zero, shape, levels),
            torch.full((4,), bits),
            f"A model that is uniform over [0, 1) gives each of {levels} levels the same probability, so it costs {bits:g} bits.",
            "A level's probability is its density times the width of its interval, 1 / levels.",
        )
    expect_close(
        bits_per_dim(zero - 24 * math.log(2), shape, 256),
        torch.full((4,), 9.0),
        "With a density of 1/2 in each of the 3 x 4 x 2 dimensions, each costs one bit more than with density 1: 9 bits.",
        "log_prob is in nats and belongs to all dimensions, channels included; more probable is cheaper.",
    )
    for bits in (-12, 40):
        expect_close(
            bits_per_dim(zero - bits * 24 * math.log(2), list(shape), 256),
            torch.full((4,), 8.0 + bits),
            f"With a density of 2 to the power of {-bits} in each dimension, the result must be {8 + bits} bits.",
            "No clamp and no absolute value: the formula holds for every log_prob.",
        )
    rest = draw.uniform(4, low=1e-5, high=1e-4)
    expect_close(
        bits_per_dim(24 * (math.log(17) - rest), shape, 17),
        rest / math.log(2),
        "For a model that is almost certain of every level, bits per dimension are off.",
        "Two numbers nearly cancel here, so constants must be exact: math.log and math.log2. torch.log(torch.tensor(2.0)) has seven digits.",
    )
    likelihood = log_prob - 24 * math.log(17)
    expect_close(
        got,
        -likelihood / (24 * math.log(2)),
        "Bits per dimension are off.",
        "Minus the log-probability of the grey levels, in bits, over the number of dimensions; each sample by itself.",
    )
    expect_close(
        bits_per_dim.gradient(log_prob, shape, 17),
        torch.full((5,), -1 / (24 * math.log(2))),
        "The gradient with respect to log_prob is off.",
    )
    expect_alone(bits_per_dim, (log_prob, shape, 17), (0,))
    expect_single(
        bits_per_dim(log_prob.float(), shape, 17), -likelihood / (24 * math.log(2)), log_prob.float(), "the result"
    )
