"""Wrong answers to predict_x0 that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.shared import first, over

mistake, convention = BANK.of("predict_x0")


@mistake("clipped to [-1, 1]", source="diffusers: clip_sample=True is a default")
def clipped(x_t, t, eps, alpha_bar):
    """You clip x0 to [-1, 1]. Some samplers do that as a step of its own; here x0 must be what the equation gives, or
    the bound and the tests with other data are wrong.
    """
    return right.predict_x0(x_t, t, eps, alpha_bar).clamp(-1, 1)


@mistake("the signal's scale is not undone")
def scale_left(x_t, t, eps, alpha_bar):
    """You take the noise away but leave the signal shrunken. Divide by its scale, the square root of alpha_bar_t."""
    return x_t - (1 - over(alpha_bar[t], x_t)).sqrt() * eps


@mistake("divided by alpha_bar")
def divided_by_share(x_t, t, eps, alpha_bar):
    """You divide by alpha_bar_t. That is the share of variance; the signal's scale is its square root."""
    a = over(alpha_bar[t], x_t)
    return (x_t - (1 - a).sqrt() * eps) / a


@mistake("a variance used as a standard deviation")
def subtracts_variance(x_t, t, eps, alpha_bar):
    """You subtract (1 - alpha_bar_t) eps. That factor is the noise's variance; its scale is the square root."""
    a = over(alpha_bar[t], x_t)
    return (x_t - (1 - a) * eps) / a.sqrt()


@mistake("noise added again")
def noise_added(x_t, t, eps, alpha_bar):
    """You add the noise part a second time. x_t holds it already: take it away."""
    return right.predict_x0(x_t, t, -eps, alpha_bar)


@mistake("only x_t is divided")
def only_x_t_divided(x_t, t, eps, alpha_bar):
    """You divide x_t by the signal's scale but not the noise part. The whole difference is divided."""
    a = over(alpha_bar[t], x_t)
    return x_t / a.sqrt() - (1 - a).sqrt() * eps


@mistake("one step too few")
def predicts_early(x_t, t, eps, alpha_bar):
    """You use alpha_bar at t - 1. x_t has gone through steps 0 .. t: index with t itself."""
    return right.predict_x0(x_t, t, eps, torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]]))


@mistake("the first sample's t for all")
def predicts_with_the_first(x_t, t, eps, alpha_bar):
    """You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of
    t.
    """
    return right.predict_x0(x_t, first(t), eps, alpha_bar)


@mistake("t along the last axis")
def predicts_last_axis(x_t, t, eps, alpha_bar):
    """Your t runs along the last axis of the data (it only computes when that axis is as long as the batch). t belongs
    to axis 0: give the indexed table axes of size 1.
    """
    return (x_t - (1 - alpha_bar[t]).sqrt() * eps) / alpha_bar[t].sqrt()


@mistake("only the noise is divided")
def only_noise_divided(x_t, t, eps, alpha_bar):
    """You divide the noise part by the signal's scale but not x_t: brackets are missing around the difference."""
    a = over(alpha_bar[t], x_t)
    return x_t - (1 - a).sqrt() * eps / a.sqrt()


@mistake("multiplied by the scale")
def multiplied_by_scale(x_t, t, eps, alpha_bar):
    """You multiply by sqrt(alpha_bar_t), which shrinks the signal a second time. To undo it, divide."""
    a = over(alpha_bar[t], x_t)
    return (x_t - (1 - a).sqrt() * eps) * a.sqrt()


@mistake("the noise is not scaled")
def subtracts_whole_noise(x_t, t, eps, alpha_bar):
    """You subtract eps as it is. In x_t it is scaled by sqrt(1 - alpha_bar_t): subtract that."""
    return (x_t - eps) / over(alpha_bar[t], x_t).sqrt()


@mistake("no square roots")
def predicts_without_roots(x_t, t, eps, alpha_bar):
    """You undo the jump with 1 - alpha_bar_t and alpha_bar_t. These are variances; the square roots of both are the
    scales.
    """
    a = over(alpha_bar[t], x_t)
    return (x_t - (1 - a) * eps) / a


@mistake("alpha_bar read as a scale")
def predicts_by_squares(x_t, t, eps, alpha_bar):
    """You take alpha_bar_t for the signal's scale and sqrt(1 - alpha_bar_t^2) for the noise's. alpha_bar_t is a share
    of the variance: take its square root.
    """
    return right.predict_x0(x_t, t, eps, alpha_bar.square())


@mistake("alpha for alpha_bar")
def predicts_one_step(x_t, t, eps, alpha_bar):
    """You undo the single step's alpha_t. x_t has gone through all steps up to t: undo alpha_bar_t."""
    return right.predict_x0(x_t, t, eps, alpha_bar / torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]]))


@mistake("the product taken twice")
def predicts_product_again(x_t, t, eps, alpha_bar):
    """You multiply up alpha_bar once more. The table that comes in is the product already: index it with t."""
    return right.predict_x0(x_t, t, eps, torch.cumprod(alpha_bar, dim=0))


@mistake("signal and noise exchanged")
def predicts_exchanged(x_t, t, eps, alpha_bar):
    """You subtract eps scaled by sqrt(alpha_bar_t) and divide by sqrt(1 - alpha_bar_t). alpha_bar_t is the signal's
    share: the two have changed places.
    """
    return right.predict_x0(x_t, t, eps, 1 - alpha_bar)


@mistake("x_t noised once more")
def noised_again(x_t, t, eps, alpha_bar):
    """You apply the equation forward, as q_sample does. x_t is given here and x0 is wanted: solve for x0."""
    return right.q_sample(x_t, t, eps, alpha_bar)


@mistake("one step too many")
def predicts_late(x_t, t, eps, alpha_bar):
    """You use alpha_bar at t + 1. x_t has gone through steps 0 .. t: index with t itself."""
    return right.predict_x0(x_t, t, eps, torch.cat([alpha_bar[1:], alpha_bar[-1:]]))


@mistake("the step before, round the end")
def predicts_round(x_t, t, eps, alpha_bar):
    """You use alpha_bar at t - 1, which at t = 0 is the last entry of the table. Index with t itself."""
    return right.predict_x0(x_t, t, eps, alpha_bar.roll(1))


@mistake("made for images only")
def predicts_four_axes(x_t, t, eps, alpha_bar):
    """Your t is given exactly four axes, which fits images only; points (B, D) come out with axes too many. Count the
    axes of the data.
    """
    a = alpha_bar[t].reshape(-1, 1, 1, 1)
    return (x_t - (1 - a).sqrt() * eps) / a.sqrt()
