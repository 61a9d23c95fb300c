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
from gm_ref.kit.probes_vae import DECODER, LinearDecoder, LinearEncoder, LinearLikelihood

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


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
    expect_close(
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
    image, mean = draw.normal(3, 2, 4, 5), draw.normal(3, 2, 4, 5)
    shared = torch.tensor(-1.3, dtype=torch.float64)
    expect_close(
        gaussian_log_lik(image, mean, shared),
        normal(mean, shared).log_prob(image),
        "With one logvar for all entries of images (B, C, H, W) the result is off.",
        "The normaliser counts once for every entry of x, also where logvar is a single number.",
    )
    wide = expect_tensor(gaussian_log_lik(x, mu, logvar[:, :1]), (3,), name="the log-likelihood with logvar (B, 1)")
    expect_close(wide, normal(mu, logvar[:, :1]).log_prob(x), "With logvar (B, 1) the result is off.")
    expect_close(
        gaussian_log_lik(30 * x, mu, 14 * logvar),
        normal(mu, 14 * logvar).log_prob(30 * x),
        "For very small and very large variances the result is off.",
        "No clamp and no small constant: the formula holds for every logvar.",
    )
    expect_alone(gaussian_log_lik, (x, mu, logvar), (0, 1, 2))
    expect_close(
        gaussian_log_lik.gradient(x, mu, logvar, wrt=2),
        0.5 * ((x - mu) ** 2 / torch.exp(logvar) - 1),
        "The gradient with respect to logvar is off.",
    )
    expect_tensor(gaussian_log_lik(x.float(), mu.float(), logvar.float()), (3,), like=x.float(), name="it in float32")


# bernoulli_log_lik -------------------------------------------------------------------------------------------------


def _bernoulli_vectors(f: Callable) -> Tensor:
    return f((wave(3, 4) > 0).double(), 2 * wave(3, 4, shift=30))


def _bernoulli_images(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3).sigmoid(), wave(2, 1, 2, 3, shift=30))


def _bernoulli_sure(f: Callable) -> Tensor:
    return f(torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double(), torch.tensor([[200.0, -150.0], [3.0, 800.0]]).double())


@check(probes=[_bernoulli_vectors, _bernoulli_images, _bernoulli_sure])
def check_bernoulli_log_lik(bernoulli_log_lik: Guarded, draw: Draws) -> None:
    """Probe pixels that are 0, 1 and grey, images, logits of size 200, and the gradient."""
    logits = draw.normal(3, 5)
    x = (draw.uniform(3, 5) > 0.5).double()
    got = expect_tensor(bernoulli_log_lik(x, logits), (3,), like=x, name="the log-likelihood")
    ones = torch.ones_like(x)
    expect_close(
        bernoulli_log_lik(ones, logits),
        torch.log(1 / (1 + torch.exp(-logits))).sum(dim=1),
        "For pixels that are 1 the result is not the sum of log sigmoid(logit).",
        "What comes in are logits: one sigmoid, then a log, summed over the pixels.",
    )
    expect_close(
        bernoulli_log_lik(0 * ones, logits),
        torch.log(1 / (1 + torch.exp(logits))).sum(dim=1),
        "For pixels that are 0 the result is not the sum of log(1 - sigmoid(logit)).",
    )
    expect_close(got, Bernoulli(logits=logits).log_prob(x).sum(dim=1), "For mixed pixels the result is off.")
    grey, wide = draw.uniform(3, 2, 4, 5), draw.normal(3, 2, 4, 5)
    p = 1 / (1 + torch.exp(-wide))
    expect_close(
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
        "Compute it from the logits with softplus or logsigmoid, never through the log of a sigmoid.",
    )
    expect_close(
        bernoulli_log_lik.gradient(x, logits, wrt=1),
        x - 1 / (1 + torch.exp(-logits)),
        "The gradient with respect to the logits is off: it is x minus the probability.",
    )
    expect_alone(bernoulli_log_lik, (x, logits), (0, 1))
    expect_tensor(bernoulli_log_lik(x.float(), logits.float()), (3,), like=x.float(), name="it in float32")


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
    expect_close(
        kl_standard_normal(mu, zero(3, 5)),
        0.5 * (mu**2).sum(dim=1),
        "With variance 1 the KL is not half the squared length of mu.",
        "Sum over the latent dimensions, not a mean, and not over the batch.",
    )
    expect_close(
        kl_standard_normal(zero(3, 5), logvar),
        0.5 * (torch.exp(logvar) - 1 - logvar).sum(dim=1),
        "With mu = 0 the KL is not half the sum of variance - 1 - log variance.",
        "logvar is the log of the variance; the -1 counts once for every dimension.",
    )
    unit = Independent(Normal(zero(3, 5), torch.ones(3, 5, dtype=torch.float64)), 1)
    expect_close(got, kl_divergence(normal(mu, logvar), unit), "mu and logvar together give another value than the KL.")
    expect_close(kl_standard_normal.gradient(mu, logvar), mu, "The gradient with respect to mu is off: it is mu.")
    expect_close(
        kl_standard_normal.gradient(mu, logvar, wrt=1),
        0.5 * (torch.exp(logvar) - 1),
        "The gradient with respect to logvar is off: it is (variance - 1) / 2.",
    )
    expect_close(
        kl_standard_normal(40 * mu, 12 * logvar),
        kl_divergence(normal(40 * mu, 12 * logvar), unit),
        "Far from the prior the KL is off.",
        "No clamp: the KL grows without bound there.",
    )
    expect_alone(kl_standard_normal, (mu, logvar), (0, 1))
    expect_tensor(kl_standard_normal(mu.float(), logvar.float()), (3,), like=mu.float(), name="the KL in float32")


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
    expect_close(reparameterize(mu, logvar, zero(3, 5)), mu, "With eps = 0 the sample must be mu itself.")
    noise = reparameterize(zero(3, 5), logvar, eps)
    expect_close(
        noise**2,
        torch.exp(logvar) * eps**2,
        "With mu = 0 the sample has another variance than exp(logvar).",
        "eps is scaled by the standard deviation: the exponential of half of logvar.",
    )
    expect_close(torch.sign(noise), torch.sign(eps), "The noise must enter with its own sign.")
    expect_close(got, mu + noise, "The sample is not the sum of its mean and its noise.")
    expect_close(
        reparameterize.gradient(mu, logvar, eps),
        torch.ones(3, 5),
        "The gradient with respect to mu is not 1.",
        "A detach, no_grad or a sample drawn by torch.normal cuts the path.",
    )
    expect_close(
        reparameterize.gradient(mu, logvar, eps, wrt=1),
        0.5 * noise,
        "The gradient with respect to logvar is off: the noise must depend on logvar differentiably.",
    )
    far = 12 * logvar
    expect_close(
        reparameterize(zero(3, 5), far, eps).abs().log(),
        far / 2 + eps.abs().log(),
        "For very small and very large variances the sample is off.",
        "No clamp and no small constant: the formula holds for every logvar. (Compared are the logarithms.)",
    )
    expect_close(reparameterize(100 * mu, zero(3, 5), eps), 100 * mu + eps, "For large mu the sample is off.")
    expect_alone(reparameterize, (mu, logvar, eps), (0, 1, 2))
    expect_tensor(reparameterize(mu.float(), logvar.float(), eps.float()), (3, 5), like=mu.float(), name="z in float32")


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
    expect(isinstance(parts, (tuple, list)) and len(parts) == 3, "Return three things: elbo, reconstruction, kl.")
    bound, reconstruction, kl = parts
    for part, name in ((bound, "elbo"), (reconstruction, "reconstruction"), (kl, "kl")):
        expect_tensor(part, (3,), like=x, name=name)
    q = normal(*encode(x))
    expect_close(
        kl,
        kl_divergence(q, normal(zero(3, 2), zero(3, 2))),
        "kl is not KL(q(z | x) || p(z)) of the encoder's mu and logvar.",
    )
    z = q.mean + q.stddev * eps
    expect_close(
        reconstruction,
        log_lik(x, z),
        "reconstruction is not log p(x | z) at the sample z that eps makes.",
        "Not at mu, and with each sample's own eps; log_lik already is a log-likelihood: no sign, no mean.",
    )
    expect_close(bound, log_lik(x, z) - kl, "elbo is not reconstruction minus kl.")
    share, above = _average_bound(elbo, draw)
    expect(
        above >= -1e-9,
        "On average over eps your ELBO is above log p(x), so it is no bound.",
        f"It is {share:.4f} too high.",
    )
    expect_close(
        elbo.gradient(x, encode, log_lik, eps),
        _bound_slope(x, encode, log_lik, eps),
        "The gradient of the ELBO with respect to x is off: a path is cut.",
        "Both parts depend on mu and logvar: no detach, no no_grad.",
    )
    q = normal(*encode(20 * x))
    expect_close(
        elbo(20 * x, encode, log_lik, eps)[0],
        log_lik(20 * x, q.mean + q.stddev * eps) - kl_divergence(q, normal(zero(3, 2), zero(3, 2))),
        "For x far from the data elbo is off.",
        "No clamp: x, mu and logvar are used as they come.",
    )
    expect_alone(elbo, (x, encode, log_lik, eps), (0, 3))
    for part in elbo(x.float(), encode, log_lik, eps.float()):
        expect_tensor(part, (3,), like=x.float(), name="a part in float32")


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
    """Probe it against conditioning the joint Gaussian of (z, x), and against Bayes' rule at random z."""
    W, s2, x = draw.normal(5, 2), 0.1 + float(draw.uniform(1)), draw.normal(3, 5)
    parts = linear_vae_posterior(W, s2, x)
    expect(isinstance(parts, (tuple, list)) and len(parts) == 2, "Return two things: mean and covariance.")
    mean = expect_tensor(parts[0], (3, 2), like=x, name="mean")
    cov = expect_tensor(parts[1], (2, 2), like=x, name="cov")
    marginal = W @ W.T + s2 * torch.eye(5, dtype=torch.float64)
    gain = torch.linalg.solve(marginal, W).T
    expect_close(
        cov,
        torch.eye(2, dtype=torch.float64) - gain @ W,
        "The covariance is not that of z given x.",
        "It is noise_var times the inverse of M = W^T W + noise_var I, a K x K matrix, the same for every x.",
    )
    expect_close(
        mean,
        x @ gain.T,
        "The mean is not that of z given x.",
        "It is the inverse of M = W^T W + noise_var I, applied to W^T x.",
    )
    alone = expect_tensor(linear_vae_posterior(W[:, :1], s2, x)[1], (1, 1), name="cov with one latent dimension")
    expect_close(
        alone, s2 / (W[:, :1].square().sum() + s2).reshape(1, 1), "With one latent dimension the covariance is off."
    )
    expect_close(linear_vae_posterior(W, s2, 100 * x)[0], 100 * x @ gain.T, "For x far from the data the mean is off.")
    small = linear_vae_posterior(W.float(), s2, x.float())
    expect_tensor(small[0], (3, 2), like=x.float(), name="mean in float32")


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
    expect_close(
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
    expect_tensor(
        elbo_gap(mu.float(), logvar.float(), mean.float(), cov.float()), (4,), like=mu.float(), name="it in float32"
    )


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
    expect_close(sample_prior(decode, logvar, z, zero(3, 4)), mean, "With eps = 0 the sample must be decode(z).")
    noise = got - mean
    expect(
        bool((noise.abs() > 0).all()),
        "You return the mean of p(x | z): a sample of the model has its noise too.",
        "Add eps scaled by the standard deviation.",
    )
    expect_close(
        noise,
        torch.sqrt(torch.exp(logvar)) * eps,
        "The noise of p(x | z) has another variance than exp(logvar).",
        "A standard deviation is the exponential of half of logvar.",
    )
    expect_close(
        sample_prior(decode, 12 + logvar, 30 * z, eps),
        decode(30 * z) + torch.sqrt(torch.exp(12 + logvar)) * eps,
        "For z far out and a large variance the sample is off.",
        "No clamp: the decoder's mean and logvar are used as they come.",
    )
    expect_alone(sample_prior, (decode, logvar, z, eps), (2, 3))
    small = sample_prior(decode, logvar.float(), z.float(), eps.float())
    expect_tensor(small, (3, 4), like=z.float(), name="x in float32")


def _line(f: Callable) -> tuple:
    return f(wave(3), wave(3, shift=8), 5), f(wave(4, shift=2), wave(4, shift=18), 2)


@check(probes=[_line])
def check_interpolate(interpolate: Guarded, draw: Draws) -> None:
    """Probe both ends, the even spacing, and the refusal of fewer than two steps."""
    start, end = draw.normal(3), draw.normal(3)
    got = expect_tensor(interpolate(start, end, 6), (6, 3), like=start, name="the line")
    expect_close(got[0], start, "The first point must be z_start itself.")
    expect_close(
        got[-1], end, "The last point must be z_end itself.", "Of 6 points, 5 steps apart: both ends are included."
    )
    expect_close(
        got[1:] - got[:-1],
        ((end - start) / 5).expand(5, 3),
        "The points are not evenly spaced on the straight line.",
    )
    expect_close(interpolate(50 * start, 50 * end, 3)[1], 25 * (start + end), "Between points far out it is off.")
    expect_tensor(interpolate(start[:1], end[:1], 4), (4, 1), name="the line with one latent dimension")
    expect_close(interpolate(start, end, 2), torch.stack([start, end]), "With two steps only the two ends are left.")
    expect_raises(lambda: interpolate(start, end, 1), ValueError, "steps = 1 cannot hold both ends: raise ValueError.")
    expect_tensor(interpolate(start.float(), end.float(), 3), (3, 3), like=start.float(), name="the line in float32")
