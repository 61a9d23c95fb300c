"""The reference of lesson 00 against mathematics: scipy, torch.distributions, quadrature, exact hand values."""

import math
import re

import numpy as np
import pytest
import torch
from scipy import integrate, special, stats
from torch import distributions as D

from gm_ref.checks.core import CheckFailed
from gm_ref.checks.start import check_log_normal_diag
from gm_ref.course.paths import ROOT
from gm_ref.foundations.start import (
    gmm_score,
    kl_diag_gaussians,
    log_mean_exp,
    log_normal_diag,
    log_prob_by_change_of_variables,
    mc_estimate,
)
from gm_ref.kit.probes.start import (
    AffineLogAbsDet,
    AffineMap,
    GaussianLogProb,
    Quadratic,
    SinhLogAbsDet,
    SinhMap,
)

dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
TOLERANCE = {torch.float64: 1e-12, torch.float32: 2e-5}


def normal(*shape, seed=0, dtype=torch.float64, device="cpu"):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(device, dtype)


def close(got, want, dtype=torch.float64):
    want = torch.as_tensor(want, dtype=torch.float64)
    assert got.dtype == dtype
    torch.testing.assert_close(got.double().cpu(), want, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


# log_normal_diag ---------------------------------------------------------------------------------------------------


@dtypes
def test_log_normal_is_scipys(dtype, device):
    x, mu, logvar = (normal(5, 3, seed=s) for s in (1, 2, 3))
    want = [
        stats.multivariate_normal(m.numpy(), np.diag(v.exp().numpy())).logpdf(a.numpy())
        for a, m, v in zip(x, mu, logvar, strict=True)
    ]
    close(log_normal_diag(*(a.to(device, dtype) for a in (x, mu, logvar))), np.array(want), dtype)


def test_density_integrates_to_one_in_the_plane():
    axis = torch.linspace(-12, 12, 241, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    mu, logvar = torch.tensor([[0.7, -1.1]]).double(), torch.tensor([[0.6, -0.9]]).double()
    log_p = log_normal_diag(grid, mu.expand_as(grid), logvar.expand_as(grid))
    assert log_p.exp().sum().item() * 0.1**2 == pytest.approx(1, abs=1e-12)


def test_hand_value_of_the_lesson():
    zero = torch.zeros(1, 2).double()
    got = log_normal_diag(torch.tensor([[3.0, 0.0]]).double(), zero, torch.tensor([[math.log(9), 0.0]]).double())
    assert got.item() == pytest.approx(-0.5 - math.log(3) - math.log(2 * math.pi), abs=1e-14)


# log_mean_exp ------------------------------------------------------------------------------------------------------


@dtypes
@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2])
@pytest.mark.parametrize("shift", [0.0, 1e4, -1e4])
def test_log_mean_exp_is_scipys(dtype, dim, shift, device):
    x = (3 * normal(4, 3, 5) + shift).to(dtype).double()
    want = special.logsumexp(x.numpy(), axis=dim) - math.log(x.shape[dim])
    close(log_mean_exp(x.to(device, dtype), dim), want, dtype)


def test_log_mean_exp_at_minus_infinity():
    x = torch.tensor([[-math.inf, -math.inf], [0.0, -math.inf]])
    assert log_mean_exp(x, 1).tolist() == [-math.inf, pytest.approx(-math.log(2))]


def test_log_mean_exp_lies_between_mean_and_maximum():
    x = 10 * normal(50, 7)
    got = log_mean_exp(x, 1)
    assert (got >= x.mean(dim=1)).all() and (got <= x.max(dim=1).values).all()


# kl_diag_gaussians -------------------------------------------------------------------------------------------------


@dtypes
def test_kl_is_torchs(dtype, device):
    mu1, logvar1, mu2, logvar2 = (normal(6, 4, seed=s) for s in range(4))
    pair = D.Normal(mu1, (logvar1 / 2).exp()), D.Normal(mu2, (logvar2 / 2).exp())
    want = D.kl_divergence(*pair).sum(dim=1)
    close(kl_diag_gaussians(*(a.to(device, dtype) for a in (mu1, logvar1, mu2, logvar2))), want, dtype)


def test_kl_is_the_integral_of_its_definition():
    p, q = stats.norm(0.5, 0.7), stats.norm(-0.4, 1.6)
    want, error = integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -8, 9)
    args = [torch.tensor([[v]]).double() for v in (0.5, 2 * math.log(0.7), -0.4, 2 * math.log(1.6))]
    assert error < 1e-7
    assert kl_diag_gaussians(*args).item() == pytest.approx(want, abs=1e-8)


def test_kl_of_a_vae_is_the_special_case():
    mu, logvar, zero = normal(5, 3, seed=7), normal(5, 3, seed=8), torch.zeros(5, 3).double()
    close(kl_diag_gaussians(mu, logvar, zero, zero), -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(dim=1))


def test_kl_is_positive_and_not_symmetric():
    mu1, logvar1, mu2, logvar2 = (normal(200, 2, seed=s) for s in range(4))
    there, back = kl_diag_gaussians(mu1, logvar1, mu2, logvar2), kl_diag_gaussians(mu2, logvar2, mu1, logvar1)
    assert (there > 0).all() and (there - back).abs().median() > 0.1


# mc_estimate -------------------------------------------------------------------------------------------------------


@dtypes
def test_standard_error_is_scipys(dtype, device):
    x = normal(40, 3, seed=4)
    f = Quadratic(0.5, -1.0, 2.0)
    average, error = mc_estimate(f, x.to(device, dtype))
    close(average, f(x).mean(), dtype)
    close(error, stats.sem(f(x).numpy()), dtype)


def test_standard_error_is_the_spread_of_the_estimate():
    repeats, n = 2000, 25
    x = normal(repeats, n, 1, seed=5)
    pairs = [mc_estimate(Quadratic(1.0, 0.0, 0.0), batch) for batch in x]
    means = torch.stack([m for m, _ in pairs])
    mean_square = torch.stack([e**2 for _, e in pairs])
    true = 2 / n  # the variance of x^2 is 2 for a standard normal
    sigma = mean_square.std() / math.sqrt(repeats)
    assert abs(mean_square.mean() - true) < 4 * sigma
    assert abs(means.mean() - 1) < 4 * math.sqrt(true / repeats)


def test_standard_error_far_from_zero():
    x = normal(30, 1, seed=6)
    _, error = mc_estimate(Quadratic(0.0, 1.0, 1e9), x)
    assert error.item() == pytest.approx(stats.sem(x.flatten().numpy()), rel=1e-6)


# gmm_score ---------------------------------------------------------------------------------------------------------


def mixture(logits, mu, logvar):
    return D.MixtureSameFamily(D.Categorical(logits=logits), D.Independent(D.Normal(mu, (logvar / 2).exp()), 1))


@dtypes
def test_score_is_the_gradient_of_the_log_density(dtype, device):
    x, logits, mu, logvar = normal(7, 2), normal(3, seed=1), normal(3, 2, seed=2), normal(3, 2, seed=3)
    leaf = (2 * x).requires_grad_()
    want = torch.autograd.grad(mixture(logits, mu, logvar).log_prob(leaf).sum(), leaf)[0]
    close(gmm_score(*(a.detach().to(device, dtype) for a in (leaf, logits, mu, logvar))), want, dtype)


def test_score_has_mean_zero_over_its_own_density():
    logits, mu, logvar = normal(3, seed=1), 2 * normal(3, 2, seed=2), normal(3, 2, seed=3)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        x = mixture(logits, mu, logvar).sample((20_000,))
    score = gmm_score(x, logits, mu, logvar)
    assert (score.mean(dim=0).abs() < 4 * score.std(dim=0) / math.sqrt(len(x))).all()


@dtypes
def test_score_far_away_is_that_of_the_component_that_falls_slowest(dtype, device):
    far = torch.tensor([[1000.0, 0.0]], dtype=dtype, device=device)
    mu = torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=dtype, device=device)
    logvar = torch.tensor([[0.0, 0.0], [1.0, 1.0]], dtype=dtype, device=device)
    got = gmm_score(far, torch.zeros(2, dtype=dtype, device=device), mu, logvar)
    close(got, [[-1000 / math.e, 2 / math.e]], dtype)


# log_prob_by_change_of_variables -----------------------------------------------------------------------------------


@dtypes
def test_log_prob_of_an_affine_flow_is_a_multivariate_normal(dtype, device):
    A, shift = torch.tensor([[0.2, 1.1, 0.0], [0.7, -0.4, 0.3], [0.0, 0.5, 1.2]]).double(), normal(3, seed=9)
    base = D.MultivariateNormal(torch.full((3,), 0.4, dtype=torch.float64), 0.7 * torch.eye(3, dtype=torch.float64))
    inverse = torch.linalg.inv(A)
    want = D.MultivariateNormal(inverse @ (base.mean - shift), inverse @ base.covariance_matrix @ inverse.T)
    x = normal(6, 3, seed=10)
    parts = [m.to(device) for m in (AffineMap(A, shift), AffineLogAbsDet(A), GaussianLogProb(0.4, 0.7))]
    assert torch.linalg.det(A) < 0
    close(log_prob_by_change_of_variables(x.to(device, dtype), *parts), want.log_prob(x), dtype)


def test_log_prob_is_torchs_log_normal():
    x = normal(8, 1, seed=11).exp()
    got = log_prob_by_change_of_variables(x, torch.log, lambda x: -x.log().sum(dim=1), GaussianLogProb(0.0, 1.0))
    close(got, D.LogNormal(0.0, 1.0).log_prob(x).squeeze(1))


@pytest.mark.parametrize("rate", [0.7, -1.3])
def test_density_integrates_to_one_on_the_line(rate):
    x = torch.linspace(-8, 8, 1601, dtype=torch.float64)[:, None]
    log_p = log_prob_by_change_of_variables(x, SinhMap(rate), SinhLogAbsDet(rate), GaussianLogProb(0.3, 1.7))
    assert log_p.exp().sum().item() * 0.01 == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    "f, log_abs_det, x",
    [
        (SinhMap(-0.8), SinhLogAbsDet(-0.8), normal(4, 3, seed=12)),
        (AffineMap(normal(3, 3, seed=13), normal(3)), AffineLogAbsDet(normal(3, 3, seed=13)), normal(4, 3, seed=14)),
    ],
    ids=["sinh", "affine"],
)
def test_the_probe_maps_know_their_own_determinant(f, log_abs_det, x):
    jacobians = torch.stack([torch.func.jacrev(lambda r: f(r[None])[0])(row) for row in x])
    close(log_abs_det(x), torch.linalg.slogdet(jacobians).logabsdet)


# what the lesson's text promises -----------------------------------------------------------------------------------


def typed_as_told(*change):
    """Return log_normal_diag with the body that the lesson asks the learner to type, changed as it says."""
    text = (ROOT / "solutions" / "00_start.py").read_text("utf-8")
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1].replace("#    ", "").replace(*change)
    scope = {"math": math, "torch": torch}
    exec(f"def log_normal_diag(x, mu, logvar):\n{block}", scope)
    return scope["log_normal_diag"]


@pytest.mark.parametrize(
    "change, status, mistake",
    [
        (("", ""), "mistake", "variance_as_std"),
        (("0.5 * logvar", "logvar"), "convention", "log_std"),
        (("torch.exp(logvar)", "torch.exp(logvar / 2)"), "pass", None),
    ],
    ids=["as printed", "consistent in the wrong way", "mended"],
)
def test_the_first_exercise_answers_as_the_text_says(change, status, mistake):
    try:
        verdict = check_log_normal_diag(typed_as_told(*change))
    except CheckFailed as failed:
        verdict = failed.verdict
    assert (verdict.status, verdict.mistake) == (status, mistake)
