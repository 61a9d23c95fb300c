"""The check of vlb_terms."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_in_float32
from gm_ref.checks.ddpm.oracles import (
    BETA,
    SMALL,
    chain,
    expect_same_twice,
    expect_slope_if_any,
    expect_trainable,
    over,
    own_steps,
)
from gm_ref.kit.probes.ddpm import (
    GaussianNoisePredictor,
    TimeScaled,
)


def knowing(m: float, beta: Tensor) -> GaussianNoisePredictor:
    """Return the network that knows eps exactly where every entry of the data is m."""
    return GaussianNoisePredictor(m, 0.0, torch.cumprod(1 - beta, dim=0))


def bound(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return the terms by torch.distributions and the walk along the chain."""
    signal, noise_var, *_ = (over(w[t], x0) for w in chain(beta))
    return _bound_at(net, x0, signal * x0 + noise_var.sqrt() * eps, t, beta)


def bound_at_given_x_t(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return the same terms for those who take x_t for given: no gradient runs back through it."""
    signal, noise_var, *_ = (over(w[t], x0) for w in chain(beta))
    return _bound_at(net, x0, (signal * x0 + noise_var.sqrt() * eps).detach(), t, beta)


def _bound_at(net: nn.Module, x0: Tensor, x_t: Tensor, t: Tensor, beta: Tensor) -> Tensor:
    signal, noise_var, to_x0, to_x_t, var = (over(w[t], x0) for w in chain(beta))
    guess = (x_t - noise_var.sqrt() * net(x_t, t)) / signal
    p = Normal(to_x0 * guess + to_x_t * x_t, over(beta[t], x0).sqrt())
    q = Normal(to_x0 * x0 + to_x_t * x_t, var.sqrt().clamp(min=1e-6))
    later = kl_divergence(q, p).flatten(1).sum(dim=1)
    return torch.where(t > 0, later, -p.log_prob(x0).flatten(1).sum(dim=1))


def _vlb_images(f: Callable) -> Tensor:
    return f(TimeScaled(), wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 5]), wave(4, 1, 2, 3, shift=90), BETA)


def _vlb_square(f: Callable) -> Tensor:
    return f(TimeScaled(-0.2, 0.05), wave(3, 3), torch.tensor([3, 0, 1]), wave(3, 3, shift=50), BETA)


def _vlb_known(f: Callable) -> Tensor:
    x0 = torch.full((3, 3), 0.7, dtype=torch.float64)
    return f(knowing(0.7, BETA), x0, torch.tensor([5, 1, 2]), wave(3, 3, shift=50), BETA)


@check(
    probes=[_vlb_images, _vlb_square, _vlb_known],
    uses=("alpha_tables", "q_sample", "predict_x0", "q_posterior"),
    rows=(1, 2, 3),
    alike=("x0", "eps"),
    tables=("beta",),
    slopes=("net",),
)
def check_vlb_terms(vlb_terms: Guarded, draw: Draws) -> None:
    """Probe the part of the variances, the first step and the whole against torch's own KL and densities."""
    x0, eps, t = draw.normal(5, 2, 4, 3), draw.normal(5, 2, 4, 3), 1 + draw.steps(5, 5)
    expect_same_twice(vlb_terms, TimeScaled(), x0, t, eps, BETA)
    m = float(draw.uniform(1, low=1.2, high=3))
    x0, known = torch.full_like(x0, m), knowing(m, BETA)
    got = expect_tensor(vlb_terms(known, x0, t, eps, BETA), (5,), like=x0, name="the result")
    expect_close(
        got,
        bound(known, x0, t, eps, BETA),
        "With a network that knows eps, a term at t > 0 is off: there the means agree and only the variances count.",
        "Per entry it is half of r - 1 - log r, where r is the posterior's variance over beta_t; sum over all entries. "
        "A predicted x0 that is clipped, or an x_t made in another way, moves the means apart.",
        f"t = {t.tolist()}; each sample has {x0[0].numel()} entries.",
    )
    first = torch.zeros(3, dtype=torch.int64)
    expect_close(
        vlb_terms(known, x0[:3], first, eps[:3], BETA),
        bound(known, x0[:3], first, eps[:3], BETA),
        "With a network that knows eps, the term at t = 0 is off: it is -log p(x0 | x_t) at the density's peak.",
        "The normaliser is log(2 pi beta_0) / 2 for each entry. A KL is infinite there: treat t = 0 on its own.",
    )
    for shape in ((6, 2, 4, 3), (4, 4), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3), (3, 3, 3, 3)):
        x0, eps, t = 2 * draw.normal(*shape), draw.normal(*shape), own_steps(draw, 6, shape[0])
        for net in (TimeScaled(), GaussianNoisePredictor(0.7, 0.25, torch.cumprod(1 - BETA, dim=0))):
            terms = expect_tensor(vlb_terms(net, x0, t, eps, BETA), (len(t),), like=x0, name="the result")
            expect_close(
                terms,
                bound(net, x0, t, eps, BETA),
                "A term is not KL(q || p) for t > 0, or not -log p(x0 | x_t) for t = 0.",
                "The network sees x_t and t; both means come from the posterior, one at x0, one at the predicted x0; "
                "the squared distance of the means is divided by 2 beta_t.",
                f"x0 has shape {shape}, t = {t.tolist()}.",
            )
    _expect_long_and_single(vlb_terms, draw)
    expect_trainable(vlb_terms, bound, x0, t, eps, BETA)
    expect_slope_if_any(vlb_terms, (bound, bound_at_given_x_t), x0, t, eps, BETA)


def _expect_long_and_single(vlb_terms: Guarded, draw: Draws) -> None:
    beta = draw.uniform(40, low=1e-3, high=0.05)
    x0, eps, t = draw.normal(4, 3, 2), draw.normal(4, 3, 2), torch.tensor([0, 39, 39, 17])
    want = bound(TimeScaled(), x0, t, eps, beta)
    expect_close(vlb_terms(TimeScaled(), x0, t, eps, beta), want, "On a longer chain a term is off.")
    first = torch.tensor([1, 0, 3, 2])
    expect_close(
        vlb_terms(TimeScaled(), x0, first, eps, SMALL),
        bound(TimeScaled(), x0, first, eps, SMALL),
        "With betas as small as 1e-4 a term is off.",
        "Look for a clamp on a variance, or a small number added to one.",
        f"beta is {SMALL.tolist()}, t = {first.tolist()}.",
    )
    x0, eps, t = draw.normal(12, 3, 2), draw.normal(12, 3, 2), torch.tensor([0, 0, 39, 0, 17, 0] * 2)
    want = bound(TimeScaled(), x0, t, eps, beta)
    single = vlb_terms(TimeScaled(), x0.float(), t, eps.float(), beta)
    expect_tensor(single, (12,), like=x0.float(), name="the result for float32 data")
    expect_in_float32(single, want, "In float32 a term is off by more than rounding.", room=5e-5)
