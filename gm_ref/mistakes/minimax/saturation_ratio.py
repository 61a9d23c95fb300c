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
