"""The check of reparameterize."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, expect_digits, given, slope, wave
from gm_ref.checks.elbo.oracles import ANY_LOGVAR, WIDE

PROBES = [
    given(wave(3, 4), 0.9 * wave(3, 4, shift=40) - 0.5, wave(3, 4, shift=90)),
    given(wave(3, 3, shift=5), 0.9 * wave(3, 3, shift=41), wave(3, 3, shift=91)),
    lambda f: slope(f, wave(2, 3), 0.9 * wave(2, 3, shift=40), wave(2, 3, shift=90), wrt=1),
]


def draw_by_root(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    """Return mu plus eps scaled by the root of the variance."""
    return mu + torch.sqrt(torch.exp(logvar)) * eps


@check(probes=PROBES, rows=(0, 1, 2), alike=("mu", "logvar", "eps"), slopes=("mu", "logvar"), exact=True)
def check_reparameterize(reparameterize: Guarded, draw: Draws) -> None:
    """Probe mean and noise alone, each sample's own noise, and the gradients that make the trick worth it."""
    beside = Beside(reparameterize, draw_by_root, ["z"])
    mu, logvar, eps = draw.normal(3, 5), draw.normal(3, 5) - 0.5, draw.normal(3, 5)
    beside.at((mu, logvar, 0 * eps), "With eps = 0 the sample must be mu itself.")
    ((noise, want, _),) = beside.parts((0 * mu, logvar, eps))
    expect_digits(
        noise**2,
        want**2,
        "With mu = 0 the sample has another variance than exp(logvar).",
        "eps is scaled by the standard deviation: the exponential of half of logvar.",
    )
    expect_close(torch.sign(noise), torch.sign(eps), "The noise must enter with its own sign.", shown=(noise, want))
    beside.at((mu, logvar, eps), "The sample is not the sum of its mean and its noise.")
    beside.slopes((mu, logvar, eps), "A detach, no_grad or a sample drawn by torch.normal cuts the path.")
    ((far, want, _),) = beside.parts((0 * WIDE, WIDE, eps[:2]))
    told = "For very small and very large variances the sample is off."
    expect_close(far.abs().log(), want.abs().log(), told, ANY_LOGVAR, shown=(far, want))
    beside.everywhere((mu, logvar, eps), [draw.normals(3, 5, 5)], far=[(1000 * mu, 0 * mu, eps)])
