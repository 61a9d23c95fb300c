"""Wrong answers to saturation_ratio that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("saturation_ratio")


@mistake("the ratio upside down")
def ratio_inverted(logit):
    """You return minimax over non-saturating. Asked is how many times larger the non-saturating gradient is."""
    return torch.exp(logit)


@mistake("the losses' ratio, not the gradients'")
def ratio_of_losses(logit):
    """You divide the losses. Asked is the ratio of their derivatives with respect to the logit."""
    return F.softplus(-logit) / -F.softplus(logit)


@mistake("a sign")
def ratio_sign(logit):
    """Both derivatives are negative, so their ratio is positive. Look for a minus lost in one of them."""
    return -torch.exp(-logit)


@mistake("digits lost to a saturated sigmoid")
def ratio_cancelled(logit):
    """You form (1 - D) / D from D. Where the sigmoid is close to 1, 1 - D has no digits left: simplify the ratio before
    you compute it.
    """
    d = torch.sigmoid(logit)
    return (1 - d) / d


@mistake("1 / D")
def one_over_d(logit):
    """You return 1 / D, the derivative of -log D with respect to D. Asked are derivatives with respect to the logit, on
    both sides.
    """
    return 1 / torch.sigmoid(logit)


@mistake("the slope of the sigmoid")
def slope_of_d(logit):
    """You return D (1 - D), the slope of D itself. Asked is a ratio of slopes of the two losses: with respect to the
    logit they are D - 1 and -D.
    """
    return torch.sigmoid(logit) * (1 - torch.sigmoid(logit))


@mistake("the logarithm of the ratio")
def log_of_ratio(logit):
    """You return the logarithm of the ratio, -logit. The ratio itself is wanted, which is positive."""
    return -logit


@mistake("1 - D alone")
def one_minus_d(logit):
    """You return 1 - D, the size of the non-saturating slope. Divide it by D, the size of the minimax slope."""
    return torch.sigmoid(-logit)


@mistake("the difference of the slopes")
def difference_of_slopes(logit):
    """You subtract one slope from the other. How many times larger one is than the other is their ratio."""
    return torch.sigmoid(-logit) - torch.sigmoid(logit)


@mistake("a constant in the denominator")
def ratio_with_constant(logit):
    """You add a small constant to D in the denominator. It caps the ratio just where it matters, where D is tiny:
    simplify the ratio first, then nothing is divided by 0.
    """
    d = torch.sigmoid(logit)
    return (1 - d) / (d + 1e-6)


@mistake("the square of the ratio")
def ratio_squared(logit):
    """You return ((1 - D) / D)^2. The slopes with respect to the logit are D - 1 and -D: the ratio stands once."""
    return torch.exp(-2 * logit)
