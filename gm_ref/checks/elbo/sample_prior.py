"""The check of sample_prior."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_alone,
    expect_tensor,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.elbo.oracles import zero
from gm_ref.kit.probes.elbo import LinearDecoder


def _prior(f: Callable) -> Tensor:
    return f(LinearDecoder(), torch.tensor(-1.3).double(), wave(3, 2), wave(3, 4, shift=44))


def _prior_square(f: Callable) -> Tensor:
    return f(LinearDecoder(), torch.tensor(0.8).double(), wave(4, 2, shift=3), wave(4, 4, shift=47))


@check(probes=[_prior, _prior_square], rows=(2, 3), same_dtype=("logvar", "z", "eps"), exact=True)
def check_sample_prior(sample_prior: Guarded, draw: Draws) -> None:
    """Probe the mean and the noise of p(x | z), each alone."""
    z, eps, logvar = draw.normal(3, 2), draw.normal(3, 4), draw.normal(1)[0] - 0.5
    decode = LinearDecoder()
    got = expect_tensor(sample_prior(decode, logvar, z, eps), (3, 4), like=z, name="x")
    mean = decode(z)
    expect_digits(sample_prior(decode, logvar, z, zero(3, 4)), mean, "With eps = 0 the sample must be decode(z).")
    noise = got - mean
    expect(
        bool((noise.abs() > 0).all()),
        "You return the mean of p(x | z): a sample of the model has its noise too.",
        "Add eps scaled by the standard deviation.",
    )
    expect_digits(
        noise,
        torch.sqrt(torch.exp(logvar)) * eps,
        "The noise of p(x | z) has another variance than exp(logvar).",
        "A standard deviation is the exponential of half of logvar.",
    )
    for size in (-30.0, -12.0, 12.0, 30.0):
        spread = torch.tensor(size, dtype=torch.float64)
        far = 30 * z if size > 0 else z
        expect_digits(
            sample_prior(decode, spread, far, eps),
            decode(far) + torch.sqrt(torch.exp(spread)) * eps,
            f"For a logvar of {size:g} the sample is off.",
            "No clamp and no small constant: the decoder's mean and logvar are used as they come.",
        )
    z4, eps4 = draw.normal(4, 2), draw.normal(4, 4)
    want = decode(z4) + torch.sqrt(torch.exp(logvar)) * eps4
    expect_digits(sample_prior(decode, logvar, z4, eps4), want, "For as many samples as entries of x it is off.")
    expect_alone(sample_prior, (decode, logvar, z, eps), (2, 3))
    small = sample_prior(decode, logvar.float(), z.float(), eps.float())
    expect_tensor(small, (3, 4), like=z.float(), name="x in float32")
    expect_in_float32(small, got, "In float32 x is off.")
