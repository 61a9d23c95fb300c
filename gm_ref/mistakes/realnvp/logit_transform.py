"""Wrong answers to logit_transform that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("logit_transform")


@mistake(
    "the Jacobian of the shrinking forgotten",
    source="uvadlc_notebooks#57 is about the other half of it, alpha not undone",
)
def shrinking_forgotten(x, alpha):
    """Your log_det lacks log(1 - 2 alpha) for every entry: the shrinking to [alpha, 1 - alpha] comes before the logit
    and has a slope too.
    """
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det - x[0].numel() * math.log(1 - 2 * alpha)


@mistake("the shrinking counted once")
def shrinking_once(x, alpha):
    """You add log(1 - 2 alpha) once. Every entry is shrunk: put it inside the sum."""
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det - (x[0].numel() - 1) * math.log(1 - 2 * alpha)


@mistake("no Jacobian")
def logit_no_jacobian(x, alpha):
    """Your log_det is 0. The logit stretches [0, 1] over the whole line, most of all near the ends; its log-slope must
    be counted.
    """
    y, log_det = right.logit_transform(x, alpha)
    return y, torch.zeros_like(log_det)


@mistake("the sign of log_det")
def logit_sign(x, alpha):
    """Your log_det is that of the inverse, log |det dx/dy|. The logit stretches, so its own is positive."""
    y, log_det = right.logit_transform(x, alpha)
    return y, -log_det


@mistake("mean over entries")
def logit_mean(x, alpha):
    """You average over the entries. A log-determinant is a sum."""
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det / x[0].numel()


@mistake("summed over the batch")
def logit_batch(x, alpha):
    """Your log_det is one number for the whole batch. Each sample has its own: sum over all axes but the first."""
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det.sum()


@mistake("clipped, not shrunk")
def logit_clipped(x, alpha):
    """You clip x to [alpha, 1 - alpha], as torch.logit does with eps. Clipping has no inverse: shrink, alpha + (1 - 2
    alpha) x.
    """
    y = torch.logit(x, eps=alpha)
    inside = x.clamp(alpha, 1 - alpha)
    return y, -(inside * (1 - inside)).log().flatten(1).sum(dim=1)


@mistake("the slope at x")
def slope_at_x(x, alpha):
    """Your log_det takes the logit's slope at x itself. The logit is applied to alpha + (1 - 2 alpha) x: take the slope
    there.
    """
    y, _ = right.logit_transform(x, alpha)
    return y, (math.log(1 - 2 * alpha) - torch.log(x) - torch.log1p(-x)).flatten(1).sum(dim=1)


@mistake("half of the slope")
def half_slope(x, alpha):
    """Your log_det has -log p but not -log(1 - p). The slope of the logit is 1 / (p (1 - p))."""
    inside = alpha + (1 - 2 * alpha) * x
    return torch.logit(inside), (math.log(1 - 2 * alpha) - torch.log(inside)).flatten(1).sum(dim=1)


@convention("shrunk on one side", source="Dinh 2017, sec. 4.1")
def one_sided(x, alpha):
    """You use alpha + (1 - alpha) x, as the RealNVP paper writes it; at x = 1 that is infinite. This course uses the
    symmetric alpha + (1 - 2 alpha) x.
    """
    inside = alpha + (1 - alpha) * x
    log_slope = math.log(1 - alpha) - torch.log(inside) - torch.log1p(-inside)
    return torch.logit(inside), log_slope.flatten(1).sum(dim=1)
