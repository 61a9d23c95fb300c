"""Wrong answers to q_step that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.shared import first, over

mistake, convention = BANK.of("q_step")


@mistake("a variance used as a standard deviation")
def step_variance_as_std(x_prev, t, eps, beta):
    """Your noise is scaled by beta_t. That is its variance; eps is scaled by the standard deviation, its square
    root.
    """
    b = over(beta[t], x_prev)
    return (1 - b).sqrt() * x_prev + b * eps


@mistake("the signal keeps its size")
def signal_not_shrunk(x_prev, t, eps, beta):
    """You add noise but do not shrink x_prev. Then the variance grows with every step; the factor sqrt(1 - beta_t)
    keeps it at 1.
    """
    return x_prev + over(beta[t], x_prev).sqrt() * eps


@mistake("the signal shrinks by 1 - beta")
def step_share_as_scale(x_prev, t, eps, beta):
    """You scale the signal by 1 - beta_t. That is the share of its variance; the scale is the square root."""
    b = over(beta[t], x_prev)
    return (1 - b) * x_prev + b.sqrt() * eps


@mistake("signal and noise exchanged")
def step_exchanged(x_prev, t, eps, beta):
    """You give the signal the variance beta_t and the noise the rest. A single step is small: beta_t is the noise's
    share.
    """
    return right.q_step(x_prev, t, eps, 1 - beta)


@mistake("a jump instead of a step")
def jump_for_step(x_prev, t, eps, beta):
    """You noise with alpha_bar_t, the product of all steps up to t. From x_prev it is one step only: its own beta_t."""
    return right.q_sample(x_prev, t, eps, torch.cumprod(1 - beta, dim=0))


@mistake("the first sample's t for all")
def step_of_the_first(x_prev, t, eps, beta):
    """You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of
    t.
    """
    return right.q_step(x_prev, first(t), eps, beta)


@mistake("t along the last axis")
def step_last_axis(x_prev, t, eps, beta):
    """Your t runs along the last axis of the data (it only computes when that axis is as long as the batch). t belongs
    to axis 0: give the indexed table axes of size 1.
    """
    return (1 - beta[t]).sqrt() * x_prev + beta[t].sqrt() * eps


@mistake("made for images only")
def step_four_axes(x_prev, t, eps, beta):
    """Your t is given exactly four axes, which fits images only; points (B, D) come out with axes too many. Count the
    axes of the data.
    """
    b = beta[t].reshape(-1, 1, 1, 1)
    return (1 - b).sqrt() * x_prev + b.sqrt() * eps


@mistake("no square roots")
def step_no_roots(x_prev, t, eps, beta):
    """You mix x_prev and eps with 1 - beta_t and beta_t. These are variances; the square roots of both are the
    scales.
    """
    b = over(beta[t], x_prev)
    return (1 - b) * x_prev + b * eps


@mistake("beta read as a standard deviation")
def step_beta_as_std(x_prev, t, eps, beta):
    """You take beta_t for the noise's standard deviation and sqrt(1 - beta_t^2) for the signal's scale. beta_t is a
    variance: the scales are sqrt(beta_t) and sqrt(1 - beta_t).
    """
    return right.q_step(x_prev, t, eps, beta.square())


@mistake("the noise is forgotten")
def step_without_noise(x_prev, t, eps, beta):
    """You shrink x_prev and eps plays no part. Add eps, scaled by sqrt(beta_t)."""
    return (1 - over(beta[t], x_prev)).sqrt() * x_prev


@mistake("the noise is subtracted")
def step_minus_noise(x_prev, t, eps, beta):
    """You subtract the noise. It has the right law, but with the eps that is given x_t is signal plus noise."""
    return right.q_step(x_prev, t, -eps, beta)


@mistake("the noise is not scaled")
def step_whole_noise(x_prev, t, eps, beta):
    """You add eps as it is, with variance 1. A step adds noise of variance beta_t: scale eps by sqrt(beta_t)."""
    return (1 - over(beta[t], x_prev)).sqrt() * x_prev + eps


@mistake("the beta of the step before")
def step_before(x_prev, t, eps, beta):
    """You use beta at t - 1, which at t = 0 is the last entry of the table. The step to x_t uses beta_t."""
    return right.q_step(x_prev, t, eps, beta.roll(1))


@mistake("the beta of the next step")
def step_next(x_prev, t, eps, beta):
    """You use beta at t + 1. Steps are counted from 0 here: the step to x_t uses beta_t."""
    return right.q_step(x_prev, t, eps, torch.cat([beta[1:], beta[-1:]]))


@mistake("both scaled by the signal's factor")
def step_shrunk_together(x_prev, t, eps, beta):
    """You shrink the noise together with the signal: sqrt(1 - beta_t) stands before both. It scales x_prev alone."""
    b = over(beta[t], x_prev)
    return (1 - b).sqrt() * (x_prev + b.sqrt() * eps)
