"""The check of elbo."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_alone,
    expect_close,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.elbo.oracles import normal, zero
from gm_ref.kit.probes.elbo import DECODER, LinearEncoder, LinearLikelihood


def _bound(f: Callable) -> tuple:
    return f(wave(3, 4), LinearEncoder(), LinearLikelihood(), wave(3, 2, shift=70))


def _bound_square(f: Callable) -> tuple:
    return f(0.5 * wave(4, 4, shift=9), LinearEncoder(), LinearLikelihood(0.8), wave(4, 2, shift=33))


def _bound_gradient(f: Callable) -> Tensor:
    return slope(f, wave(3, 4, shift=2), LinearEncoder(), LinearLikelihood(), wave(3, 2, shift=71))


@check(
    probes=[_bound, _bound_square, _bound_gradient],
    uses=("kl_standard_normal", "reparameterize"),
    rows=(0, 3),
    same_dtype=("x", "eps"),
    slopes=("x",),
    exact=True,
)
def check_elbo(elbo: Guarded, draw: Draws) -> None:
    """Probe the two parts against torch.distributions on a linear model, and the bound against log p(x) itself."""
    x, eps = draw.normal(3, 4), draw.normal(3, 2)
    encode, log_lik = LinearEncoder(), LinearLikelihood()
    parts = elbo(x, encode, log_lik, eps)
    expect(
        isinstance(parts, (tuple, list)) and len(parts) == 3,
        "Return three things in a tuple: elbo, reconstruction, kl.",
    )
    bound, reconstruction, kl = parts
    for part, name in ((bound, "elbo"), (reconstruction, "reconstruction"), (kl, "kl")):
        expect_tensor(part, (3,), like=x, name=name)
    q = normal(*encode(x))
    expect_digits(
        kl,
        kl_divergence(q, normal(zero(3, 2), zero(3, 2))),
        "kl is not KL(q(z | x) || p(z)) of the encoder's mu and logvar.",
    )
    z = q.mean + q.stddev * eps
    expect_digits(
        reconstruction,
        log_lik(x, z),
        "reconstruction is not log p(x | z) at the sample z that eps makes.",
        "Not at mu, and with each sample's own eps; log_lik already is a log-likelihood: no sign, no mean.",
    )
    expect_digits(bound, log_lik(x, z) - kl, "elbo is not reconstruction minus kl.")
    share, above = _average_bound(elbo, draw)
    expect(
        above >= -1e-9,
        "On average over eps your ELBO is above log p(x), so it is no bound.",
        f"It is {share:.4f} too high.",
    )
    expect_slope(
        elbo,
        (x, encode, log_lik, eps),
        0,
        "x",
        _bound_slope(x, encode, log_lik, eps),
        "Both parts depend on mu and logvar, and these on x: no detach, no no_grad.",
    )
    _expect_corners(elbo)
    square, eps4 = draw.normal(2, 4), draw.normal(2, 2)
    _expect_bound(elbo, square, log_lik, eps4, "For as many samples as latent dimensions it is off.")
    expect_alone(elbo, (x, encode, log_lik, eps), (0, 3))
    for part, want in zip(elbo(x.float(), encode, log_lik, eps.float()), parts, strict=True):
        expect_tensor(part, (3,), like=x.float(), name="a part in float32")
        expect_in_float32(part, want, "In float32 a part is off.")


def _expect_bound(elbo: Guarded, x: Tensor, log_lik: LinearLikelihood, eps: Tensor, claim: str, *look: str) -> None:
    q = normal(*LinearEncoder()(x))
    reconstruction = log_lik(x, q.mean + q.stddev * eps)
    kl = kl_divergence(q, normal(torch.zeros_like(eps), torch.zeros_like(eps)))
    parts = elbo(x, LinearEncoder(), log_lik, eps)
    for part, want, name in zip(
        parts, (reconstruction - kl, reconstruction, kl), ("elbo", "reconstruction", "kl"), strict=True
    ):
        expect_close(part, want, f"{claim} Here {name} is meant.", *look)


def _expect_corners(elbo: Guarded) -> None:
    """Probe an x whose q is the prior, one that is explained so well that the ELBO is above 0, and x far out."""
    encode = LinearEncoder()
    prior = torch.linalg.solve(torch.cat([encode.A, encode.C]), torch.tensor([-0.2, -0.2, 0.7, 0.7]).double())[None]
    eps = torch.tensor([[0.4, -0.9]], dtype=torch.float64)
    floor = "No floor and no ceiling: kl may be 0, and a density is above 1 where the noise is small."
    _expect_bound(elbo, prior, LinearLikelihood(), eps, "Where q(z | x) is the prior, a part is off.", floor)
    x = torch.tensor([[0.3, -0.5]], dtype=torch.float64) @ DECODER.T + 0.1
    center, spread = encode(x)
    fits = (torch.tensor([[0.3, -0.5]], dtype=torch.float64) - center) / torch.exp(0.5 * spread)
    _expect_bound(
        elbo, x, LinearLikelihood(1e-4), fits, "Where z explains x so well that the ELBO is above 0, it is off.", floor
    )
    far = torch.cat([150 * encode.C, -150 * encode.C])
    both = torch.tensor([[0.4, -0.9], [1.1, 0.3], [0.7, 0.2], [-0.8, 0.6]], dtype=torch.float64)
    look = "No clamp: x, mu and logvar are used as they come."
    _expect_bound(elbo, far, LinearLikelihood(), both, "For x far from the data a part is off.", look)


def _bound_slope(x: Tensor, encode: Callable, log_lik: Callable, eps: Tensor) -> Tensor:
    leaf = x.clone().requires_grad_()
    mu, logvar = encode(leaf)
    q = normal(mu, logvar)
    value = log_lik(leaf, mu + torch.exp(0.5 * logvar) * eps) - kl_divergence(q, normal(zero(3, 2), zero(3, 2)))
    return torch.autograd.grad(value.sum(), leaf)[0]


def _average_bound(elbo: Guarded, draw: Draws) -> tuple[float, float]:
    """Return how far the exact average of the ELBO lies above log p(x) (negative: below), and minus that.

    The average over eps of a quadratic in eps is exact on the points +-sqrt(2) along each of two axes.
    """
    x = draw.normal(1, 4).expand(4, 4).contiguous()
    corners = math.sqrt(2) * torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]).double()
    mean = elbo(x, LinearEncoder(), LinearLikelihood(), corners)[0].mean()
    cov = DECODER @ DECODER.T + 0.3 * torch.eye(4, dtype=torch.float64)
    log_px = MultivariateNormal(torch.full((4,), 0.1, dtype=torch.float64), cov).log_prob(x[0])
    return float(mean - log_px), float(log_px - mean)
