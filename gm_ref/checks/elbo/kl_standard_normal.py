"""The check of kl_standard_normal."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import Independent, Normal, kl_divergence

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
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, WIDE, normal, zero


def _kl(f: Callable) -> Tensor:
    return f(wave(3, 4), 0.8 * wave(3, 4, shift=40) - 0.5)


def _kl_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=7), 0.5 * wave(3, 3, shift=17) + 0.3)


@check(probes=[_kl, _kl_square], rows=(0, 1), alike=("mu", "logvar"), slopes=("mu", "logvar"), exact=True)
def check_kl_standard_normal(kl_standard_normal: Guarded, draw: Draws) -> None:
    """Probe mu alone, logvar alone, both against torch's kl_divergence, and the two gradients."""
    mu, logvar = draw.normal(3, 5), draw.normal(3, 5) - 0.5
    got = expect_tensor(kl_standard_normal(mu, logvar), (3,), like=mu, name="the KL divergence")
    expect_digits(
        kl_standard_normal(mu, zero(3, 5)),
        0.5 * (mu**2).sum(dim=1),
        "With variance 1 the KL is not half the squared length of mu.",
        "Sum over the latent dimensions, not a mean, and not over the batch.",
    )
    expect_digits(
        kl_standard_normal(zero(3, 5), logvar),
        0.5 * (torch.exp(logvar) - 1 - logvar).sum(dim=1),
        "With mu = 0 the KL is not half the sum of variance - 1 - log variance.",
        "logvar is the log of the variance; the -1 counts once for every dimension.",
    )
    unit = Independent(Normal(zero(3, 5), torch.ones(3, 5, dtype=torch.float64)), 1)
    expect_digits(
        got, kl_divergence(normal(mu, logvar), unit), "mu and logvar together give another value than the KL."
    )
    expect_slope(kl_standard_normal, (mu, logvar), 0, "mu", mu, "It is mu.")
    expect_slope(
        kl_standard_normal, (mu, logvar), 1, "logvar", 0.5 * (torch.exp(logvar) - 1), "It is (variance - 1) / 2."
    )
    expect_digits(
        kl_standard_normal(zero(3, 5), zero(3, 5)),
        zero(3),
        "Where q is the prior itself, mu = 0 and variance 1, the KL must be 0.",
        "No floor below it, neither for a dimension nor for the sum.",
    )
    near = 0.03 * mu
    expect_digits(
        kl_standard_normal(near, near),
        (0.5 * near**2 + 0.5 * torch.expm1(near) - 0.5 * near).sum(dim=1),
        "Close to the prior the KL is off.",
        "No floor below it, neither for a dimension nor for the sum.",
    )
    unit = Independent(Normal(zero(2, 5), torch.ones(2, 5, dtype=torch.float64)), 1)
    for each in range(5):
        far = torch.zeros_like(WIDE)
        far[:, each] = WIDE[:, each]
        expect_close(
            kl_standard_normal(mu[:2], far),
            kl_divergence(normal(mu[:2], far), unit),
            "For very small and very large variances the KL is off.",
            ANY_LOGVAR + " The KL grows without bound there.",
            f"logvar is 0, but {far[0, each]:g} and {far[1, each]:g} in one dimension.",
        )
    expect_close(kl_standard_normal(400 * mu, zero(3, 5)), 8e4 * (mu**2).sum(dim=1), "Far from the prior it is off.")
    for b in (5, 1):
        mean, spread = draw.normal(b, 5), draw.normal(b, 5)
        want = (0.5 * mean**2 + 0.5 * torch.exp(spread) - 0.5 - 0.5 * spread).sum(dim=1)
        expect_close(kl_standard_normal(mean, spread), want, f"For mu of shape {(b, 5)} the KL is off.")
    expect_alone(kl_standard_normal, (mu, logvar), (0, 1))
    single = kl_standard_normal(mu.float(), logvar.float())
    expect_tensor(single, (3,), like=mu.float(), name="the KL in float32")
    expect_in_float32(single, got, "In float32 the KL is off.")
