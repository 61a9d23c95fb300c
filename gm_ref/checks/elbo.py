"""Checks of lesson 21: likelihoods, the Gaussian KL, the reparameterised sample, the bound and its gap."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Independent, MultivariateNormal, Normal, kl_divergence

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_alone,
    expect_close,
    expect_raises,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.core.verdict import Problem
from gm_ref.kit.probes_vae import DECODER, LinearDecoder, LinearEncoder, LinearLikelihood

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
WIDE = torch.tensor([[-60.0, -35.0, -15.0, 15.0, 35.0], [60.0, -25.0, 25.0, -12.0, 12.0]], dtype=torch.float64)
ANY_LOGVAR = "No clamp and no small constant: the formula holds for every logvar."
STABLE = "Compute it from the logits with softplus or logsigmoid, never through the log of a sigmoid, nor log(1 + exp)."


def normal(mu: Tensor, logvar: Tensor) -> Independent:
    """Return torch's own diagonal normal over all entries of a sample."""
    base = Normal(mu, torch.exp(0.5 * logvar).expand_as(mu))
    return Independent(base, mu.dim() - 1)


def zero(*shape: int) -> Tensor:
    """Return float64 zeros."""
    return torch.zeros(*shape, dtype=torch.float64)


# gaussian_log_lik --------------------------------------------------------------------------------------------------


def _gaussian_vectors(f: Callable) -> Tensor:
    return f(wave(3, 4), wave(3, 4, shift=20), 0.7 * wave(3, 4, shift=60) - 0.3)


def _gaussian_images(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3), wave(2, 1, 2, 3, shift=20), torch.tensor(-0.8, dtype=torch.float64))


@check(probes=[_gaussian_vectors, _gaussian_images])
def check_gaussian_log_lik(gaussian_log_lik: Guarded, draw: Draws) -> None:
    """Probe the normaliser alone, the distance alone, both against torch.distributions, and one variance for all."""
    x, mu, logvar = draw.normal(3, 5), draw.normal(3, 5), 0.8 * draw.normal(3, 5) - 0.4
    got = expect_tensor(gaussian_log_lik(x, mu, logvar), (3,), like=x, name="the log-likelihood")
    at_mean = gaussian_log_lik(mu, mu, logvar)
    expect_digits(
        at_mean,
        -(0.5 * logvar + HALF_LOG_2PI).sum(dim=1),
        "At x = mu the log-likelihood is off: there only the normaliser is left.",
        "Each entry has -logvar / 2 - log(2 pi) / 2; sum over the entries of a sample.",
    )
    expect_close(
        got - at_mean,
        -0.5 * ((x - mu) ** 2 / torch.exp(logvar)).sum(dim=1),
        "The distance part is off: half the squared distance, divided by the variance.",
        "logvar is the log of the variance: its exponential is the variance, not the standard deviation.",
    )
    for shape, own, name in (
        ((3, 2, 4, 5), (), "one number for images (B, C, H, W)"),
        ((3, 2, 4, 5), (3, 2, 4, 5), "one number for each pixel of images (B, C, H, W)"),
        ((3, 2, 4, 5), (2, 1, 1), "one number for each channel, shape (C, 1, 1), of images (B, C, H, W)"),
        ((2, 2, 1, 3, 2), (), "one number for data (B, C, T, H, W)"),
        ((3, 5), (3, 1), "one number for each sample, shape (B, 1)"),
        ((3, 5), (5,), "one number for each entry, shape (K,)"),
        ((4, 4), (4, 4), "one number for each entry, and as many entries as samples"),
    ):
        data, mean = draw.normal(*shape), draw.normal(*shape)
        spread = 0.5 * draw.normal(math.prod(own)).reshape(own) - 1
        wide = expect_tensor(gaussian_log_lik(data, mean, spread), shape[:1], name=f"it with logvar {own}")
        expect_digits(
            wide,
            normal(mean, spread.expand(shape)).log_prob(data),
            f"With a logvar of {name}, the result is off.",
            "Each entry of x counts once in the normaliser, whatever the shape of logvar; sum over all but the batch.",
        )
    far = torch.exp(0.5 * WIDE) * x[:2]
    expect_close(
        gaussian_log_lik(mu[:2] + far, mu[:2], WIDE),
        normal(mu[:2], WIDE).log_prob(mu[:2] + far),
        "For very small and very large variances the result is off.",
        ANY_LOGVAR,
    )
    expect_close(
        gaussian_log_lik(300 * x, mu, logvar), normal(mu, logvar).log_prob(300 * x), "For x far from mu it is off."
    )
    expect_alone(gaussian_log_lik, (x, mu, logvar), (0, 1, 2))
    away, var = x - mu, torch.exp(logvar)
    expect_slope(gaussian_log_lik, (x, mu, logvar), 1, "mu", away / var)
    expect_slope(gaussian_log_lik, (x, mu, logvar), 2, "logvar", 0.5 * (away**2 / var - 1))
    single = gaussian_log_lik(x.float(), mu.float(), logvar.float())
    expect_tensor(single, (3,), like=x.float(), name="the result in float32")
    expect_in_float32(single, got, "In float32 the result is off.")


# bernoulli_log_lik -------------------------------------------------------------------------------------------------


def _bernoulli_vectors(f: Callable) -> Tensor:
    return f((wave(3, 4) > 0).double(), 2 * wave(3, 4, shift=30))


def _bernoulli_images(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3).sigmoid(), wave(2, 1, 2, 3, shift=30))


def _bernoulli_sure(f: Callable) -> Tensor:
    return f(torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double(), torch.tensor([[200.0, -150.0], [3.0, 800.0]]).double())


def _bernoulli_right(f: Callable) -> Tensor:
    return f(torch.tensor([[1.0, 0.0], [1.0, 0.0]]).double(), torch.tensor([[200.0, -150.0], [900.0, -1]]).double())


@check(probes=[_bernoulli_vectors, _bernoulli_images, _bernoulli_sure, _bernoulli_right])
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


# kl_standard_normal ------------------------------------------------------------------------------------------------


def _kl(f: Callable) -> Tensor:
    return f(wave(3, 4), 0.8 * wave(3, 4, shift=40) - 0.5)


def _kl_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=7), 0.5 * wave(3, 3, shift=17) + 0.3)


@check(probes=[_kl, _kl_square])
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


# reparameterize ----------------------------------------------------------------------------------------------------


def _sample(f: Callable) -> Tensor:
    return f(wave(3, 4), 0.9 * wave(3, 4, shift=40) - 0.5, wave(3, 4, shift=90))


def _sample_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), 0.9 * wave(3, 3, shift=41), wave(3, 3, shift=91))


def _sample_slope(f: Callable) -> Tensor:
    return slope(f, wave(2, 3), 0.9 * wave(2, 3, shift=40), wave(2, 3, shift=90), wrt=1)


@check(probes=[_sample, _sample_square, _sample_slope])
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


# elbo --------------------------------------------------------------------------------------------------------------


def _bound(f: Callable) -> tuple:
    return f(wave(3, 4), LinearEncoder(), LinearLikelihood(), wave(3, 2, shift=70))


def _bound_square(f: Callable) -> tuple:
    return f(0.5 * wave(4, 4, shift=9), LinearEncoder(), LinearLikelihood(0.8), wave(4, 2, shift=33))


def _bound_gradient(f: Callable) -> Tensor:
    return slope(f, wave(3, 4, shift=2), LinearEncoder(), LinearLikelihood(), wave(3, 2, shift=71))


@check(probes=[_bound, _bound_square, _bound_gradient], uses=("kl_standard_normal", "reparameterize"))
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


# linear_vae_posterior ----------------------------------------------------------------------------------------------

W32 = torch.tensor([[0.9, 0.1], [-0.3, 0.8], [0.4, -0.5]], dtype=torch.float64)
W22 = torch.tensor([[0.9, 0.4], [-0.3, 0.8]], dtype=torch.float64)


def _posterior(f: Callable) -> tuple:
    return f(W32, 0.3, wave(4, 3))


def _posterior_square(f: Callable) -> tuple:
    return f(W22, 0.6, wave(2, 2))


@check(probes=[_posterior, _posterior_square])
def check_linear_vae_posterior(linear_vae_posterior: Guarded, draw: Draws) -> None:
    """Probe it against conditioning the joint Gaussian of (z, x), for latent spaces of several sizes."""
    for sizes in ((5, 2, 3), (6, 3, 4), (3, 3, 3), (4, 1, 2), (2, 4, 1)):
        _expect_posterior(linear_vae_posterior, draw, sizes)
    for D, K, noise_var in ((5, 2, 1e-3), (5, 2, 50.0), (2, 3, 1e-4)):
        W, x = draw.normal(D, K), draw.normal(3, D)
        gain = _gain(W, noise_var)
        where = f"W has shape {(D, K)}, noise_var is {noise_var:g}."
        mean, cov = linear_vae_posterior(W, noise_var, x)
        expect_close(cov, torch.eye(K, dtype=torch.float64) - gain @ W, "The covariance is off.", where)
        expect_close(mean, x @ gain.T, "The mean is off.", where)
    W, x = draw.normal(5, 2), draw.normal(3, 5)
    gain = _gain(W, 0.4)
    expect_close(linear_vae_posterior(W, 0.4, 100 * x)[0], 100 * x @ gain.T, "For x far from the data the mean is off.")
    small = linear_vae_posterior(W.float(), 0.4, x.float())
    expect_tensor(small[0], (3, 2), like=x.float(), name="mean in float32")
    expect_tensor(small[1], (2, 2), like=x.float(), name="cov in float32")
    expect_in_float32(small[0], x @ gain.T, "In float32 the mean is off.")
    expect_in_float32(small[1], torch.eye(2, dtype=torch.float64) - gain @ W, "In float32 the covariance is off.")


def _gain(W: Tensor, noise_var: float) -> Tensor:
    """Return what takes x to E[z | x], (K, D), by conditioning the joint Gaussian."""
    marginal = W @ W.T + noise_var * torch.eye(len(W), dtype=torch.float64)
    return torch.linalg.solve(marginal, W).T


def _expect_posterior(f: Guarded, draw: Draws, sizes: tuple[int, int, int]) -> None:
    D, K, B = sizes
    W, s2, x = draw.normal(D, K), 0.1 + float(draw.uniform(1)), draw.normal(B, D)
    parts = f(W, s2, x)
    expect(isinstance(parts, (tuple, list)) and len(parts) == 2, "Return two things in a tuple: mean and covariance.")
    mean = expect_tensor(parts[0], (B, K), like=x, name="mean")
    cov = expect_tensor(parts[1], (K, K), like=x, name="cov")
    gain, where = _gain(W, s2), f"W has shape {(D, K)}, x {(B, D)}."
    expect_digits(
        cov,
        torch.eye(K, dtype=torch.float64) - gain @ W,
        "The covariance is not that of z given x.",
        "It is noise_var times the inverse of M = W^T W + noise_var I, a K x K matrix, the same for every x.",
        where,
    )
    expect_digits(
        mean,
        x @ gain.T,
        "The mean is not that of z given x.",
        "It is the inverse of M = W^T W + noise_var I, applied to W^T x.",
        where,
    )


# elbo_gap ----------------------------------------------------------------------------------------------------------

COV = torch.tensor([[0.7, 0.25], [0.25, 0.4]], dtype=torch.float64)
COV3 = torch.tensor([[0.7, 0.25, -0.1], [0.25, 0.4, 0.05], [-0.1, 0.05, 0.9]], dtype=torch.float64)


def _gap(f: Callable) -> Tensor:
    return f(wave(4, 2), 0.6 * wave(4, 2, shift=30) - 0.5, wave(4, 2, shift=60), COV)


def _gap_square(f: Callable) -> Tensor:
    return f(wave(3, 3), 0.6 * wave(3, 3, shift=30) - 0.5, wave(3, 3, shift=60), COV3)


@check(probes=[_gap, _gap_square])
def check_elbo_gap(elbo_gap: Guarded, draw: Draws) -> None:
    """Probe it against torch's KL between Gaussians, and that log p(x) = ELBO + gap holds to rounding."""
    mu, logvar, mean = draw.normal(4, 3), draw.normal(4, 3) - 0.7, draw.normal(4, 3)
    root = draw.normal(3, 3)
    cov = root @ root.T + 0.4 * torch.eye(3, dtype=torch.float64)
    got = expect_tensor(elbo_gap(mu, logvar, mean, cov), (4,), like=mu, name="the gap")
    q = MultivariateNormal(mu, torch.diag_embed(torch.exp(logvar)))
    p = MultivariateNormal(mean, cov.expand(4, 3, 3))
    mean_part = elbo_gap(mu, logvar, mean, cov) - elbo_gap(mean, logvar, mean, cov)
    expect_close(
        mean_part,
        0.5 * ((mean - mu) * torch.linalg.solve(cov, (mean - mu).T).T).sum(dim=1),
        "The part that comes from the means is off.",
        "Half of (mean - mu) weighted by the posterior's precision, the inverse of cov, on both sides.",
    )
    expect_digits(
        got,
        kl_divergence(q, p),
        "The gap is not KL(q || posterior) in nats.",
        "q comes first; trace of precision times q's variances, minus K, plus the difference of the log-determinants; half.",
    )
    diagonal = torch.exp(logvar[:1]).diag_embed()[0]
    expect_close(
        elbo_gap(mean[:1], logvar[:1], mean[:1], diagonal), zero(1), "Where q is the posterior the gap must be 0."
    )
    expect_close(
        elbo_gap(60 * mu, logvar, mean, cov),
        kl_divergence(MultivariateNormal(60 * mu, torch.diag_embed(torch.exp(logvar))), p),
        "Where q is far from the posterior the gap is off.",
    )
    _expect_gaps(elbo_gap, draw)
    expect_alone(elbo_gap, (mu, logvar, mean, cov), (0, 1, 2))
    single = elbo_gap(mu.float(), logvar.float(), mean.float(), cov.float())
    expect_tensor(single, (4,), like=mu.float(), name="the result in float32")
    expect_in_float32(single, got, "In float32 the gap is off.")


def _expect_gaps(elbo_gap: Guarded, draw: Draws) -> None:
    """Probe other sizes, a narrow posterior, and a q that is far narrower or wider than the posterior."""
    for b, k, scale in ((3, 3, 1.0), (3, 1, 1.0), (2, 4, 1e-3), (1, 2, 1e3)):
        mu, mean, root = draw.normal(b, k), draw.normal(b, k), draw.normal(k, k)
        logvar, cov = draw.normal(b, k), scale * (root @ root.T + 0.4 * torch.eye(k, dtype=torch.float64))
        want = kl_divergence(
            MultivariateNormal(mu, torch.diag_embed(torch.exp(logvar))), MultivariateNormal(mean, cov.expand(b, k, k))
        )
        where = f"mu has shape {(b, k)}; the entries of cov are of size {scale:g}."
        expect_close(elbo_gap(mu, logvar, mean, cov), want, "The gap is off.", where)
    mu, mean = draw.normal(2, 2), draw.normal(2, 2)
    p = MultivariateNormal(mean, COV.expand(2, 2, 2))
    for size in (-25.0, 25.0):
        logvar = torch.tensor([[size, -0.3], [0.2, size]], dtype=torch.float64)
        q = MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(0.5 * logvar)))
        claim = "Where q is far narrower or wider than the posterior the gap is off."
        expect_close(elbo_gap(mu, logvar, mean, COV), kl_divergence(q, p), claim, ANY_LOGVAR)


# sample_prior, interpolate -----------------------------------------------------------------------------------------


def _prior(f: Callable) -> Tensor:
    return f(LinearDecoder(), torch.tensor(-1.3).double(), wave(3, 2), wave(3, 4, shift=44))


def _prior_square(f: Callable) -> Tensor:
    return f(LinearDecoder(), torch.tensor(0.8).double(), wave(4, 2, shift=3), wave(4, 4, shift=47))


@check(probes=[_prior, _prior_square])
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


def _line(f: Callable) -> tuple:
    return f(wave(3), wave(3, shift=8), 5), f(wave(4, shift=2), wave(4, shift=18), 2)


@check(probes=[_line])
def check_interpolate(interpolate: Guarded, draw: Draws) -> None:
    """Probe both ends, the even spacing, and the refusal of fewer than two steps."""
    start, end = draw.normal(3), draw.normal(3)
    got = expect_tensor(interpolate(start, end, 6), (6, 3), like=start, name="the line")
    expect_digits(got[0], start, "The first point must be z_start itself.")
    expect_digits(
        got[-1], end, "The last point must be z_end itself.", "Of 6 points, 5 steps apart: both ends are included."
    )
    expect_digits(
        got[1:] - got[:-1],
        ((end - start) / 5).expand(5, 3),
        "The points are not evenly spaced on the straight line.",
    )
    expect_close(interpolate(50 * start, 50 * end, 3)[1], 25 * (start + end), "Between points far out it is off.")
    expect_tensor(interpolate(start[:1], end[:1], 4), (4, 1), name="the line with one latent dimension")
    expect_close(interpolate(start, end, 2), torch.stack([start, end]), "With two steps only the two ends are left.")
    for steps in (3, 4, 5, 7, 8, 10, 12, 22, 30, 47):
        line = expect_tensor(interpolate(start, end, steps), (steps, 3), name=f"the line with {steps} steps")
        weight = torch.tensor([k / (steps - 1) for k in range(steps)], dtype=torch.float64)[:, None]
        expect_close(line, start + weight * (end - start), f"With {steps} steps the line is off.")
    claim = "cannot hold both ends: raise ValueError."
    for steps in (1, 0, -3):
        expect_value_error(lambda n=steps: interpolate(start, end, n), f"steps = {steps} {claim}")
    small = interpolate(start.float(), end.float(), 6)
    expect_tensor(small, (6, 3), like=start.float(), name="the line in float32")
    expect_in_float32(small, got, "In float32 the line is off.")


def expect_value_error(call: Callable, claim: str) -> None:
    """Raise a Problem unless call() raises ValueError; another error is told for what it is."""
    look = "Look at steps before anything is computed, and refuse every number below 2."
    try:
        expect_raises(call, ValueError, claim, look)
    except Problem as problem:
        raise Problem("property", claim, *[line for line in problem.lines if line != claim]) from None
