"""Wrong answers to logit_inverse that people really give, each with the sentence that cures it."""

import math

import torch
from torch.nn.functional import softplus

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, _ = BANK.of("logit_inverse")


@mistake("alpha not undone", source="uvadlc_notebooks#57")
def alpha_not_undone(y, alpha):
    """You take the sigmoid and stop. Before the logit, [0, 1] was shrunk to [alpha, 1 - alpha]: undo that too, in x and
    in log_det.
    """
    _, log_det = right.logit_inverse(y, alpha)
    return torch.sigmoid(y), log_det + y[0].numel() * math.log(1 - 2 * alpha)


@mistake("the Jacobian of the stretching forgotten")
def stretching_forgotten(y, alpha):
    """Your log_det lacks -log(1 - 2 alpha) for every entry: undoing the shrinking stretches, by 1 / (1 - 2 alpha)."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det + y[0].numel() * math.log(1 - 2 * alpha)


@mistake("the log_det of the other direction")
def inverse_sign(y, alpha):
    """You return log |det dy/dx|. This function runs from y to x, so its log_det is minus that."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, -log_det


@mistake("the sign of one part")
def inverse_part_sign(y, alpha):
    """Your log_det adds log(1 - 2 alpha). On the way back you divide by 1 - 2 alpha, so its logarithm is subtracted."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det + 2 * y[0].numel() * math.log(1 - 2 * alpha)


@mistake("mean over entries")
def inverse_mean(y, alpha):
    """You average over the entries. A log-determinant is a sum."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det / y[0].numel()


@mistake("summed over the batch")
def inverse_batch(y, alpha):
    """Your log_det is one number for the whole batch. Each sample has its own: sum over all axes but the first."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det.sum()


@mistake("divided before alpha is subtracted")
def divided_first(y, alpha):
    """You divide by 1 - 2 alpha and then subtract alpha. The last thing that was done is undone first: alpha was added
    last, so subtract it first.
    """
    _, log_det = right.logit_inverse(y, alpha)
    return torch.sigmoid(y) / (1 - 2 * alpha) - alpha, log_det


@mistake("the log of a saturated sigmoid")
def saturated(y, alpha):
    """For y of size 40 and more your sigmoid is exactly 0 or 1, and the log of its slope infinite. Compute log p and
    log(1 - p) from y: softplus or logsigmoid never overflow.
    """
    p = torch.sigmoid(y)
    return (p - alpha) / (1 - 2 * alpha), (torch.log(p * (1 - p)) - math.log(1 - 2 * alpha)).flatten(1).sum(dim=1)


@mistake("shrunk once more")
def shrunk_once_more(y, alpha):
    """You shrink the sigmoid to [alpha, 1 - alpha] as on the way there. On the way back this is undone: subtract alpha,
    then divide by 1 - 2 alpha.
    """
    _, log_det = right.logit_inverse(y, alpha)
    return alpha + (1 - 2 * alpha) * torch.sigmoid(y), log_det + 2 * y[0].numel() * math.log(1 - 2 * alpha)


@mistake("half of the slope")
def half_slope_back(y, alpha):
    """Your log_det has log p but not log(1 - p). The slope of the sigmoid is p (1 - p)."""
    x, _ = right.logit_inverse(y, alpha)
    return x, (-softplus(-y) - math.log(1 - 2 * alpha)).flatten(1).sum(dim=1)


@mistake("the stretching counted once")
def stretching_once(y, alpha):
    """You subtract log(1 - 2 alpha) once. Every entry is divided by 1 - 2 alpha: put it inside the sum."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det + (y[0].numel() - 1) * math.log(1 - 2 * alpha)


@mistake("shrunk on one side", source="Dinh 2017, sec. 4.1")
def one_sided_back(y, alpha):
    """You undo alpha + (1 - alpha) x, as the RealNVP paper writes it. logit_transform shrinks on both sides, alpha +
    (1 - 2 alpha) x: undo that.
    """
    _, log_det = right.logit_inverse(y, alpha)
    shift = y[0].numel() * (math.log(1 - 2 * alpha) - math.log(1 - alpha))
    return (torch.sigmoid(y) - alpha) / (1 - alpha), log_det + shift


@mistake("exp overflows")
def exp_overflows(y, alpha):
    """For y of size 800 exp(y) or exp(-y) is infinite, and so is your log_det. softplus(y) is log(1 + exp(y)) without
    the overflow.
    """
    x, _ = right.logit_inverse(y, alpha)
    each = -math.log(1 - 2 * alpha) - torch.log(1 + torch.exp(y)) - torch.log(1 + torch.exp(-y))
    return x, each.flatten(1).sum(dim=1)


@mistake("exp divided by exp")
def exp_by_exp(y, alpha):
    """For y of size 800 your sigmoid exp(y) / (1 + exp(y)) is infinity divided by infinity: NaN. torch.sigmoid never
    overflows.
    """
    _, log_det = right.logit_inverse(y, alpha)
    return (torch.exp(y) / (1 + torch.exp(y)) - alpha) / (1 - 2 * alpha), log_det


@mistake("a gradient that is NaN far out")
def nan_gradient(y, alpha):
    """For y of size -800 your values are right, but the gradient of 1 / (1 + exp(-y)) is infinity times 0: NaN.
    torch.sigmoid has a gradient for any y.
    """
    _, log_det = right.logit_inverse(y, alpha)
    return (1 / (1 + torch.exp(-y)) - alpha) / (1 - 2 * alpha), log_det


@mistake("brackets forgotten")
def brackets_forgotten_back(y, alpha):
    """You divide alpha alone by 1 - 2 alpha. Subtract alpha from the sigmoid first, in brackets, then divide."""
    _, log_det = right.logit_inverse(y, alpha)
    return torch.sigmoid(y) - alpha / (1 - 2 * alpha), log_det


@mistake("x clamped to [0, 1]")
def clamped_back(y, alpha):
    """You clamp x to [0, 1]. Far out the inverse lies beyond, and a clamp has no gradient there: clip when you draw a
    picture, not here.
    """
    x, log_det = right.logit_inverse(y, alpha)
    return x.clamp(0, 1), log_det


@mistake("the logit for the sigmoid")
def logit_once_more(y, alpha):
    """You undo the shrinking of y and take the logit. y came out of a logit: the sigmoid undoes it, then the shrinking
    is undone.
    """
    _, log_det = right.logit_inverse(y, alpha)
    return torch.logit((y - alpha) / (1 - 2 * alpha)), log_det


@mistake("slopes summed, not their logarithms")
def slopes_summed_back(y, alpha):
    """You add up the slopes dx/dy. The determinant is their product; its logarithm is the sum of their logarithms."""
    x, _ = right.logit_inverse(y, alpha)
    p = torch.sigmoid(y)
    return x, (p * (1 - p) / (1 - 2 * alpha)).flatten(1).sum(dim=1)


@mistake("log_det summed over one axis of an image")
def inverse_one_axis(y, alpha):
    """You sum over axis 1 only. For images that leaves height and width: flatten each sample first."""
    x, _ = right.logit_inverse(y, alpha)
    return x, (-math.log(1 - 2 * alpha) - softplus(y) - softplus(-y)).sum(dim=1)


@mistake("an axis of size 1 left in log_det")
def inverse_kept_axis(y, alpha):
    """Your log_det is (B, 1). Added to a log-density (B,) that makes (B, B): return (B,), without keepdim."""
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det[:, None]


@mistake("no gradient")
def back_without_gradient(y, alpha):
    """Your values are right, but no gradient flows to y; the docstring asks for one. Leave out no_grad and detach."""
    return right.logit_inverse(y.detach(), alpha)
