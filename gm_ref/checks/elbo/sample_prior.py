"""The check of sample_prior."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect, expect_digits, given, wave
from gm_ref.kit.probes.elbo import LinearDecoder, PictureDecoder

PROBES = [
    given(LinearDecoder(), torch.tensor(-1.3).double(), wave(3, 2), wave(3, 4, shift=44)),
    given(LinearDecoder(), torch.tensor(0.8).double(), wave(4, 2, shift=3), wave(4, 4, shift=47)),
]


def mean_and_noise(decode: Callable, logvar: Tensor, z: Tensor, eps: Tensor) -> Tensor:
    """Return a draw from p(x | z): the mean, and eps scaled by the root of the variance."""
    return decode(z) + torch.sqrt(torch.exp(logvar)) * eps


@check(probes=PROBES, rows=(2, 3), same_dtype=("logvar", "z", "eps"), exact=True)
def check_sample_prior(sample_prior: Guarded, draw: Draws) -> None:
    """Probe the mean and the noise of p(x | z), each alone, small and large variances, and images."""
    beside = Beside(sample_prior, mean_and_noise, ["x"])
    decode, logvar, z, eps = LinearDecoder(), draw.normal(1)[0] - 0.5, draw.normal(3, 2), draw.normal(3, 4)
    beside.at((decode, logvar, z, 0 * eps), "With eps = 0 the sample must be decode(z).")
    ((got, want, _),) = beside.parts((decode, logvar, z, eps))
    noise = got - decode(z)
    expect(
        bool((noise.abs() > 0).all()),
        "You return the mean of p(x | z): a sample of the model has its noise too.",
        "Add eps scaled by the standard deviation.",
    )
    expect_digits(
        noise.abs(),
        (want - decode(z)).abs(),
        "The noise of p(x | z) has another variance than exp(logvar).",
        "A standard deviation is the exponential of half of logvar; the noise is added to decode(z), not to z.",
    )
    beside.at((decode, logvar, z, eps), "The noise must be added with its own sign.")
    for size in (-30.0, -12.0, 12.0, 30.0):
        beside.at(
            (decode, torch.tensor(size, dtype=torch.float64), 30 * z if size > 0 else z, eps),
            f"For a logvar of {size:g} the sample is off.",
            "No clamp and no small constant: the decoder's mean and logvar are used as they come.",
        )
    images = (PictureDecoder(), logvar, z, eps.reshape(3, 1, 2, 2))
    beside.everywhere((decode, logvar, z, eps), [(decode, logvar, draw.normal(4, 2), draw.normal(4, 4)), images])
