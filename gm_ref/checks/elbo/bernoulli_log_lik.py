"""The check of bernoulli_log_lik."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import Bernoulli

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope

STABLE = "Compute it from the logits with softplus or logsigmoid, never through the log of a sigmoid, nor log(1 + exp)."


def _bernoulli_vectors(f: Callable) -> Tensor:
    return f((wave(3, 4) > 0).double(), 2 * wave(3, 4, shift=30))


def _bernoulli_images(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3).sigmoid(), wave(2, 1, 2, 3, shift=30))


def _bernoulli_sure(f: Callable) -> Tensor:
    return f(torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double(), torch.tensor([[200.0, -150.0], [3.0, 800.0]]).double())


def _bernoulli_right(f: Callable) -> Tensor:
    return f(torch.tensor([[1.0, 0.0], [1.0, 0.0]]).double(), torch.tensor([[200.0, -150.0], [900.0, -1]]).double())


@check(
    probes=[_bernoulli_vectors, _bernoulli_images, _bernoulli_sure, _bernoulli_right],
    rows=(0, 1),
    alike=("x", "logits"),
    slopes=("logits",),
    exact=True,
)
def check_bernoulli_log_lik(bernoulli_log_lik: Guarded, draw: Draws) -> None:
    """Probe pixels that are 0, 1 and grey, images, logits of size 200, and the gradient."""
    logits = draw.normal(3, 5)
    x = (draw.uniform(3, 5) > 0.5).double()
    got = expect_tensor(bernoulli_log_lik(x, logits), (3,), like=x, name="the log-likelihood")
    ones = torch.ones_like(x)
    expect_digits(
        bernoulli_log_lik(ones, logits),
        torch.log(1 / (1 + torch.exp(-logits))).sum(dim=1),
        "For pixels that are 1 the result is not the sum of log sigmoid(logit).",
        "What comes in are logits: one sigmoid, then a log, summed over the pixels.",
    )
    expect_digits(
        bernoulli_log_lik(0 * ones, logits),
        torch.log(1 / (1 + torch.exp(logits))).sum(dim=1),
        "For pixels that are 0 the result is not the sum of log(1 - sigmoid(logit)).",
    )
    expect_digits(got, Bernoulli(logits=logits).log_prob(x).sum(dim=1), "For mixed pixels the result is off.")
    grey, wide = draw.uniform(3, 2, 4, 5), draw.normal(3, 2, 4, 5)
    p = 1 / (1 + torch.exp(-wide))
    expect_digits(
        bernoulli_log_lik(grey, wide),
        (grey * p.log() + (1 - grey) * (1 - p).log()).flatten(1).sum(dim=1),
        "For grey images (B, C, H, W) the result is not the sum of x log p + (1 - x) log(1 - p) over all pixels.",
        "Sum over channels, rows and columns; keep the batch.",
    )
    sure = torch.tensor([[200.0, -200.0], [200.0, -200.0]], dtype=torch.float64)
    expect_close(
        bernoulli_log_lik(torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double(), sure),
        torch.tensor([-400.0, 0.0]),
        "For logits of size 200 it must stay finite: -400 where both pixels are wrong, 0 where both are right.",
        STABLE,
    )
    signs = torch.tensor([[-1.0, 1.0, -1.0, 1.0], [1.0, 1.0, -1.0, -1.0]], dtype=torch.float64)
    some, quite = draw.uniform(2, 4), draw.uniform(2, 4, low=4, high=15) * signs
    p = 1 / (1 + torch.exp(-quite))
    expect_close(
        bernoulli_log_lik(some, quite),
        (some * p.log() + (1 - some) * (1 / (1 + torch.exp(quite))).log()).sum(dim=1),
        "For logits between 4 and 15 in size the result is off.",
        "Use every logit as it comes: no clamp, no threshold, nothing added.",
    )
    far = torch.tensor([[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4]], dtype=torch.float64)
    pixels = torch.tensor([[0.0, 1.0], [0.0, 1.0], [0.75, 0.5]], dtype=torch.float64)
    expect_close(
        bernoulli_log_lik(pixels, far), torch.tensor([-2e4, 0, -7500]), "For logits of size 10000 it is off.", STABLE
    )
    slope_far = pixels - (far > 0).double()
    expect_slope(bernoulli_log_lik, (pixels, far), 1, "logits of size 10000", slope_far, STABLE)
    expect_slope(
        bernoulli_log_lik,
        (x, logits),
        1,
        "the logits",
        x - 1 / (1 + torch.exp(-logits)),
        "It is x minus the probability.",
    )
    for shape in ((5, 5), (1, 5), (2, 3, 4), (2, 2, 1, 3, 2), (1, 1, 2, 2)):
        other, pixels = draw.normal(*shape), draw.uniform(*shape)
        want = (pixels * other - torch.logaddexp(other, torch.zeros_like(other))).reshape(len(other), -1).sum(dim=1)
        expect_close(bernoulli_log_lik(pixels, other), want, f"For x of shape {shape} the result is off.")
    expect_alone(bernoulli_log_lik, (x, logits), (0, 1))
    single = bernoulli_log_lik(x.float(), logits.float())
    expect_tensor(single, (3,), like=x.float(), name="the result in float32")
    expect_in_float32(single, got, "In float32 the result is off.")
    sure = bernoulli_log_lik(torch.zeros(2, 1), torch.tensor([[200.0], [-200.0]]))
    expect_in_float32(sure, torch.tensor([-200.0, 0.0]), "In float32 the result is off for logits of size 200.")
