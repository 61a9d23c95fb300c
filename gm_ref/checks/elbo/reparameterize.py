"""The check of reparameterize."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect_alone,
    expect_close,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, WIDE, zero


def _sample(f: Callable) -> Tensor:
    return f(wave(3, 4), 0.9 * wave(3, 4, shift=40) - 0.5, wave(3, 4, shift=90))


def _sample_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), 0.9 * wave(3, 3, shift=41), wave(3, 3, shift=91))


def _sample_slope(f: Callable) -> Tensor:
    return slope(f, wave(2, 3), 0.9 * wave(2, 3, shift=40), wave(2, 3, shift=90), wrt=1)


@check(
    probes=[_sample, _sample_square, _sample_slope],
    rows=(0, 1, 2),
    alike=("mu", "logvar", "eps"),
    slopes=("mu", "logvar"),
    exact=True,
)
def check_reparameterize(reparameterize: Guarded, draw: Draws) -> None:
    """Probe mean and noise alone, each sample's own noise, and the gradients that make the trick worth it."""
    mu, logvar, eps = draw.normal(3, 5), draw.normal(3, 5) - 0.5, draw.normal(3, 5)
    got = expect_tensor(reparameterize(mu, logvar, eps), (3, 5), like=mu, name="z")
    expect_digits(reparameterize(mu, logvar, zero(3, 5)), mu, "With eps = 0 the sample must be mu itself.")
    noise = reparameterize(zero(3, 5), logvar, eps)
    expect_digits(
        noise**2,
        torch.exp(logvar) * eps**2,
        "With mu = 0 the sample has another variance than exp(logvar).",
        "eps is scaled by the standard deviation: the exponential of half of logvar.",
    )
    expect_close(torch.sign(noise), torch.sign(eps), "The noise must enter with its own sign.")
    expect_digits(got, mu + noise, "The sample is not the sum of its mean and its noise.")
    for b in (5, 1):
        z, mean, spread = draw.normal(b, 5), draw.normal(b, 5), draw.normal(b, 5)
        want = mean + torch.sqrt(torch.exp(spread)) * z
        expect_digits(reparameterize(mean, spread, z), want, f"For mu of shape {(b, 5)} the sample is off.")
    cut = "A detach, no_grad or a sample drawn by torch.normal cuts the path."
    expect_slope(reparameterize, (mu, logvar, eps), 0, "mu", torch.ones(3, 5), "It is 1.", cut)
    expect_slope(reparameterize, (mu, logvar, eps), 1, "logvar", 0.5 * noise, "It is half of the noise.", cut)
    expect_close(
        reparameterize(zero(2, 5), WIDE, eps[:2]).abs().log(),
        WIDE / 2 + eps[:2].abs().log(),
        "For very small and very large variances the sample is off.",
        ANY_LOGVAR + " (Compared are the logarithms.)",
    )
    expect_close(reparameterize(1000 * mu, zero(3, 5), eps), 1000 * mu + eps, "For large mu the sample is off.")
    expect_alone(reparameterize, (mu, logvar, eps), (0, 1, 2))
    single = reparameterize(mu.float(), logvar.float(), eps.float())
    expect_tensor(single, (3, 5), like=mu.float(), name="z in float32")
    expect_in_float32(single, got, "In float32 z is off.")
