"""What several checks of lesson 11 share: oracles, inputs, where to look."""

import math

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, given, wave
from gm_ref.kit.probes.minimax import AffineGenerator, LogitDiscriminator

STABLE = "Compute it from the logit with softplus or logsigmoid: exp and log of a saturated sigmoid overflow."
NO_CLAMP = "Use every logit as it comes: no clamp, no threshold, nothing added."


def plain(*values: float) -> Tensor:
    """Return float64 numbers."""
    return torch.tensor(values, dtype=torch.float64)


FAR_OUT = plain(-10000, -200, 200, 10000)
LOGITS = [
    given(wave(5)) + given(wave(3, shift=20) - 2),
    given(plain(-200, 3)) + given(plain(200, 3)),
    given(plain(-1000, 3)) + given(plain(1000, 3)),
]
P4, Q4 = plain(0.1, 0.4, 0.3, 0.2), plain(0.25, 0.15, 0.0, 0.6)
PAIRS = [
    given(torch.stack([P4, Q4]), torch.stack([Q4, P4.flip(0)])),
    given(P4, Q4),
    given(P4, P4.flip(0)),
]


def cost(x: Tensor) -> Tensor:
    """Return the mean of log(1 + exp(x)): -log D of -x, for logits of any size."""
    return torch.logaddexp(torch.zeros_like(x), x).mean()


def quite_sure(draw: Draws) -> Tensor:
    """Return logits (4,) between 4 and 15 in size, two of each sign."""
    return draw.uniform(4, low=4, high=15) * plain(-1, 1, -1, 1)


def expect_any_logits(beside: Beside, draw: Draws) -> None:
    """Probe a loss of one batch: means, slopes and sizes of logits."""
    beside.at((quite_sure(draw),), "For logits between 4 and 15 in size the loss is off.", NO_CLAMP)
    beside.at((FAR_OUT,), "For logits between -10000 and 10000 the loss is off.", STABLE)
    beside.everywhere((draw.normal(5) - 0.5,), [(draw.normal(1),)])
    beside.slopes((FAR_OUT,), STABLE)
    beside.in_float32((FAR_OUT,))


def distributions(draw: Draws) -> tuple[Tensor, Tensor]:
    """Return p and q (3, 5): an outcome that only p has, one that only q has, one that neither has, a rare one."""
    p, q = draw.uniform(3, 5, low=0.05), draw.uniform(3, 5, low=0.05)
    p[0, 0] = q[0, 1] = p[1, 2] = q[1, 2] = p[2, 4] = 0.0
    p[2, 3] *= 1e-4
    return p / p.sum(dim=1, keepdim=True), q / q.sum(dim=1, keepdim=True)


def to_the_middle(p: Tensor, q: Tensor) -> Tensor:
    """Return KL(p || m) + KL(q || m) over the last axis, m = (p + q) / 2, one outcome after the other."""
    rows = zip(p.reshape(-1, p.shape[-1]).tolist(), q.reshape(-1, q.shape[-1]).tolist(), strict=True)
    sums = [
        [a * math.log(2 * a / (a + b)) for x, y in zip(*row, strict=True) for a, b in ((x, y), (y, x)) if a > 0]
        for row in rows
    ]
    return plain(*map(math.fsum, sums)).reshape(p.shape[:-1])


def deep(p: Tensor) -> Tensor:
    """Return rows (3, K) as (3, 2, 1, K), each beside its mirror image."""
    return torch.stack([p, p.flip(-1)], dim=1)[:, :, None]


def players() -> tuple[LogitDiscriminator, AffineGenerator]:
    """Return D and G as they begin."""
    return LogitDiscriminator(), AffineGenerator()


def steep(D: LogitDiscriminator, sign: float) -> LogitDiscriminator:
    """Return D with far larger weights in its last layer, so that it is sure of all samples, and gradients are large."""
    with torch.no_grad():
        D.out.weight.mul_(60)
        D.out.bias.fill_(2000 * sign)
    return D
