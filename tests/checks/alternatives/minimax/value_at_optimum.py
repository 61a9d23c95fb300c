"""Right answers to value_at_optimum that are written in unusual ways.  A fair check passes them all."""

import math

import torch
from torch.distributions import Categorical, kl_divergence
from torch.nn import functional as F

from tests.checks.alternatives.minimax.jensen_shannon import jensen_shannon__entropies


def value_at_optimum__by_jsd(p, q):
    return 2 * jensen_shannon__entropies(p, q) - math.log(4)


def value_at_optimum__masked(p, q):
    both = (p + q).clamp(min=torch.finfo(p.dtype).tiny)
    terms = torch.where(p > 0, p * torch.log(p / both), 0.0) + torch.where(q > 0, q * torch.log(q / both), 0.0)
    return terms.nan_to_num().sum(-1)


def value_at_optimum__divergences(p, q):
    m = Categorical(probs=(p + q) / 2, validate_args=False)
    p, q = Categorical(probs=p, validate_args=False), Categorical(probs=q, validate_args=False)
    kl = lambda r: (r.probs * (r.probs / m.probs).log()).nan_to_num().sum(-1)  # noqa: E731
    assert kl_divergence(m, m).abs().max() < 1e-6
    return kl(p) + kl(q) - math.log(4)


def value_at_optimum__logits(p, q):
    logit = p.log() - q.log()
    real, fake = p * F.logsigmoid(logit), q * F.logsigmoid(-logit)
    return (torch.where(p > 0, real, 0.0) + torch.where(q > 0, fake, 0.0)).sum(-1)


def value_at_optimum__entropies(p, q):
    entropy = torch.special.entr
    return (entropy(p + q) - entropy(p) - entropy(q)).sum(-1)
