"""The reference of lesson 21 against mathematics: torch.distributions, scikit-learn's pPCA, Gaussian conditioning."""

import math

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch.distributions import Bernoulli, Independent, MultivariateNormal, Normal, kl_divergence

from gm_ref.kit.probes.elbo import LinearDecoder, LinearEncoder, LinearLikelihood
from gm_ref.vae.elbo import (
    bernoulli_log_lik,
    elbo,
    elbo_gap,
    gaussian_log_lik,
    interpolate,
    kl_standard_normal,
    linear_vae_posterior,
    reparameterize,
    sample_prior,
)

dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
TOLERANCE = {torch.float64: 1e-12, torch.float32: 2e-5}


@pytest.fixture
def draw(device):
    """Standard normal numbers of a shape, from a fixed seed."""
    generator = torch.Generator().manual_seed(0)
    return lambda *shape, dtype=torch.float64: torch.randn(*shape, generator=generator, dtype=torch.float64).to(
        device, dtype
    )


def close(a, b, dtype=torch.float64):
    torch.testing.assert_close(a, b, rtol=10 * TOLERANCE[dtype], atol=10 * TOLERANCE[dtype])


@dtypes
@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 3, 5)])
def test_likelihoods_are_torchs(draw, dtype, shape):
    x, mu, logvar = (draw(*shape, dtype=dtype) for _ in range(3))
    want = Normal(mu, (logvar / 2).exp()).log_prob(x).flatten(1).sum(1)
    close(gaussian_log_lik(x, mu, logvar), want, dtype)
    want = Bernoulli(logits=mu, validate_args=False).log_prob(x.sigmoid()).flatten(1).sum(1)
    close(bernoulli_log_lik(x.sigmoid(), mu), want, dtype)
    assert gaussian_log_lik(x, mu, logvar).dtype == dtype


def test_one_logvar_counts_for_every_entry(draw):
    x, mu = draw(3, 1, 4, 4), draw(3, 1, 4, 4)
    one = torch.tensor(-0.7, dtype=torch.float64, device=x.device)
    close(gaussian_log_lik(x, mu, one), gaussian_log_lik(x, mu, one.expand_as(x)))


@dtypes
def test_bernoulli_is_finite_for_sure_decoders(dtype, device):
    logits = torch.tensor([[1e4, -1e4]], dtype=dtype, device=device)
    assert bernoulli_log_lik(torch.tensor([[1.0, 0.0]], dtype=dtype, device=device), logits).item() == 0
    assert bernoulli_log_lik(torch.tensor([[0.0, 1.0]], dtype=dtype, device=device), logits).item() == -2e4


@dtypes
def test_kl_is_torchs_and_its_monte_carlo_average(draw, dtype):
    mu, logvar = draw(5, 3, dtype=dtype), draw(5, 3, dtype=dtype)
    q = Independent(Normal(mu, (logvar / 2).exp()), 1)
    p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    close(kl_standard_normal(mu, logvar), kl_divergence(q, p), dtype)
    z = reparameterize(mu.expand(40_000, 5, 3), logvar, draw(40_000, 5, 3, dtype=dtype))
    terms = q.log_prob(z) - p.log_prob(z)
    assert ((terms.mean(0) - kl_standard_normal(mu, logvar)).abs() < 4.5 * terms.std(0) / math.sqrt(40_000)).all()


def test_samples_have_the_moments_of_q(draw):
    mu, logvar = torch.tensor([[1.0, -2.0]]).double(), torch.tensor([[0.5, -1.5]]).double()
    z = reparameterize(mu, logvar, draw(100_000, 2).cpu())
    assert ((z.mean(0) - mu[0]).abs() < 4.5 * (logvar[0] / 2).exp() / math.sqrt(100_000)).all()
    assert ((z.var(0) / logvar[0].exp() - 1).abs() < 4.5 * math.sqrt(2 / 100_000)).all()


def test_the_pathwise_gradient_is_that_of_the_expectation(draw):
    mu, logvar = (torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (0.7, -0.4))
    z = reparameterize(mu, logvar, draw(200_000, 1).cpu())
    by_mu, by_logvar = torch.autograd.grad(z.square().mean(), (mu, logvar))
    assert abs(by_mu.item() - 2 * 0.7) < 0.02, "E[z^2] = mu^2 + exp(logvar)"
    assert abs(by_logvar.item() - math.exp(-0.4)) < 0.02


def linear_model():
    W = LinearDecoder().W
    cov = W @ W.T + 0.3 * torch.eye(4, dtype=torch.float64)
    return W, MultivariateNormal(torch.full((4,), 0.1, dtype=torch.float64), cov)


def test_elbo_plus_gap_is_the_likelihood(draw):
    x = draw(5, 4).cpu()
    W, marginal = linear_model()
    corners = math.sqrt(2) * torch.tensor([[1.0, 0], [-1, 0], [0, 1], [0, -1]], dtype=torch.float64)
    parts = [elbo(x, LinearEncoder(), LinearLikelihood(0.3), c.expand(5, 2)) for c in corners]
    bound = torch.stack([p[0] for p in parts]).mean(0)
    gap = elbo_gap(*LinearEncoder()(x), *linear_vae_posterior(W, 0.3, x - 0.1))
    close(bound + gap, marginal.log_prob(x))
    assert (gap > 0).all()
    for total, reconstruction, kl in parts:
        close(total, reconstruction - kl)


def test_elbo_in_float32(draw):
    x, eps = draw(5, 4).cpu(), draw(5, 2).cpu()
    exact = elbo(x, LinearEncoder(), LinearLikelihood(), eps)[0]
    single = elbo(x.float(), LinearEncoder(), LinearLikelihood(), eps.float())[0]
    torch.testing.assert_close(single.double(), exact, rtol=1e-4, atol=1e-4)


@dtypes
def test_posterior_is_gaussian_conditioning(draw, dtype):
    W, x = draw(6, 3, dtype=dtype), draw(4, 6, dtype=dtype)
    mean, cov = linear_vae_posterior(W, 0.5, x)
    joint = W @ W.T + 0.5 * torch.eye(6, dtype=dtype, device=W.device)
    gain = torch.linalg.solve(joint, W).T
    close(mean, x @ gain.T, dtype)
    close(cov, torch.eye(3, dtype=dtype, device=W.device) - gain @ W, dtype)


def test_posterior_satisfies_bayes_rule(draw):
    W, x, z = draw(6, 3).cpu(), draw(4, 6).cpu(), draw(4, 3).cpu()
    mean, cov = linear_vae_posterior(W, 0.5, x)
    prior = gaussian_log_lik(z, torch.zeros_like(z), torch.zeros_like(z))
    likelihood = gaussian_log_lik(x, z @ W.T, torch.tensor(math.log(0.5), dtype=torch.float64))
    evidence = MultivariateNormal(torch.zeros(6).double(), W @ W.T + 0.5 * torch.eye(6).double()).log_prob(x)
    close(MultivariateNormal(mean, cov).log_prob(z), prior + likelihood - evidence)


@dtypes
def test_gap_is_torchs_kl(draw, dtype):
    mu, logvar, mean, root = (
        draw(5, 3, dtype=dtype),
        draw(5, 3, dtype=dtype),
        draw(5, 3, dtype=dtype),
        draw(3, 3, dtype=dtype),
    )
    cov = root @ root.T + torch.eye(3, dtype=dtype, device=mu.device)
    q = MultivariateNormal(mu, torch.diag_embed(logvar.exp()))
    close(elbo_gap(mu, logvar, mean, cov), kl_divergence(q, MultivariateNormal(mean, cov)), dtype)


def test_at_the_ppca_optimum_the_elbo_is_the_likelihood_of_scikit_learn():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 5))
    x -= x.mean(0)
    values, vectors = np.linalg.eigh(x.T @ x / len(x))
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = values[2:].mean()
    W = torch.tensor(vectors[:, :2] * np.sqrt(values[:2] - noise))
    data = torch.tensor(x)
    mean, cov = linear_vae_posterior(W, float(noise), data)
    logvar = torch.log(torch.diagonal(cov)).expand(len(x), 2)
    assert elbo_gap(mean, logvar, mean, cov).abs().max() < 1e-12, "at the canonical W the posterior is diagonal"
    likelihood = MultivariateNormal(torch.zeros(5).double(), W @ W.T + noise * torch.eye(5).double()).log_prob(data)
    # scikit-learn's score uses the covariance with n - 1; rescale the data so that both fit the same covariance
    pca = PCA(2).fit(x * math.sqrt((len(x) - 1) / len(x)))
    pca.mean_ = np.zeros(5)
    assert likelihood.mean().item() == pytest.approx(pca.score(x), abs=1e-9)


def test_a_rotated_basis_costs_the_mean_field_gap(draw):
    W = torch.diag(torch.tensor([2.0, 0.5])).double()
    turned = W @ torch.tensor([[0.6, -0.8], [0.8, 0.6]]).double()
    mean, cov = linear_vae_posterior(turned, 0.3, draw(1, 2).cpu())
    precision = torch.linalg.inv(cov)
    best = -precision.diagonal().log()[None]
    want = 0.5 * (precision.diagonal().log().sum() - torch.logdet(precision))
    close(elbo_gap(mean, best, mean, cov)[0], want)
    assert want > 0.1


def test_samples_of_the_model_have_its_covariance(draw):
    _, marginal = linear_model()
    logvar = torch.tensor(math.log(0.3), dtype=torch.float64)
    x = sample_prior(LinearDecoder(), logvar, draw(200_000, 2).cpu(), draw(200_000, 4).cpu())
    torch.testing.assert_close(torch.cov(x.T), marginal.covariance_matrix, rtol=0, atol=0.02)


@dtypes
def test_interpolation(draw, dtype):
    a, b = draw(3, dtype=dtype), draw(3, dtype=dtype)
    line = interpolate(a, b, 7)
    assert line.dtype == dtype and torch.equal(line[0], a) and torch.equal(line[-1], b)
    close(line[3], (a + b) / 2, dtype)
    with pytest.raises(ValueError, match="steps must be at least 2 to include both ends, got 1"):
        interpolate(a, b, 1)
