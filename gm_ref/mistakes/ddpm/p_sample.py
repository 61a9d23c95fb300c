"""Wrong answers to p_sample that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.shared import first, over

mistake, convention = BANK.of("p_sample")


def mean_at(net, x_t, t, beta):
    """Return the right mean of x_{t-1}."""
    return right.p_sample(net, x_t, t, torch.zeros_like(x_t), beta)


@convention("the posterior's variance")
def small_variance(net, x_t, t, z, beta):
    """Your noise has the posterior's variance (fixed_small in public code), Ho's other choice. In this course it is
    beta_t.
    """
    _, bar, prev = right.alpha_tables(beta)
    return mean_at(net, x_t, t, beta) + over((beta * (1 - prev) / (1 - bar)).sqrt()[t], z) * z


@mistake("noise added at t = 0")
def noise_at_zero(net, x_t, t, z, beta):
    """You add noise at t = 0 too. The last step returns p's mean: noise on it is noise on the result."""
    return mean_at(net, x_t, t, beta) + over(beta[t].sqrt(), z) * z


@mistake("a variance used as a standard deviation")
def step_by_variance(net, x_t, t, z, beta):
    """Your noise is scaled by beta_t. That is its variance; z is scaled by the square root."""
    return mean_at(net, x_t, t, beta) + over(beta[t] * (t > 0), z) * z


@mistake("no noise at all")
def no_noise(net, x_t, t, z, beta):
    """You return the mean and z plays no part. Without noise the chain collapses towards the middle of the data."""
    return mean_at(net, x_t, t, beta)


@mistake("the first sample decides on the noise")
def first_decides(net, x_t, t, z, beta):
    """You ask whether the first sample is at t = 0 and then give all samples noise, or none. Decide for each sample by
    its own t.
    """
    return mean_at(net, x_t, t, beta) + over(beta[t].sqrt() * (t[0] > 0), z) * z


@mistake("x0 clipped to [-1, 1]", source="diffusers: clip_sample=True is a default")
def step_clipped(net, x_t, t, z, beta):
    """You clip the predicted x0 to [-1, 1]. That helps images in that range and is wrong for all other data; in this
    course the step does not clip.
    """
    x0 = right.predict_x0(x_t, t, net(x_t, t), right.alpha_tables(beta)[1]).clamp(-1, 1)
    return right.q_posterior(x0, x_t, t, beta)[0] + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("eps weighted by beta over a variance")
def root_lost_in_mean(net, x_t, t, z, beta):
    """In your mean eps is weighted by beta_t / (1 - alpha_bar_t). The denominator is a standard deviation: sqrt(1 -
    alpha_bar_t).
    """
    alpha, bar, _ = right.alpha_tables(beta)
    mean = (x_t - over((beta / (1 - bar))[t], x_t) * net(x_t, t)) / over(alpha[t], x_t).sqrt()
    return mean + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("divided by the root of alpha_bar")
def divided_by_root_of_bar(net, x_t, t, z, beta):
    """Your mean divides by sqrt(alpha_bar_t), which leads all the way to x0. One step back divides by sqrt(alpha_t)."""
    _, bar, _ = right.alpha_tables(beta)
    mean = (x_t - over((beta / (1 - bar).sqrt())[t], x_t) * net(x_t, t)) / over(bar[t], x_t).sqrt()
    return mean + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("the predicted x0 as the mean")
def straight_to_x0(net, x_t, t, z, beta):
    """You return the predicted x0 plus noise. It is the posterior's mean at that x0, which stays close to x_t."""
    x0 = right.predict_x0(x_t, t, net(x_t, t), right.alpha_tables(beta)[1])
    return x0 + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("noise of the next step")
def next_step(net, x_t, t, z, beta):
    """Your noise and mean belong to step t + 1. Index every table with t itself."""
    return right.p_sample(lambda x, _: net(x, t), x_t, later(t, beta), z, beta)


@mistake("the first sample's t for all")
def step_back_of_the_first(net, x_t, t, z, beta):
    """You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of
    t.
    """
    return right.p_sample(lambda x, _: net(x, t), x_t, first(t), z, beta)


def later(t, table):
    """Return the next step, the last one staying."""
    return (t + 1).clamp(max=len(table) - 1)
