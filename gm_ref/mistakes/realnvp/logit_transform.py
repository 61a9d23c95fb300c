"""Wrong answers to logit_transform that people really give, each with the sentence that cures it."""

import math

import torch
from torch.nn.functional import softplus

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


@mistake("the sigmoid for the logit")
def sigmoid_taken(x, alpha):
    """You apply the sigmoid, which is the inverse: it maps the line to [0, 1]. The logit, log p - log(1 - p), maps
    [0, 1] to the line.
    """
    y = torch.sigmoid(alpha + (1 - 2 * alpha) * x)
    return y, (math.log(1 - 2 * alpha) + y.log() + (1 - y).log()).flatten(1).sum(dim=1)


@mistake("the logit upside down")
def logit_upside_down(x, alpha):
    """Your y has the opposite sign: you take log((1 - p) / p). The logit is log(p / (1 - p))."""
    y, log_det = right.logit_transform(x, alpha)
    return -y, log_det


@mistake("not shrunk")
def not_shrunk(x, alpha):
    """You take the logit of x itself, which is infinite at 0 and 1. First shrink [0, 1] to [alpha, 1 - alpha]."""
    return torch.logit(x), -(torch.log(x) + torch.log1p(-x)).flatten(1).sum(dim=1)


@mistake("brackets around 1 - 2 alpha forgotten")
def brackets_forgotten(x, alpha):
    """You compute alpha + 1 - 2 alpha x. The factor of x is all of (1 - 2 alpha): put it into brackets."""
    inside = alpha + 1 - 2 * alpha * x
    log_slope = math.log(1 - 2 * alpha) - torch.log(inside) - torch.log1p(-inside)
    return torch.logit(inside), log_slope.flatten(1).sum(dim=1)


@mistake("slopes summed, not their logarithms")
def slopes_summed(x, alpha):
    """You add up the slopes dy/dx. The determinant is their product; its logarithm is the sum of their logarithms."""
    inside = alpha + (1 - 2 * alpha) * x
    return torch.logit(inside), ((1 - 2 * alpha) / (inside * (1 - inside))).flatten(1).sum(dim=1)


@mistake("log_det entry by entry")
def logit_not_summed(x, alpha):
    """Your log_det has x's shape, one log-slope for each entry. Sum over all axes but the first: one number for each
    sample.
    """
    y, _ = right.logit_transform(x, alpha)
    return y, math.log(1 - 2 * alpha) + softplus(y) + softplus(-y)


@mistake("log_det summed over one axis of an image")
def logit_one_axis(x, alpha):
    """You sum over axis 1 only. For images that leaves height and width: flatten each sample first."""
    y, each = logit_not_summed(x, alpha)
    return y, each.sum(dim=1)


@mistake("an axis of size 1 left in log_det")
def logit_kept_axis(x, alpha):
    """Your log_det is (B, 1). Added to a log-density (B,) that makes (B, B): return (B,), without keepdim."""
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det[:, None]


@mistake("no gradient")
def logit_without_gradient(x, alpha):
    """Your values are right, but no gradient flows to x; the docstring asks for one. Leave out no_grad and detach."""
    return right.logit_transform(x.detach(), alpha)


@mistake("log_det cut off the graph")
def logit_log_det_detached(x, alpha):
    """Your log_det is detached: its value is right, but no gradient flows through it. Leave out detach, item and
    no_grad.
    """
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det.detach()


@mistake("the sign of one part")
def logit_part_sign(x, alpha):
    """Your log_det subtracts log(1 - 2 alpha). The shrinking multiplies by 1 - 2 alpha on the way from x to y, so its
    logarithm is added.
    """
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det - 2 * x[0].numel() * math.log(1 - 2 * alpha)


@mistake("the slope upside down")
def slope_upside_down(x, alpha):
    """Your log_det adds log p + log(1 - p), which belongs to the sigmoid. The slope of the logit is 1 / (p (1 - p)):
    its logarithm is minus that.
    """
    y, log_det = right.logit_transform(x, alpha)
    return y, 2 * x[0].numel() * math.log(1 - 2 * alpha) - log_det


@mistake("log p alone")
def log_p_alone(x, alpha):
    """Your y is log p. The logit is log p - log(1 - p): it maps 1/2 to 0, and both ends far out."""
    _, log_det = right.logit_transform(x, alpha)
    return torch.log(alpha + (1 - 2 * alpha) * x), log_det
