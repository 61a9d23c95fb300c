"""The check of bits_per_dim."""

import math
from collections.abc import Sequence

from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import slope_of

PROBES = [
    given(20 * wave(3), (2, 3, 5), 17) + given(20 * wave(4, shift=3), (1, 2, 2), 256),
    slope_of(0, wave(3), (2, 3, 5), 17),
]


def cost(log_prob: Tensor, shape: Sequence[int], levels: int) -> Tensor:
    """Return minus the log-probability of the grey levels, in bits, over the number of dimensions."""
    count = math.prod(shape)
    return (count * math.log(levels) - log_prob) / math.log(2) / count


@check(probes=PROBES, slopes=("log_prob",))
def check_bits_per_dim(bits_per_dim: Guarded, draw: Draws) -> None:
    """Probe the uniform model, one bit more for half the density, colour, other numbers of levels, the gradient."""
    beside = Beside(bits_per_dim, cost)
    log_prob, shape = 900 * draw.normal(5), (3, 4, 2)
    for levels, bits in ((256, 8), (16, 4), (2, 1), (65536, 16)):
        beside.at(
            (0 * log_prob, shape, levels),
            f"A model that is uniform over [0, 1) gives each of {levels} levels the same probability, so it costs "
            f"{bits} bits.",
            "A level's probability is its density times the width of its interval, 1 / levels.",
        )
    for bits in (1, -12, 40):
        beside.at(
            (0 * log_prob - bits * 24 * math.log(2), list(shape), 256),
            f"With a density of 2 to the power of {-bits} in each of the 3 x 4 x 2 dimensions, each costs 8 + {bits} = {8 + bits} bits.",
            "log_prob is in nats and belongs to all dimensions, channels included; more probable is cheaper.",
            "No clamp and no absolute value: the formula holds for every log_prob.",
        )
    beside.at(
        (24 * (math.log(17) - draw.uniform(4, low=1e-5, high=1e-4)), shape, 17),
        "For a model that is almost certain of every level, bits per dimension are off.",
        "Two numbers nearly cancel here, so constants must be exact: math.log and math.log2. "
        "torch.log(torch.tensor(2.0)) has seven digits.",
    )
    beside.everywhere((log_prob, shape, 17))
