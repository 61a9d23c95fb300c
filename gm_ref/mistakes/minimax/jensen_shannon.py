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
    """Your logarithms have base 2. The identity V = -log 4 + 2 JSD holds in one base throughout; the course
    uses nats.
    """
    return right.jensen_shannon(p, q) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake("the mean of KL both ways")
def jeffreys(p, q):
    """You compute the KL between p and q themselves, both ways, the Jeffreys divergence. Compare each with the middle
    (p + q) / 2 instead, which is why JSD stays finite.
    """
    return 0.5 * (torch.xlogy(p, p / q) + torch.xlogy(q, q / p)).sum(dim=-1)


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
    return (torch.xlogy(p, p) - torch.xlogy(p, m)).sum(dim=-1)


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


@mistake("the mean of KL both ways")
def jeffreys_with_nan(p, q):
    """You compute the KL between p and q themselves, both ways, the Jeffreys divergence. Compare each with the middle
    (p + q) / 2 instead, which is why JSD stays finite.
    """
    return 0.5 * (p * torch.log(p / q) + q * torch.log(q / p)).sum(dim=-1)


@mistake("the sum of KL both ways")
def jeffreys_sum(p, q):
    """You add the KL between p and q themselves, both ways. Compare each with the middle (p + q) / 2 instead, and take
    the mean of the two.
    """
    return (torch.xlogy(p, p / q) + torch.xlogy(q, q / p)).sum(dim=-1)


@mistake("KL(p || q)")
def kl_alone(p, q):
    """You return KL(p || q). The Jensen-Shannon divergence compares both p and q with the middle (p + q) / 2, and takes
    the mean.
    """
    return torch.xlogy(p, p / q).sum(dim=-1)


@mistake("kl_div without the log")
def kl_div_without_log(p, q):
    """You pass the middle itself to kl_div, which takes it for a logarithm. Its first argument is log m, its second the
    distribution p.
    """
    m = (p + q) / 2
    return 0.5 * (torch.xlogy(p, p) - p * m + torch.xlogy(q, q) - q * m).sum(dim=-1)


@mistake("the sign")
def jsd_sign(p, q):
    """You return minus the divergence. A divergence is never negative: the ratio in the logarithm is p / m, not
    m / p.
    """
    return -right.jensen_shannon(p, q)


@mistake("only one of the two divergences, halved")
def half_of_one(p, q):
    """You compute half of KL(p || m) only. The other half is that of KL(q || m): add the two."""
    m = (p + q) / 2
    return 0.5 * (torch.xlogy(p, p) - torch.xlogy(p, m)).sum(dim=-1)


@mistake("the total variation distance")
def total_variation(p, q):
    """You return half the sum of |p - q|, the total variation distance. It, too, is 0 where p = q; the Jensen-Shannon
    divergence is a mean of two KL divergences.
    """
    return 0.5 * (p - q).abs().sum(dim=-1)
