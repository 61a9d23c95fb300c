"""The check of vlb_terms."""

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.ddpm.oracles import BETA, SMALL, cases, chain, over, own_steps, turned
from gm_ref.kit.probes.ddpm import GaussianNoisePredictor, TimeScaled, TrainablePredictor

VARIANCES = (
    "Per entry it is half of r - 1 - log r, where r is the posterior's variance over beta_t; sum over all entries. "
    "A predicted x0 that is clipped, or an x_t made in another way, moves the means apart."
)
PEAK = "The normaliser is log(2 pi beta_0) / 2 for each entry. A KL is infinite there: treat t = 0 on its own."
MEANS = (
    "The network sees x_t and t; both means come from the posterior, one at x0, one at the predicted x0; "
    "the squared distance of the means is divided by 2 beta_t."
)


def knowing(m: float, s2: float = 0.0) -> GaussianNoisePredictor:
    """Return the best network for data N(m, s2) on the chain of BETA: it knows eps exactly where all entries are m."""
    return GaussianNoisePredictor(m, s2, torch.cumprod(1 - BETA, dim=0))


def bound(net: nn.Module, x0: Tensor, t: Tensor, eps: Tensor, beta: Tensor) -> Tensor:
    """Return the terms (B,) by torch.distributions and the walk along the chain."""
    signal, noise_var, to_x0, to_x_t, var = (over(w[t], x0) for w in chain(beta))
    x_t = turned(x0, eps, noise_var)
    guess = (x_t - noise_var.sqrt() * net(x_t, t)) / signal
    p = Normal(to_x0 * guess + to_x_t * x_t, over(beta[t], x0).sqrt())
    q = Normal(to_x0 * x0 + to_x_t * x_t, var.sqrt().clamp(min=1e-6))
    later = kl_divergence(q, p).flatten(1).sum(dim=1)
    return torch.where(t > 0, later, -p.log_prob(x0).flatten(1).sum(dim=1))


@check(
    probes=[
        given(TimeScaled(), wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 5]), wave(4, 1, 2, 3, shift=90), BETA),
        given(TimeScaled(-0.2, 0.05), wave(3, 3), torch.tensor([3, 0, 1]), wave(3, 3, shift=50), BETA),
        given(knowing(0.7), 0 * wave(3, 3) + 0.7, torch.tensor([5, 1, 2]), wave(3, 3, shift=50), BETA),
        given(TimeScaled(), wave(1, 3), torch.tensor([3]), wave(1, 3, shift=50), BETA)
        + given(TimeScaled(), wave(1, 3), torch.tensor([0]), wave(1, 3, shift=50), BETA),
    ],
    uses=("alpha_tables", "q_sample", "predict_x0", "q_posterior"),
    rows=(1, 2, 3),
    alike=("x0", "eps"),
    tables=("beta",),
    slopes=("net",),
)
def check_vlb_terms(vlb_terms: Guarded, draw: Draws) -> None:
    """Probe the part of the variances, the first step and the whole against torch's own KL and densities."""
    beside = Beside(vlb_terms, bound, ["the result"])
    m, eps, t = float(draw.uniform(1, low=1.2, high=3)), draw.normal(5, 2, 4, 3), 1 + draw.steps(5, 5)
    claim = "With a network that knows eps, a term at t > 0 is off: there the means agree and only the variances count."
    where = f"t = {t.tolist()}; each sample has {eps[0].numel()} entries."
    beside.at((knowing(m), 0 * eps + m, t, eps, BETA), claim, VARIANCES, where)
    claim = "With a network that knows eps, the term at t = 0 is off: it is -log p(x0 | x_t) at the density's peak."
    beside.at((knowing(m), 0 * eps + m, 0 * t, eps, BETA), claim, PEAK)
    t, x0 = own_steps(draw, 6, 5), 2 * draw.normal(5, 2, 4, 3)
    claim = "A term is not KL(q || p) for t > 0, or not -log p(x0 | x_t) for t = 0."
    for net in (TimeScaled(), knowing(0.7, 0.25)):
        beside.at((net, x0, t, eps, BETA), claim, MEANS, f"t = {t.tolist()}.")
    small = (TimeScaled(), x0[:4], torch.tensor([1, 0, 3, 2]), eps[:4], SMALL)
    look = "Look for a clamp on a variance, or a small number added to one."
    beside.at(small, "With betas as small as 1e-4 a term is off.", look, f"beta is {SMALL.tolist()}, t = [1, 0, 3, 2].")
    others = [(TimeScaled(), *case, BETA) for case in cases(draw)]
    long, t = draw.uniform(40, low=1e-3, high=0.05), torch.tensor([0, 0, 39, 0, 17, 1] * 2)
    beside.everywhere((TrainablePredictor(), *draw.normals(1, 12, 3), t, draw.normal(12, 3), long), others, room=5e-5)
