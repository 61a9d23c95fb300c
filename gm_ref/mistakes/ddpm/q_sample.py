"""Wrong answers to q_sample that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.shared import first, over

mistake, convention = BANK.of("q_sample")


@mistake("a variance used as a standard deviation", source="Ryota-Kawamura/How-Diffusion-Models-Work#1")
def noise_variance_as_std(x0, t, eps, alpha_bar):
    """Your noise is scaled by 1 - alpha_bar_t. That is its variance; eps must be scaled by the standard deviation, its
    square root.
    """
    a = over(alpha_bar[t], x0)
    return a.sqrt() * x0 + (1 - a) * eps


@mistake("alpha for alpha_bar")
def alpha_for_alpha_bar(x0, t, eps, alpha_bar):
    """You noise with the single step's alpha_t. The jump from x0 to x_t uses alpha_bar_t, the share that all steps up
    to t leave.
    """
    alpha = alpha_bar / torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    return right.q_sample(x0, t, eps, alpha)


@mistake("the signal is scaled by alpha_bar")
def share_as_scale(x0, t, eps, alpha_bar):
    """You scale the signal by alpha_bar_t. That is the share of its variance; the scale is the square root."""
    a = over(alpha_bar[t], x0)
    return a * x0 + (1 - a).sqrt() * eps


@mistake("no square roots")
def no_roots(x0, t, eps, alpha_bar):
    """You mix x0 and eps with alpha_bar_t and 1 - alpha_bar_t. These are variances; the square roots of both are the
    scales.
    """
    a = over(alpha_bar[t], x0)
    return a * x0 + (1 - a) * eps


@mistake("signal and noise exchanged")
def exchanged(x0, t, eps, alpha_bar):
    """You give the signal the variance 1 - alpha_bar_t. alpha_bar_t is the share of signal, near 1 at t = 0."""
    return right.q_sample(x0, t, eps, 1 - alpha_bar)


@mistake("one step too few")
def one_step_early(x0, t, eps, alpha_bar):
    """You use alpha_bar at t - 1, so that t = 0 adds no noise. In this course x_t has gone through steps 0 .. t: index
    with t itself.
    """
    return right.q_sample(x0, t, eps, torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]]))


@mistake("the first sample's t for all")
def sample_of_the_first(x0, t, eps, alpha_bar):
    """You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of
    t.
    """
    return right.q_sample(x0, first(t), eps, alpha_bar)


@mistake("t along the last axis")
def last_axis(x0, t, eps, alpha_bar):
    """Your t runs along the last axis of the data (it only computes when that axis is as long as the batch). t belongs
    to axis 0: give the indexed table axes of size 1.
    """
    return alpha_bar[t].sqrt() * x0 + (1 - alpha_bar[t]).sqrt() * eps


@mistake("made for images only")
def four_axes(x0, t, eps, alpha_bar):
    """Your t is given exactly four axes, which fits images only; points (B, D) come out with axes too many. Count the
    axes of the data.
    """
    a = alpha_bar[t].reshape(-1, 1, 1, 1)
    return a.sqrt() * x0 + (1 - a).sqrt() * eps


@mistake("the noise is subtracted")
def minus_noise(x0, t, eps, alpha_bar):
    """You subtract the noise. It has the right law, but with the eps that is given x_t is signal plus noise."""
    return right.q_sample(x0, t, -eps, alpha_bar)


@mistake("alpha_bar read as a scale")
def bar_as_scale(x0, t, eps, alpha_bar):
    """You take alpha_bar_t for the signal's scale and sqrt(1 - alpha_bar_t^2) for the noise's. alpha_bar_t is a share
    of the variance: the scales are sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t).
    """
    return right.q_sample(x0, t, eps, alpha_bar.square())


@mistake("the signal keeps its size")
def signal_kept(x0, t, eps, alpha_bar):
    """You add noise but do not shrink x0. The signal is scaled by sqrt(alpha_bar_t), so that all variances stay 1."""
    return x0 + over(1 - alpha_bar[t], x0).sqrt() * eps


@mistake("the noise is not scaled")
def noise_kept(x0, t, eps, alpha_bar):
    """You add eps as it is, with variance 1. Its variance must be 1 - alpha_bar_t: scale it by the square root."""
    return over(alpha_bar[t], x0).sqrt() * x0 + eps


@mistake("the noise is forgotten")
def noise_forgotten(x0, t, eps, alpha_bar):
    """You scale x0 and eps plays no part. Add eps, scaled by sqrt(1 - alpha_bar_t)."""
    return over(alpha_bar[t], x0).sqrt() * x0


@mistake("the product taken twice")
def product_again(x0, t, eps, alpha_bar):
    """You multiply up alpha_bar once more. The table that comes in is the product already: index it with t."""
    return right.q_sample(x0, t, eps, torch.cumprod(alpha_bar, dim=0))


@mistake("the step before, round the end")
def wraps_round(x0, t, eps, alpha_bar):
    """You use alpha_bar at t - 1, which at t = 0 is the last entry of the table. Index with t itself."""
    return right.q_sample(x0, t, eps, alpha_bar.roll(1))


@mistake("one step too many")
def one_step_late(x0, t, eps, alpha_bar):
    """You use alpha_bar at t + 1. In this course x_t has gone through steps 0 .. t: index with t itself."""
    return right.q_sample(x0, t, eps, torch.cat([alpha_bar[1:], alpha_bar[-1:]]))


@mistake("both scaled by the signal's factor")
def shrunk_together(x0, t, eps, alpha_bar):
    """You shrink the noise together with the signal: sqrt(alpha_bar_t) stands before both. It belongs to x0 alone."""
    a = over(alpha_bar[t], x0)
    return a.sqrt() * (x0 + (1 - a).sqrt() * eps)


@mistake("one minus the root")
def one_minus_root(x0, t, eps, alpha_bar):
    """You scale the noise by 1 - sqrt(alpha_bar_t). It is the variances that add up to one, not the scales: the noise's
    scale is sqrt(1 - alpha_bar_t).
    """
    root = over(alpha_bar[t], x0).sqrt()
    return root * x0 + (1 - root) * eps
