"""Checks of lesson 00: log-densities, log-mean-exp, KL, Monte Carlo error, the score, change of variables."""

import math
from collections.abc import Callable
from statistics import mean, stdev

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, Normal

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_in_float32, expect_slope
from gm_ref.kit.probes_foundations import (
    AffineLogAbsDet,
    AffineMap,
    GaussianLogProb,
    Quadratic,
    SinhLogAbsDet,
    SinhMap,
)

LOG_2PI = math.log(2 * math.pi)


def log_pdf(x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the log-density of each entry by itself, from torch's own normal distribution; all of one shape."""
    return Normal(mu, torch.exp(logvar / 2)).log_prob(x)


def slope(f: Callable, x: Tensor, h: float = 1e-3) -> Tensor:
    """Return f'(x) entry by entry for a smooth f, by central differences of fourth order."""
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


def strided(x: Tensor) -> Tensor:
    """Return x with the same values and another layout in memory."""
    return x.t().contiguous().t()


def expect_single(got: Tensor, want: Tensor, name: str) -> None:
    """Raise a Problem unless got is float32, of want's shape, and equal to want but for rounding."""
    got = expect_tensor(got, tuple(want.shape), like=torch.empty(0, dtype=torch.float32), name=name)
    expect_in_float32(got, want, f"{name[0].upper()}{name[1:]} is off by more than rounding.")


# log_normal_diag ---------------------------------------------------------------------------------------------------


def _log_normal_diag(f: Callable) -> Tensor:
    return f(wave(3, 2), wave(3, 2, shift=30), wave(3, 2, shift=60))


def _log_normal_diag_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), wave(3, 3, shift=35), wave(3, 3, shift=65))


def _log_normal_diag_narrow(f: Callable) -> Tensor:
    return f(wave(2, 3) * 1e-6, 0 * wave(2, 3), wave(2, 3, shift=9) - 26)


LEVELS = torch.tensor([[-4.0], [4.0]], dtype=torch.float64)  # 400 such variances multiply to 0, and to infinity


def _log_normal_diag_many(f: Callable) -> Tensor:
    return f(wave(2, 400) * torch.exp(LEVELS / 2), wave(2, 400, shift=3), LEVELS + 0.3 * wave(2, 400, shift=7))


@check(probes=[_log_normal_diag, _log_normal_diag_square, _log_normal_diag_narrow, _log_normal_diag_many])
def check_log_normal_diag(log_normal_diag: Guarded, draw: Draws) -> None:
    """Probe the normaliser at x = mu, the distance at variance 1, both together, narrow Gaussians, the gradients."""
    x, mu, logvar = draw.normal(4, 3), draw.normal(4, 3), draw.normal(4, 3)
    zero = torch.zeros_like(x)
    peak = expect_tensor(log_normal_diag(mu, mu, logvar), (4,), like=x, name="the log-density")
    expect_close(
        log_normal_diag(zero, zero, zero),
        torch.full((4,), -1.5 * LOG_2PI),
        "For a standard normal in 3 dimensions, the log-density at 0 must be -3/2 log(2 pi), about -2.757.",
        "Each dimension brings its own -1/2 log(2 pi); the dimensions are summed.",
    )
    expect_close(
        peak,
        log_pdf(mu, mu, logvar).sum(dim=1),
        "At x = mu the log-density is off: it must be the sum over dimensions of -1/2 (log(2 pi) + logvar).",
        "logvar is the logarithm of the variance; the standard deviation is exp(logvar / 2).",
    )
    expect_close(
        log_normal_diag(x, mu, zero),
        log_pdf(x, mu, zero).sum(dim=1),
        "With variance 1 the log-density is off: away from mu it must fall by half the squared distance.",
    )
    want = log_pdf(x, mu, logvar).sum(dim=1)
    expect_close(
        log_normal_diag(x, mu, logvar),
        want,
        "The log-density is off where x is not mu and the variance is not 1.",
        "The squared distance is divided by the variance exp(logvar), each dimension by its own.",
    )
    thin, near = draw.uniform(2, 5, low=-30, high=-20), 1e-6 * draw.normal(2, 5)
    expect_close(
        log_normal_diag(near, 0 * near, thin),
        log_pdf(near, 0 * near, thin).sum(dim=1),
        "For a narrow Gaussian, logvar from -30 to -20, the log-density is off.",
        "Look for a small number added to the variance, or a clamp on logvar.",
    )
    wide = draw.uniform(2, 5, low=15, high=40)
    expect_close(
        log_normal_diag(1e6 * near, 0 * near, wide),
        log_pdf(1e6 * near, 0 * near, wide).sum(dim=1),
        "For a wide Gaussian, logvar from 15 to 40, the log-density is off.",
        "Look for a clamp on logvar.",
    )
    box = draw.normal(3, 3)
    expect_close(
        log_normal_diag(strided(box), 0 * box, 0 * box),
        log_pdf(box, 0 * box, 0 * box).sum(dim=1),
        "On a batch as large as the dimension, the sum runs along the wrong axis.",
        "Axis 0 is the batch and stays; sum along axis 1.",
    )
    for rows in ([x[:1], mu[:1], logvar[:1]], [x[:, :1], mu[:, :1], logvar[:, :1]]):
        shape = tuple(rows[0].shape)
        one = expect_tensor(log_normal_diag(*rows), shape[:1], like=x, name=f"the log-density for x of shape {shape}")
        expect_close(one, log_pdf(*rows).sum(dim=1), f"For x of shape {shape} the log-density is off.")
    spread = LEVELS + draw.uniform(2, 400, low=-1, high=1)
    there = draw.normal(2, 400)
    point = there + torch.exp(spread / 2) * draw.normal(2, 400)
    expect_close(
        log_normal_diag(point, there, spread),
        log_pdf(point, there, spread).sum(dim=1),
        "In 400 dimensions the log-density is off.",
        "A product or a determinant over so many dimensions leaves the range of numbers: sum logarithms.",
    )
    single = log_normal_diag(x.float(), mu.float(), logvar.float())
    expect_single(single, want, "the log-density in float32")
    pull = (mu - x) / torch.exp(logvar)
    push = 0.5 * ((x - mu) * -pull - 1)
    for place, (name, slope_there) in enumerate((("x", pull), ("mu", -pull), ("logvar", push))):
        expect_slope(log_normal_diag, (x, mu, logvar), place, name, slope_there)


# log_mean_exp ------------------------------------------------------------------------------------------------------

INF = math.inf


def _log_mean_exp_axes(f: Callable) -> tuple:
    return f(wave(2, 4), 1), f(wave(2, 4, shift=20), 0), f(wave(2, 3, 2), -2)


def _log_mean_exp_square(f: Callable) -> Tensor:
    return f(wave(3, 3), 0)


def _log_mean_exp_large(f: Callable) -> tuple:
    steps = torch.tensor([[0.0, 1.0, 2.0], [-5.0, 0.0, 0.5]], dtype=torch.float64)
    return f(steps + 2000, 1), f(steps - 2000, 1), f(steps + torch.tensor([[900.0], [-900.0]]).double(), 1)


def _log_mean_exp_nothing(f: Callable) -> Tensor:
    return f(torch.tensor([[-INF, -INF], [0.0, -INF]], dtype=torch.float64), 1)


@check(probes=[_log_mean_exp_axes, _log_mean_exp_square, _log_mean_exp_large, _log_mean_exp_nothing])
def check_log_mean_exp(log_mean_exp: Guarded, draw: Draws) -> None:
    """Probe it against its definition on moderate entries, on every axis, at extreme sizes, at -inf, its gradient."""
    x = draw.normal(4, 3, 5)
    for dim, shape in ((0, (3, 5)), (1, (4, 5)), (2, (4, 3)), (-1, (4, 3)), (-3, (3, 5))):
        got = expect_tensor(log_mean_exp(x, dim), shape, like=x, name=f"the result for dim = {dim}")
        expect_close(
            got,
            torch.log(torch.exp(x).mean(dim=dim)),
            f"Along dim = {dim} it is not the logarithm of the mean of the exponentials.",
            "exp first, then the mean, then log; the mean divides by the size of that one axis.",
        )
    for thin, dim in ((x[:1], 2), (x[:, :1], 2), (x[0, :, :1], 0), (x[0, :, :1], 1)):
        want = torch.log(torch.exp(thin).mean(dim=dim))
        told = f"shape {tuple(thin.shape)} and dim = {dim}"
        got = expect_tensor(log_mean_exp(thin, dim), tuple(want.shape), like=x, name=f"the result for {told}")
        expect_close(got, want, f"For {told} it is off.")
    flat = draw.normal(3, 3)
    expect_close(
        log_mean_exp(strided(flat), 0),
        torch.log(torch.exp(flat).mean(dim=0)),
        "On a square input the mean runs along the wrong axis.",
    )
    expect_close(
        log_mean_exp(flat[0].repeat(2), 0),
        log_mean_exp(flat[0], 0),
        "Writing every entry twice must change nothing, since it is a mean.",
    )
    base = torch.log(torch.exp(x).mean(dim=1))
    for shift in (1e4, -1e4):
        expect_close(
            log_mean_exp(x + shift, 1),
            base + shift,
            f"Entries near {shift:g} must only move the result by {shift:g}: exp overflows or underflows on the way.",
            "Subtract the largest entry before exp, add it back after log.",
        )
    level = torch.tensor([3e3, -3e3, 0.0, 1e4], dtype=torch.float64)[:, None, None]
    expect_close(
        log_mean_exp(x + level, 1),
        base + level.squeeze(1),
        "When one row lies far above another, a row is lost.",
        "Every slice along dim needs its own largest entry; one for the whole tensor is not enough.",
    )
    apart = torch.tensor([[0.0, 3000.0], [-3000.0, 0.0]], dtype=torch.float64)
    expect_close(
        log_mean_exp(apart, 1),
        torch.tensor([3000 - math.log(2), -math.log(2)]),
        "When one entry lies far above the others along dim, the result is off: it is that entry minus log n.",
        "Subtract the largest entry before exp, no other.",
    )
    holes = torch.tensor([[-INF, 1.0, 1.0, -INF], [-INF, -INF, -INF, -INF]], dtype=torch.float64)
    expect_close(
        log_mean_exp(holes, 1),
        torch.tensor([1 - math.log(2), -INF]),
        "Entries of -inf are off: each counts as exp(-inf) = 0, and nothing but -inf gives -inf.",
        "-inf minus -inf is NaN: take care of that where the largest entry is subtracted.",
    )
    expect_close(
        log_mean_exp.gradient(x, 1),
        torch.exp(x) / torch.exp(x).sum(dim=1, keepdim=True),
        "The gradient is off: it is the softmax of the entries along dim.",
    )
    expect_close(
        log_mean_exp.gradient(x + 1e4, 1),
        torch.exp(x) / torch.exp(x).sum(dim=1, keepdim=True),
        "The gradient is off for entries near 10000.",
    )
    expect_single(log_mean_exp(x.float(), 1), base, "the result in float32")


# kl_diag_gaussians -------------------------------------------------------------------------------------------------


def kl_by_two_points(mu1: Tensor, logvar1: Tensor, mu2: Tensor, logvar2: Tensor) -> Tensor:
    """Return KL(N1 || N2), (B,): log N1 - log N2 is a quadratic, so its mean at mu1 +- std1 is the mean under N1."""
    std = torch.exp(logvar1 / 2)
    ends = [mu1 - std, mu1 + std]
    gaps = [log_pdf(x, mu1, logvar1) - log_pdf(x, mu2, logvar2) for x in ends]
    return ((gaps[0] + gaps[1]) / 2).sum(dim=1)


def _kl_diag_gaussians(f: Callable) -> Tensor:
    return f(wave(3, 2), wave(3, 2, shift=30), wave(3, 2, shift=60), wave(3, 2, shift=90))


def _kl_diag_gaussians_square(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), wave(3, 3, shift=35), wave(3, 3, shift=65), wave(3, 3, shift=95))


def _kl_diag_gaussians_narrow(f: Callable) -> Tensor:
    x = wave(2, 3)
    return f(1e-6 * x, wave(2, 3, shift=9) - 26, 0 * x, wave(2, 3, shift=19) - 26)


def _kl_diag_gaussians_many(f: Callable) -> Tensor:
    logvar1, logvar2 = (LEVELS + 0.3 * wave(2, 400, shift=s) for s in (7, 19))
    return f(wave(2, 400), logvar1, wave(2, 400, shift=3), logvar2)


@check(probes=[_kl_diag_gaussians, _kl_diag_gaussians_square, _kl_diag_gaussians_narrow, _kl_diag_gaussians_many])
def check_kl_diag_gaussians(kl_diag_gaussians: Guarded, draw: Draws) -> None:
    """Probe zero at equality, the means alone, the variances alone, direction, extremes and gradients."""
    mu1, mu2, logvar1, logvar2 = (draw.normal(4, 3) for _ in range(4))
    got = expect_tensor(kl_diag_gaussians(mu1, logvar1, mu2, logvar2), (4,), like=mu1, name="the divergence")
    expect_close(
        kl_diag_gaussians(mu1, logvar1, mu1, logvar1),
        torch.zeros(4),
        "A Gaussian is at divergence 0 from itself.",
        "The -1 belongs to every dimension, the logarithms of equal variances cancel, and nothing is added to a variance.",
    )
    expect_close(
        kl_diag_gaussians(mu1, logvar2, mu2, logvar2),
        ((mu1 - mu2).square() / torch.exp(logvar2)).sum(dim=1) / 2,
        "With equal variances the divergence must be half the squared distance of the means, in units of the variance.",
    )
    expect_close(
        kl_diag_gaussians(mu1, logvar1, mu1, logvar2),
        kl_by_two_points(mu1, logvar1, mu1, logvar2),
        "With equal means the divergence is off.",
        "In each dimension it is half of (variance ratio - 1 - log of that ratio), the ratio being first over second.",
    )
    expect_close(
        got,
        kl_by_two_points(mu1, logvar1, mu2, logvar2),
        "The divergence is off where both means and variances differ.",
        "The squared distance of the means is divided by the second variance; the mean is taken under the first.",
    )
    thin1, thin2, near = draw.uniform(2, 5, low=-30, high=-20), draw.uniform(2, 5, low=-30, high=-20), draw.normal(2, 5)
    expect_close(
        kl_diag_gaussians(1e-6 * near, thin1, 0 * near, thin2),
        kl_by_two_points(1e-6 * near, thin1, 0 * near, thin2),
        "For narrow Gaussians, logvar from -30 to -20, the divergence is off.",
        "Look for a small number added to a variance, or a clamp on logvar.",
    )
    expect_close(
        kl_diag_gaussians(1e6 * near, thin1 + 50, 0 * near, thin2 + 50),
        kl_by_two_points(1e6 * near, thin1 + 50, 0 * near, thin2 + 50),
        "For wide Gaussians, logvar from 20 to 30, the divergence is off.",
        "Look for a clamp on logvar.",
    )
    for first, second in ((thin1, thin2 + 50), (thin1 + 50, thin2)):
        expect_close(
            kl_diag_gaussians(near, first, 0 * near, second),
            kl_by_two_points(near, first, 0 * near, second),
            "Between a narrow and a wide Gaussian, logvar near -25 and near 25, the divergence is off.",
            "Look for a clamp on a variance, on a ratio, or on logvar.",
        )
    for rows in ([a[:1] for a in (mu1, logvar1, mu2, logvar2)], [a[:, :1] for a in (mu1, logvar1, mu2, logvar2)]):
        shape = tuple(rows[0].shape)
        one = expect_tensor(kl_diag_gaussians(*rows), shape[:1], like=mu1, name=f"the divergence for shape {shape}")
        expect_close(one, kl_by_two_points(*rows), f"For Gaussians of shape {shape} the divergence is off.")
    many = [draw.normal(2, 400) if k % 2 else LEVELS + draw.uniform(2, 400, low=-1, high=1) for k in (1, 2, 3, 4)]
    expect_close(
        kl_diag_gaussians(*many),
        kl_by_two_points(*many),
        "In 400 dimensions the divergence is off.",
        "A product or a determinant over so many dimensions leaves the range of numbers: sum logarithms.",
    )
    box = [draw.normal(3, 3) for _ in range(4)]
    expect_close(
        kl_diag_gaussians(*map(strided, box)),
        kl_by_two_points(*box),
        "On a batch as large as the dimension, the sum runs along the wrong axis.",
        "Axis 0 is the batch and stays; sum along axis 1.",
    )
    single = kl_diag_gaussians(mu1.float(), logvar1.float(), mu2.float(), logvar2.float())
    expect_single(single, got, "the divergence in float32")
    var1, var2, away = torch.exp(logvar1), torch.exp(logvar2), mu1 - mu2
    slopes = (away / var2, (var1 / var2 - 1) / 2, -away / var2, (1 - (var1 + away.square()) / var2) / 2)
    for place, (name, want) in enumerate(zip(("mu1", "logvar1", "mu2", "logvar2"), slopes, strict=True)):
        expect_slope(kl_diag_gaussians, (mu1, logvar1, mu2, logvar2), place, name, want)


# mc_estimate -------------------------------------------------------------------------------------------------------

BIG = 2.0**27  # its square needs 54 bits, one more than a float64 has; float32 rounds 40 above it to 32


def _mc_estimate_curved(f: Callable) -> tuple:
    return f(Quadratic(0.7, -0.4, 0.3), wave(7, 2))


def _mc_estimate_image(f: Callable) -> tuple:
    return f(Quadratic(0.2, 1.5, -2.0), wave(4, 1, 2, 3, shift=11))


def _mc_estimate_far(f: Callable) -> tuple:
    return f(Quadratic(0.0, 1.0, BIG), torch.tensor([[0.0], [1.0], [1.0], [40.0]], dtype=torch.float64))


@check(probes=[_mc_estimate_curved, _mc_estimate_image, _mc_estimate_far])
def check_mc_estimate(mc_estimate: Guarded, draw: Draws) -> None:
    """Probe both numbers against Python's own statistics, their scaling, a mean far from 0, and the gradient."""
    curve, x = Quadratic(0.5, -0.3, 0.8), draw.normal(9, 3)
    values = (0.5 * x.square() - 0.3 * x).sum(dim=1) + 0.8
    pair = mc_estimate(curve, x)
    expect(
        isinstance(pair, (tuple, list)) and len(pair) == 2,
        f"Two results were expected, the mean and its standard error; a {type(pair).__name__} came.",
        "Return both, in that order, as a tuple.",
    )
    average = expect_tensor(pair[0], (), like=x, name="the mean")
    error = expect_tensor(pair[1], (), like=x, name="the standard error")
    expect_close(
        average,
        mean(values.tolist()),
        "The estimate is not the mean of f over the samples.",
        "Apply f to the samples first, then take the mean: the mean of f(x) is not f of the mean. f takes samples "
        "with their axis 0: hand it all of them, or samples[i : i + 1].",
    )
    expect_close(
        error,
        stdev(values.tolist()) / 3,
        "The standard error of 9 samples is off: it must be the standard deviation of f over them, divided by 3.",
        "The variance of a mean of N independent numbers is their variance divided by N; N - 1 estimates the variance.",
    )
    many = mc_estimate(curve, x.repeat(100, 1))
    expect_close(
        many[1] * 30,
        stdev(values.tolist() * 100),
        "The standard error of 900 samples is off.",
        "It falls like 1 / sqrt(N).",
    )
    image = draw.normal(6, 1, 2, 3)
    want = image.flatten(1).square().sum(dim=1).tolist()
    got = mc_estimate(Quadratic(1.0, 0.0, 0.0), image)
    expect_close(got[0], mean(want), "For samples of shape (N, C, H, W) the mean is off.", "N is the size of axis 0.")
    expect_close(
        got[1],
        stdev(want) / math.sqrt(6),
        "For samples of shape (N, C, H, W) the standard error is off.",
        "N is the size of axis 0, not the number of all entries.",
    )
    far = mc_estimate(Quadratic(0.0, 1.0, 1e7), x)
    expect_close(
        far[1],
        stdev(x.sum(dim=1).tolist()) / 3,
        "Where the mean is 10000000 times the spread, the standard error is off.",
        "The mean of squares minus the squared mean cancels there: subtract the mean before you square.",
    )
    flat = mc_estimate(Quadratic(0.0, 1e-6, 0.0), x)
    expect_close(
        flat[1] * 1e6,
        stdev(x.sum(dim=1).tolist()) / 3,
        "Where f varies by a millionth only, the standard error is off.",
        "Look for a small number added to the variance, or a clamp.",
    )
    two = mc_estimate(curve, x[:2])
    expect_close(two[1], stdev(values[:2].tolist()) / math.sqrt(2), "The standard error of 2 samples is off.")
    low = mc_estimate(curve, x.float())
    expect_single(low[0], values.mean(), "the mean in float32")
    expect_single(low[1], values.std() / 3, "the standard error in float32")
    expect_close(
        mc_estimate.gradient(curve, x, wrt=1),
        (x - 0.3) / 9,
        "The gradient of the mean with respect to the samples is off.",
    )


# gmm_score ---------------------------------------------------------------------------------------------------------


def score_by_autograd(x: Tensor, logits: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the gradient of the mixture's log-density, (B, D), by differentiating it."""
    x = x.detach().requires_grad_()
    parts = log_pdf(x[:, None], mu, logvar).sum(dim=2)
    log_p = torch.logsumexp(torch.log_softmax(logits, dim=0) + parts, dim=1)
    return torch.autograd.grad(log_p.sum(), x)[0]


def _gmm_score(f: Callable) -> Tensor:
    return f(wave(4, 2), wave(3, shift=20), wave(3, 2, shift=40), wave(3, 2, shift=60))


def _gmm_score_cube(f: Callable) -> Tensor:
    return f(wave(3, 3, shift=5), wave(3, shift=25), wave(3, 3, shift=45), wave(3, 3, shift=65))


def _gmm_score_far(f: Callable) -> Tensor:
    return f(80 + wave(2, 2), wave(3, shift=20), wave(3, 2, shift=40), 0.3 * wave(3, 2, shift=60))


@check(probes=[_gmm_score, _gmm_score_cube, _gmm_score_far])
def check_gmm_score(gmm_score: Guarded, draw: Draws) -> None:
    """Probe one Gaussian, the shares of several, weights, unequal variances, and points far from everything."""
    x, mu, logvar, logits = draw.normal(5, 2), draw.normal(3, 2), draw.normal(3, 2), draw.normal(3)
    got = expect_tensor(gmm_score(x, logits, mu, logvar), (5, 2), like=x, name="the score")
    expect_close(
        gmm_score(x, logits[:1], mu[:1], logvar[:1]),
        (mu[:1] - x) / torch.exp(logvar[:1]),
        "With one component the score is off: it must point from x to mu, divided by the variance exp(logvar).",
        "It is the gradient of the log-density, not of the density.",
    )
    even, flat = torch.zeros_like(logits), torch.zeros_like(logvar)
    expect_close(
        gmm_score(x, even, mu, flat),
        score_by_autograd(x, even, mu, flat),
        "With equal weights and variances 1 the score of three components is off.",
        "Each component's own score counts with the share of p(x) that comes from it, at this x.",
    )
    expect_close(
        gmm_score(x, logits, mu, flat),
        score_by_autograd(x, logits, mu, flat),
        "With unequal weights the score is off.",
        "A component's share at x is w_k N_k(x) divided by their sum, with w = softmax(logits).",
    )
    expect_close(
        gmm_score(x, even, mu, logvar),
        score_by_autograd(x, even, mu, logvar),
        "With unequal variances the score is off.",
        "The density of a component at x has its normaliser, which depends on logvar.",
    )
    expect_close(got, score_by_autograd(x, logits, mu, logvar), "The score of a general mixture is off.")
    for more in (7, 1000, -1000):
        expect_close(
            gmm_score(x, logits + more, mu, logvar),
            score_by_autograd(x, logits, mu, logvar),
            f"Adding {more} to all logits must change nothing: the weights are their softmax.",
            ""
            if more == 7
            else "exp of such logits leaves the range of numbers: keep logarithms, log_softmax for one.",
        )
    far = 100 * torch.sign(draw.normal(4, 2)) + draw.normal(4, 2)
    expect_close(
        gmm_score(far, logits, mu, 0.2 * logvar),
        score_by_autograd(far, logits, mu, 0.2 * logvar),
        "Far from every component the score is off: there all densities underflow to 0.",
        "Work with logarithms of the joint weights and let softmax form the shares.",
    )
    both = torch.cat([far[:2], x[:2]])
    expect_close(
        gmm_score(both, logits, mu, 0.2 * logvar),
        score_by_autograd(both, logits, mu, 0.2 * logvar),
        "With points near and far in one batch the score is off.",
        "Each x has its own shares: what is largest at one x must not be subtracted at another.",
    )
    for rows in ((x[:1], logits, mu, logvar), (x[:, :1], logits, mu[:, :1], logvar[:, :1])):
        shape = tuple(rows[0].shape)
        one = expect_tensor(gmm_score(*rows), shape, like=x, name=f"the score for x of shape {shape}")
        expect_close(one, score_by_autograd(*rows), f"For x of shape {shape} the score is off.")
    wide = [draw.normal(2, 300), logits, draw.normal(3, 300), draw.uniform(3, 300, low=-6, high=-4)]
    expect_close(
        gmm_score(*wide),
        score_by_autograd(*wide),
        "In 300 dimensions the score is off.",
        "A product over so many dimensions leaves the range of numbers: sum logarithms.",
    )
    cube = [draw.normal(3, 3), draw.normal(3), draw.normal(3, 3), draw.normal(3, 3)]
    expect_close(
        gmm_score(strided(cube[0]), *cube[1:]),
        score_by_autograd(*cube),
        "With as many components as samples and dimensions, two axes are mixed up.",
        "x has the axes (B, D), mu has (K, D): make both (B, K, D) and sum over the right one.",
    )
    single = gmm_score(x.float(), logits.float(), mu.float(), logvar.float())
    expect_single(single, score_by_autograd(x, logits, mu, logvar), "the score in float32")


# log_prob_by_change_of_variables -----------------------------------------------------------------------------------

A2 = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)  # det -1.41: it turns the plane over
SHIFT2 = torch.tensor([0.4, -0.7], dtype=torch.float64)


def _by_affine(f: Callable) -> Tensor:
    return f(wave(3, 2), AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), GaussianLogProb(0.3, 1.7))


def _by_sinh(f: Callable) -> Tensor:
    return f(wave(4, 1), SinhMap(-0.8), SinhLogAbsDet(-0.8), GaussianLogProb(0.3, 1.7))


def _by_sinh_square(f: Callable) -> Tensor:
    return f(wave(3, 3), SinhMap(0.6), SinhLogAbsDet(0.6), GaussianLogProb(-0.2, 0.6))


def _by_affine_far(f: Callable) -> Tensor:
    return f(400 * wave(3, 2), AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), GaussianLogProb(0.3, 1.7))


@check(probes=[_by_affine, _by_sinh, _by_sinh_square, _by_affine_far])
def check_log_prob_by_change_of_variables(log_prob_by_change_of_variables: Guarded, draw: Draws) -> None:
    """Probe it against the slope of the cumulative distribution, a Gaussian in the plane, the integral, the gradient."""
    log_prob, base = log_prob_by_change_of_variables, GaussianLogProb(0.3, 1.7)
    x = draw.uniform(5, 1, low=-2, high=2)
    bend, stretch = SinhMap(0.9), SinhLogAbsDet(0.9)
    got = expect_tensor(log_prob(x, bend, stretch, base), (5,), like=x, name="log p(x)")

    def below(a: Tensor) -> Tensor:
        return torch.special.ndtr((torch.sinh(0.9 * a) - 0.3) / math.sqrt(1.7))

    expect_close(
        got,
        torch.log(slope(below, x.squeeze(1))),
        "exp(log p) is not the slope of the probability below x: the density of z is not carried over to x.",
        "An interval of x is stretched by |dz/dx| on its way to z, and keeps its probability: where f stretches, p(x) is larger than p(z).",
    )
    grid = torch.linspace(-6, 6, 401, dtype=torch.float64)[:, None]
    total = torch.exp(log_prob(grid, bend, stretch, base)).sum() * 0.03
    expect_close(total, 1.0, "The density does not integrate to one over x.", name="the integral")
    pairs = draw.normal(4, 2)
    precision = A2.T @ A2 / 1.7
    centre = torch.linalg.solve(A2, 0.3 - SHIFT2)
    plane = MultivariateNormal(centre, precision_matrix=precision)
    expect_close(
        log_prob(pairs, AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), base),
        plane.log_prob(pairs),
        "For an affine map of the plane p(x) is off; it must be the density of a Gaussian.",
        "log_abs_det gives the logarithm already, summed over dimensions, one number for each sample.",
    )
    spots = torch.cat([centre + 1e-4 * pairs[:2], 30 * pairs[2:]])
    peaked = MultivariateNormal(centre, precision_matrix=A2.T @ A2 / 1e-4)
    expect_close(
        log_prob(spots, AffineMap(A2, SHIFT2), AffineLogAbsDet(A2), GaussianLogProb(0.3, 1e-4)),
        peaked.log_prob(spots),
        "Where the density is very high or very low, log p(x) is off.",
        "A log-density may be positive, and as low as it likes: look for a clamp, or for exp followed by log.",
    )
    box = draw.uniform(3, 3, low=-2, high=2)
    rows = [
        expect_tensor(log_prob(row[None], bend, stretch, base), (1,), like=x, name="log p(x) of a single sample")
        for row in box
    ]
    expect_close(
        log_prob(strided(box), bend, stretch, base),
        torch.cat(rows),
        "A sample's log p(x) changes when it stands in a batch with others.",
        "Nothing is summed or averaged over the batch.",
    )
    pull = slope(lambda a: torch.log(slope(below, a)), x.squeeze(1))[:, None]
    got = log_prob.gradient(x, bend, stretch, base)
    expect(
        torch.allclose(got.double(), pull, rtol=1e-5, atol=1e-6),
        "The gradient of log p(x) with respect to x is off.",
        "Look for detach or no_grad around f or log_abs_det: gradients flow through both.",
    )
    want = log_prob(x, bend, stretch, base).detach()
    expect_single(log_prob(x.float(), bend, stretch, base), want, "log p(x) in float32")
