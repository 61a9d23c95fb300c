"""Wrong answers to optimal_discriminator that people really give, each with the sentence that cures it."""

import torch

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("optimal_discriminator")


@mistake("a ratio in place of a share")
def odds(p, q):
    """You return p / q. That is the odds D / (1 - D); the probability is the share p / (p + q)."""
    return p / q


@mistake("p and q exchanged")
def shares_exchanged(p, q):
    """You return q's share. D is the probability that x is data, so p, the data's density, stands in the numerator."""
    return right.optimal_discriminator(q, p)


@mistake("small densities taken for 0 / 0")
def epsilon_added(p, q):
    """You return 1/2 wherever both densities are small: a small constant is added to them, or what is close to 0 counts
    as 0. Only where p + q is exactly 0 is D* 1/2 by convention.
    """
    return (p + 1e-8) / (p + q + 2e-8)


@mistake("a constant in the denominator")
def epsilon_below(p, q):
    """A small constant in the denominator, or a clamp on it, gives 0 where both densities are 0, and too little
    wherever they are small. Treat p + q = 0 as a case of its own: there D* is 1/2.
    """
    return p / (p + q + 1e-8)


@mistake("0 where nothing is")
def nothing_is_fake(p, q):
    """Where both densities are 0 you return 0. Nobody can tell there whether x is data or not: the course says 1/2."""
    return (p / (p + q)).nan_to_num()


@mistake("NaN where nothing is")
def zero_by_zero(p, q):
    """Where both densities are 0 you get NaN, from 0 / 0 or from the logs of 0. Any D is optimal there; the course says
    1/2.
    """
    return p / (p + q)


@mistake("the logit")
def the_logit(p, q):
    """You return log p - log q, the optimal logit. The function asks for the probability, its sigmoid."""
    return torch.log(p) - torch.log(q)


@mistake("normalised over the points")
def over_the_points(p, q):
    """Your D sums to one over the points. Each point has its own probability: divide by p + q at that point, not by a
    sum over points.
    """
    return p / (p + q).sum()


@mistake("all or nothing")
def thresholded(p, q):
    """You answer 1 where p is larger and 0 elsewhere. That is the best yes-or-no guess; the log loss rewards the
    probability p / (p + q).
    """
    return (p > q).to(p.dtype)


@mistake("a ratio in place of a share")
def odds_with_half(p, q):
    """You return p / q. That is the odds D / (1 - D); the probability is the share p / (p + q)."""
    return torch.where(p + q > 0, p / q, 0.5)


@mistake("all or nothing")
def thresholded_with_half(p, q):
    """You answer 1 where p is larger, 0 where q is, and 1/2 between. That is the best yes-or-no guess; the log loss
    rewards the probability p / (p + q).
    """
    return (torch.sign(p - q) + 1) / 2


@mistake("1/2 wherever one density is 0")
def half_at_any_zero(p, q):
    """You return 1/2 wherever one of the densities is 0. Where only q is 0, x is data for certain; where only p is 0 it
    is fake: 1/2 is for p = q = 0.
    """
    return torch.where((p > 0) & (q > 0), p / (p + q), 0.5)


@mistake("squared densities")
def of_squares(p, q):
    """You weigh the densities by their squares. Setting the derivative of p log D + q log(1 - D) to zero gives p and q
    themselves.
    """
    return torch.where(p + q > 0, p**2 / (p**2 + q**2), 0.5)


@mistake("the sigmoid of the difference")
def sigmoid_of_difference(p, q):
    """You take the sigmoid of p - q. The optimal logit is log p - log q: the logarithms are missing."""
    return torch.sigmoid(p - q)


@mistake("divided by the mean of the densities")
def twice_the_share(p, q):
    """You divide p by the mean (p + q) / 2, so your D* reaches 2. The sum p + q divides."""
    return torch.where(p + q > 0, 2 * p / (p + q), 0.5)


@mistake("the densities normalised first")
def normalised_first(p, q):
    """You divide p and q by their sums before you compare them. They are densities at these points already: compare
    them as they come.
    """
    a, b = p / p.sum(), q / q.sum()
    return torch.where(a + b > 0, a / (a + b), 0.5)


@mistake("p and q exchanged")
def share_of_fakes(p, q):
    """You return q's share. D is the probability that x is data, so p, the data's density, stands in the numerator."""
    return q / (p + q)
