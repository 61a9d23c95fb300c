"""Wrong answers to jensen_shannon that people really give, each with the sentence that cures it."""

import torch

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("jensen_shannon")


@mistake("the half is missing")
def jsd_doubled(p, q):
    """You add the two KL divergences to the middle; the Jensen-Shannon divergence is their mean. Its largest value is
    log 2.
    """
    return 2 * right.jensen_shannon(p, q)


@mistake("the middle is not halved")
def middle_not_halved(p, q):
    """You compare with p + q, which sums to 2. The middle is m = (p + q) / 2; each KL is off by log 2."""
    m = p + q
    return 0.5 * (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).nan_to_num().sum(dim=-1)


@mistake("the distance, not the divergence", source="scipy.spatial.distance.jensenshannon returns the square root")
def jsd_root(p, q):
    """You return the square root, the Jensen-Shannon distance (scipy's function does the same). The game's value
    contains the divergence itself.
    """
    return right.jensen_shannon(p, q).clamp(min=0).sqrt()


@mistake("base 2")
def jsd_in_bits(p, q):
    """Your logarithms have base 2. The identity V = -log 4 + 2 JSD holds in one base throughout; the course uses
    nats.
    """
    return right.jensen_shannon(p, q) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake("the mean of KL both ways")
def jeffreys(p, q):
    """You average KL(p || q) and KL(q || p), the Jeffreys divergence. Both divergences must be to the middle (p + q) /
    2, which is why JSD stays finite.
    """
    return 0.5 * ((p - q) * (torch.log(p) - torch.log(q))).nan_to_num(posinf=9.0, neginf=9.0).sum(dim=-1)


@mistake("the KL from the middle")
def from_the_middle(p, q):
    """You compute KL(m || p) and KL(m || q), which are infinite where p or q is 0. The middle comes second: KL(p || m).
    (kl_div takes the log of the second distribution first.)
    """
    m = (p + q) / 2
    return 0.5 * (torch.xlogy(m, m / p) + torch.xlogy(m, m / q)).sum(dim=-1)


@mistake("only one of the two divergences")
def one_sided(p, q):
    """You compute KL(p || m) only. The Jensen-Shannon divergence is the mean of KL(p || m) and KL(q || m)."""
    m = (p + q) / 2
    return torch.xlogy(p, p / m).sum(dim=-1)


@mistake("mean over the outcomes")
def jsd_mean(p, q):
    """You average over the outcomes. A divergence is an expectation: sum over the last axis, the probabilities are the
    weights.
    """
    return right.jensen_shannon(p, q) / p.shape[-1]


@mistake("0 log 0 is NaN")
def jsd_nan(p, q):
    """Where a probability is 0 you compute 0 times log 0, which is NaN. By its limit 0 log 0 is 0: torch.xlogy does
    that.
    """
    m = (p + q) / 2
    return 0.5 * (p * torch.log(p / m) + q * torch.log(q / m)).sum(dim=-1)
