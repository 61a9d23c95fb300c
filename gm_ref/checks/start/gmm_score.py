"""The check of gmm_score."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.start.oracles import expect_single, log_pdf, strided


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


@check(probes=[_gmm_score, _gmm_score_cube, _gmm_score_far], alike=("mu", "logvar"), same_dtype=("x", "logits"))
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
