"""The check of bernoulli_log_lik."""

import torch
from torch import Tensor
from torch.distributions import Bernoulli

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave

STABLE = "No clamp. Compute it from the logits with softplus or logsigmoid, not through log(sigmoid) or log(1 + exp)."


def log_prob(x: Tensor, logits: Tensor) -> Tensor:
    """Return log p(x), (B,), by torch.distributions."""
    return Bernoulli(logits=logits, validate_args=False).log_prob(x).flatten(1).sum(dim=1)


def numbers(*rows: list[float]) -> Tensor:
    """Return rows of numbers, float64."""
    return torch.tensor(rows, dtype=torch.float64)


PROBES = [
    given((wave(3, 4) > 0).double(), 2 * wave(3, 4, shift=30)),
    given(wave(2, 1, 2, 3).sigmoid(), wave(2, 1, 2, 3, shift=30)),
    given(numbers([0, 1], [1, 0]), numbers([200, -150], [3, 800])),
    given(numbers([1, 0], [1, 0]), numbers([200, -150], [900, -1])),
]


@check(probes=PROBES, rows=(0, 1), alike=("x", "logits"), slopes=("logits",), exact=True)
def check_bernoulli_log_lik(bernoulli_log_lik: Guarded, draw: Draws) -> None:
    """Probe pixels that are 0, 1 and grey, images, logits of any size, and the gradient."""
    beside = Beside(bernoulli_log_lik, log_prob)
    logits, x = draw.normal(3, 5), (draw.uniform(3, 5) > 0.5).double()
    beside.at(
        (torch.ones_like(x), logits),
        "For pixels that are 1 the result is not the sum of log sigmoid(logit).",
        "What comes in are logits: one sigmoid, then a log, summed over the pixels.",
    )
    beside.at((0 * x, logits), "For pixels that are 0 the result is not the sum of log(1 - sigmoid(logit)).")
    beside.at((x, logits), "For mixed pixels the result is off.")
    beside.at(
        (draw.uniform(3, 2, 4, 5), draw.normal(3, 2, 4, 5)),
        "For grey images (B, C, H, W) the result is not the sum of x log p + (1 - x) log(1 - p) over all pixels.",
        "A grey pixel counts both terms. Sum over channels, rows and columns; keep the batch.",
    )
    beside.at(
        (numbers([0, 1], [1, 0]), numbers([200, -200], [200, -200])),
        "For logits of size 200 it must stay finite: -400 where both pixels are wrong, 0 where both are right.",
        STABLE,
    )
    beside.at(
        (draw.uniform(2, 4), draw.uniform(2, 4, low=4, high=15) * numbers([-1, 1, -1, 1], [1, 1, -1, -1])),
        "For logits between 4 and 15 in size the result is off.",
        "Use every logit as it comes: no clamp, no threshold, nothing added.",
    )
    far = numbers([0, 1], [0, 1], [0.75, 0.5]), numbers([1e4, -1e4], [-1e4, 1e4], [1e4, 1e4])
    beside.at(far, "For logits of size 10000 it is off.", STABLE)
    beside.slopes(far, STABLE)
    shapes = ((5, 5), (1, 5), (2, 3, 4), (2, 2, 1, 3, 2), (1, 1, 2, 2))
    beside.everywhere((x, logits), [(draw.uniform(*shape), draw.normal(*shape)) for shape in shapes])
    beside.in_float32((numbers([0], [0]), numbers([200], [-200])))
