"""The check of elbo."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect, given, slope, wave
from gm_ref.checks.elbo.oracles import normal
from gm_ref.kit.probes.elbo import DECODER, LinearEncoder, LinearLikelihood, PictureEncoder, PictureLikelihood

FLOOR = "No floor and no ceiling: kl may be 0, and a density is above 1 where the noise is small."
CLAMP = "No clamp: x, mu and logvar are used as they come."


def bound_and_parts(x: Tensor, encode: Callable, log_lik: Callable, eps: Tensor) -> tuple[Tensor, ...]:
    """Return the ELBO and its two parts, each (B,), by torch.distributions."""
    q = normal(*encode(x))
    likelihood, kl = log_lik(x, q.mean + q.stddev * eps), kl_divergence(q, normal(0 * eps, 0 * eps))
    return likelihood - kl, likelihood, kl


@check(
    probes=[
        given(wave(3, 4), LinearEncoder(), LinearLikelihood(), wave(3, 2, shift=70)),
        given(0.5 * wave(4, 4, shift=9), LinearEncoder(), LinearLikelihood(0.8), wave(4, 2, shift=33)),
        lambda f: slope(f, wave(3, 4, shift=2), LinearEncoder(), LinearLikelihood(), wave(3, 2, shift=71)),
    ],
    uses=("kl_standard_normal", "reparameterize"),
    rows=(0, 3),
    same_dtype=("x", "eps"),
    slopes=("x",),
    exact=True,
)
def check_elbo(elbo: Guarded, draw: Draws) -> None:
    """Probe the two parts against torch.distributions on a linear model, and the bound against log p(x) itself."""
    beside = Beside(elbo, bound_and_parts, ("elbo", "reconstruction", "kl"))
    encode, log_lik = LinearEncoder(), LinearLikelihood()
    args = (draw.normal(3, 4), encode, log_lik, draw.normal(3, 2))
    beside.only("kl").at(args, "kl is not KL(q(z | x) || p(z)) of the encoder's mu and logvar.")
    beside.only("reconstruction").at(
        args,
        "reconstruction is not log p(x | z) at the sample z that eps makes.",
        "Not at mu, and with each sample's own eps; log_lik already is a log-likelihood: no sign, no mean.",
    )
    beside.at(args, "elbo is not reconstruction minus kl.")
    above = _above_evidence(elbo, draw.normal(1, 4))
    told = "On average over eps your ELBO is above log p(x), so it is no bound."
    expect(above <= 1e-9, told, f"It is {above:.4f} too high.")
    beside.slopes(args, "Both parts depend on mu and logvar, and these on x: no detach, no no_grad.")
    _expect_corners(beside, encode)
    images = (args[0].reshape(3, 1, 2, 2), PictureEncoder(), PictureLikelihood(), args[3])
    beside.at(images, "For images (B, C, H, W) {name} is off.", "encode and log_lik get x as it comes.")
    beside.everywhere(args, [(draw.normal(2, 4), encode, log_lik, draw.normal(2, 2))])


def _expect_corners(beside: Beside, encode: LinearEncoder) -> None:
    """Probe an x whose q is the prior, one that is explained so well that the ELBO is above 0, and x far out."""
    prior = torch.linalg.solve(torch.cat([encode.A, encode.C]), torch.tensor([-0.2, -0.2, 0.7, 0.7]).double())[None]
    eps = torch.tensor([[0.4, -0.9], [1.1, 0.3], [0.7, 0.2], [-0.8, 0.6]], dtype=torch.float64)
    claim = "Where q(z | x) is the prior, a part is off. Here {name} is meant."
    beside.at((prior, encode, LinearLikelihood(), eps[:1]), claim, FLOOR)
    z = torch.tensor([[0.3, -0.5]], dtype=torch.float64)
    x = z @ DECODER.T + 0.1
    center, spread = encode(x)
    claim = "Where z explains x so well that the ELBO is above 0, it is off. Here {name} is meant."
    beside.at((x, encode, LinearLikelihood(1e-4), (z - center) / torch.exp(0.5 * spread)), claim, FLOOR)
    far = torch.cat([150 * encode.C, -150 * encode.C])
    claim = "For x far from the data a part is off. Here {name} is meant."
    beside.at((far, encode, LinearLikelihood(), eps), claim, CLAMP)


def _above_evidence(elbo: Guarded, x: Tensor) -> float:
    """Return how far the exact average of the ELBO of x (1, 4) lies above log p(x).

    The average over eps of a quadratic in eps is exact on the points +-sqrt(2) along each of two axes.
    """
    corners = math.sqrt(2) * torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]).double()
    mean = elbo(x.expand(4, 4).contiguous(), LinearEncoder(), LinearLikelihood(), corners)[0].mean()
    marginal = DECODER @ DECODER.T + 0.3 * torch.eye(4, dtype=torch.float64)
    return float(mean - MultivariateNormal(torch.full((4,), 0.1).double(), marginal).log_prob(x[0]))
