"""The check of gmm_score."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.start.oracles import MANY, log_pdf

EXP = "exp of such logits leaves the range of numbers: keep logarithms, log_softmax for one."
PROBES = [
    given(wave(4, 2), wave(3, shift=20), wave(3, 2, shift=40), wave(3, 2, shift=60)),
    given(wave(3, 3, shift=5), wave(3, shift=25), wave(3, 3, shift=45), wave(3, 3, shift=65)),
    given(80 + wave(2, 2), wave(3, shift=20), wave(3, 2, shift=40), 0.3 * wave(3, 2, shift=60)),
    given(wave(3, 2, shift=7), wave(3, shift=20), wave(3, 2, shift=40), 1 + 0.3 * wave(3, 2, shift=60)),
]


def score_by_autograd(x: Tensor, logits: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the gradient of the mixture's log-density, (B, D), by differentiating it."""
    x = x.detach().requires_grad_()
    parts = log_pdf(x[:, None], mu, logvar).sum(dim=2)
    log_p = torch.logsumexp(torch.log_softmax(logits, dim=0) + parts, dim=1)
    return torch.autograd.grad(log_p.sum(), x)[0]


@check(probes=PROBES, alike=("mu", "logvar"), same_dtype=("x", "logits"))
def check_gmm_score(gmm_score: Guarded, draw: Draws) -> None:
    """Probe one Gaussian, the shares of several, weights, unequal variances, and points far from everything."""
    beside = Beside(gmm_score, score_by_autograd, ["the score"])
    x, logits, (mu, logvar) = draw.normal(5, 2), draw.normal(3), draw.normals(2, 3, 2)
    even, flat, far = torch.zeros_like(logits), torch.zeros_like(logvar), 100 * torch.sign(draw.normal(2, 2))
    long = (draw.normal(2, 300), logits, draw.normal(3, 300), draw.uniform(3, 300, low=-6, high=-4))
    beside.at(
        (x, logits[:1], mu[:1], logvar[:1]),
        "With one component the score is off: it must point from x to mu, divided by the variance exp(logvar).",
        "It is the gradient of the log-density, not of the density.",
    )
    beside.at(
        (x, even, mu, flat),
        "With equal weights and variances 1 the score of three components is off.",
        "Each component's own score counts with the share of p(x) that comes from it, at this x.",
    )
    beside.at(
        (x, logits, mu, flat),
        "With unequal weights the score is off.",
        "A component's share at x is w_k N_k(x) divided by their sum, with w = softmax(logits).",
    )
    beside.at(
        (x, even, mu, logvar),
        "With unequal variances the score is off.",
        "The density of a component at x has its normaliser, which depends on logvar.",
    )
    for more, look in ((7, ""), (1000, EXP), (-1000, EXP)):
        told = f"Adding {more} to all logits must change nothing: the weights are their softmax."
        beside.at((x, logits + more, mu, logvar), told, look)
    beside.at(
        (torch.cat([far + x[:2], x[2:]]), logits, mu, 0.2 * logvar),
        "Where some points lie far from every component the score is off: there all densities underflow to 0.",
        "Keep logarithms of weight times density, and let softmax form the shares, at each x by itself.",
    )
    beside.at(long, "In 300 dimensions the score is off.", MANY)
    cube = (draw.normal(3, 3), draw.normal(3), *draw.normals(2, 3, 3))
    beside.everywhere((x, logits, mu, logvar), [cube, (x[:, :1], logits, mu[:, :1], logvar[:, :1])])
