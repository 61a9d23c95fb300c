"""The first half of the bank of lesson 31: mistakes in the tables, in noising, and in the posterior."""

import math

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.core import Bank

BANK = Bank()
mistake, convention = BANK.mistake, BANK.convention
FIRST = "You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of t."
LAST_AXIS = "Your t runs along the last axis of the data (it only computes when that axis is as long as the batch). t belongs to axis 0: give the indexed table axes of size 1."
FOUR_AXES = "Your t is given exactly four axes, which fits images only; points (B, D) come out with axes too many. Count the axes of the data."


def over(v, x):
    """Return v (B,) as (B, 1, ...) to go with x (B, *)."""
    return v.reshape(-1, *[1] * (x.dim() - 1))


def first(t):
    """Return the first sample's step for all."""
    return t[:1].expand_as(t)


def later(t, table):
    """Return the next step, the last one staying."""
    return (t + 1).clamp(max=len(table) - 1)


# beta_schedule -------------------------------------------------------------------------------------------------------


@convention(
    "beta_schedule",
    "linear betas that do not depend on T",
    "Your linear betas run from 1e-4 to 0.02 for every T, as in the paper's code for T = 1000. This course multiplies them by 1000 / T, so that a short chain destroys as much as a long one.",
)
def linear_unscaled(kind, T):
    beta = right.beta_schedule(kind, T)
    return beta * T / 1000 if kind == "linear" else beta


@mistake(
    "beta_schedule",
    "scaled by T / 1000",
    "You multiply the linear betas by T / 1000. Fewer steps must each add more noise: the factor is 1000 / T.",
)
def linear_scaled_inversely(kind, T):
    beta = linear_unscaled(kind, T)
    return beta * T / 1000 if kind == "linear" else beta


@mistake(
    "beta_schedule",
    "the square roots are evenly spaced",
    "You space the square roots of beta evenly, the scaled_linear schedule of latent diffusion. Here the betas themselves are evenly spaced.",
)
def roots_linear(kind, T):
    beta = right.beta_schedule(kind, T)
    return torch.linspace(beta[0].sqrt(), beta[-1].sqrt(), T).double().square() if kind == "linear" else beta


@mistake(
    "beta_schedule",
    "the line stops before its end",
    "Your last linear beta is one spacing short of the end. Both ends belong to the T values: there are T - 1 spacings.",
)
def linear_without_end(kind, T):
    beta = right.beta_schedule(kind, T)
    return beta[0] + (beta[-1] - beta[0]) * torch.arange(T) / T if kind == "linear" else beta


@mistake(
    "beta_schedule",
    "cosine shares one step late",
    "Your cosine shares begin with f(0) / f(0) = 1 as the share after the first step, so that step adds no noise. After step t the share is f((t+1)/T) / f(0).",
    source="MONAI GenerativeModels#489",
)
def cosine_one_late(kind, T):
    beta = right.beta_schedule(kind, T)
    return torch.cat([torch.zeros(1).double(), beta[:-1]]) if kind == "cosine" else beta


@mistake(
    "beta_schedule",
    "alpha_bar returned for beta",
    "For the cosine you return the shares f((t+1)/T) / f(0) themselves. They are alpha_bar; beta_t is one minus the quotient of two neighbours.",
)
def cosine_alpha_bar(kind, T):
    beta = right.beta_schedule(kind, T)
    return torch.cumprod(1 - beta, dim=0) if kind == "cosine" else beta


@mistake(
    "beta_schedule",
    "the cosine is not squared",
    "Your f is the cosine itself. A share of the variance is its square.",
)
def cosine_not_squared(kind, T):
    beta = right.beta_schedule(kind, T)
    return torch.cat([1 - (1 - beta[:-1]).sqrt(), beta[-1:]]) if kind == "cosine" else beta


@mistake(
    "beta_schedule",
    "the offset 0.008 is lost",
    "Your cosine starts at angle 0. The offset 0.008 keeps the first betas from being too small to learn from.",
)
def cosine_without_offset(kind, T):
    if kind != "cosine":
        return right.beta_schedule(kind, T)
    f = torch.cos(math.pi / 2 * torch.arange(T + 1).double() / T).square()
    return (1 - f[1:] / f[:-1]).clamp(max=0.999)


@mistake(
    "beta_schedule",
    "no cap",
    "Your last cosine beta is 1 to rounding: nothing of the signal would be left, and later divisions by alpha_bar fail. Cap the betas at 0.999.",
)
def cosine_without_cap(kind, T):
    beta = right.beta_schedule(kind, T)
    return torch.cat([beta[:-1], torch.ones(1).double()]) if kind == "cosine" else beta


# alpha_tables --------------------------------------------------------------------------------------------------------


@mistake(
    "alpha_tables",
    "the 1 is put at the wrong end",
    "Your alpha_bar_prev drops its first entry and ends with 1. It is alpha_bar one step earlier: the 1 stands in front and the last entry falls off.",
    source="lucidrains/denoising-diffusion-pytorch#18",
)
def padded_on_the_right(beta):
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([alpha_bar[1:], torch.ones_like(beta[:1])])


@mistake(
    "alpha_tables",
    "0 before the first step",
    "Your alpha_bar_prev begins with 0, as if there were no signal before the first step. There is nothing else: it begins with 1.",
)
def zero_in_front(beta):
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([torch.zeros_like(beta[:1]), alpha_bar[:-1]])


@mistake(
    "alpha_tables",
    "the first share twice",
    "Your alpha_bar_prev begins with alpha_bar_0 instead of 1. Then the last sampling step does not reach the data but stops one step short.",
    source="ControlNet#587, the same in DDIM",
)
def first_share_twice(beta):
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([alpha_bar[:1], alpha_bar[:-1]])


@mistake(
    "alpha_tables",
    "rolled round",
    "Your alpha_bar_prev begins with the last alpha_bar: a roll brings it round. Before the first step the share is 1.",
)
def rolled(beta):
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, alpha_bar.roll(1)


@mistake(
    "alpha_tables",
    "the product one step short",
    "Your alpha_bar_t leaves out alpha_t: it is what belongs into alpha_bar_prev. The product includes step t.",
)
def product_too_short(beta):
    alpha, _, prev = right.alpha_tables(beta)
    return alpha, prev, torch.cat([torch.ones_like(beta[:1]), prev[:-1]])


@mistake(
    "alpha_tables",
    "the tables in another order",
    "Your tables are right and stand in another order. Return alpha first, then alpha_bar, then alpha_bar_prev.",
)
def bar_first(beta):
    alpha, alpha_bar, prev = right.alpha_tables(beta)
    return alpha_bar, alpha, prev


@mistake(
    "alpha_tables",
    "the product of the betas",
    "You multiply up the betas. What is left of the signal is the product of the alphas, 1 - beta.",
)
def product_of_betas(beta):
    bar = torch.cumprod(beta, dim=0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake(
    "alpha_tables",
    "one minus the sum of the betas",
    "You add up the betas and take the sum from 1. Shares multiply; the sum is close only for tiny betas and falls below 0 later.",
)
def sum_of_betas(beta):
    bar = 1 - torch.cumsum(beta, dim=0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake(
    "alpha_tables",
    "the product from the noisy end",
    "Your product runs backwards, from the last step to the first. alpha_bar_t collects the steps 0 .. t.",
)
def product_from_the_end(beta):
    bar = torch.cumprod((1 - beta).flip(0), dim=0).flip(0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@convention(
    "alpha_tables",
    "square roots",
    "You return the square roots, as scores and other papers use alpha for the signal's scale. In this course (and in Ho 2020) alpha and alpha_bar are shares of the variance.",
)
def square_roots(beta):
    return tuple(table.sqrt() for table in right.alpha_tables(beta))


# q_step --------------------------------------------------------------------------------------------------------------


@mistake(
    "q_step",
    "a variance used as a standard deviation",
    "Your noise is scaled by beta_t. That is its variance; eps is scaled by the standard deviation, its square root.",
)
def step_variance_as_std(x_prev, t, eps, beta):
    b = over(beta[t], x_prev)
    return (1 - b).sqrt() * x_prev + b * eps


@mistake(
    "q_step",
    "the signal keeps its size",
    "You add noise but do not shrink x_prev. Then the variance grows with every step; the factor sqrt(1 - beta_t) keeps it at 1.",
)
def signal_not_shrunk(x_prev, t, eps, beta):
    return x_prev + over(beta[t], x_prev).sqrt() * eps


@mistake(
    "q_step",
    "the signal shrinks by 1 - beta",
    "You scale the signal by 1 - beta_t. That is the share of its variance; the scale is the square root.",
)
def step_share_as_scale(x_prev, t, eps, beta):
    b = over(beta[t], x_prev)
    return (1 - b) * x_prev + b.sqrt() * eps


@mistake(
    "q_step",
    "signal and noise exchanged",
    "You give the signal the variance beta_t and the noise the rest. A single step is small: beta_t is the noise's share.",
)
def step_exchanged(x_prev, t, eps, beta):
    return right.q_step(x_prev, t, eps, 1 - beta)


@mistake(
    "q_step",
    "a jump instead of a step",
    "You noise with alpha_bar_t, the product of all steps up to t. From x_prev it is one step only: its own beta_t.",
)
def jump_for_step(x_prev, t, eps, beta):
    return right.q_sample(x_prev, t, eps, torch.cumprod(1 - beta, dim=0))


@mistake(
    "q_step",
    "the first sample's t for all",
    FIRST,
)
def step_of_the_first(x_prev, t, eps, beta):
    return right.q_step(x_prev, first(t), eps, beta)


@mistake(
    "q_step",
    "t along the last axis",
    LAST_AXIS,
)
def step_last_axis(x_prev, t, eps, beta):
    return (1 - beta[t]).sqrt() * x_prev + beta[t].sqrt() * eps


@mistake(
    "q_step",
    "made for images only",
    FOUR_AXES,
)
def step_four_axes(x_prev, t, eps, beta):
    b = beta[t].reshape(-1, 1, 1, 1)
    return (1 - b).sqrt() * x_prev + b.sqrt() * eps


# q_sample ------------------------------------------------------------------------------------------------------------


@mistake(
    "q_sample",
    "a variance used as a standard deviation",
    "Your noise is scaled by 1 - alpha_bar_t. That is its variance; eps must be scaled by the standard deviation, its square root.",
    source="Ryota-Kawamura/How-Diffusion-Models-Work#1",
)
def noise_variance_as_std(x0, t, eps, alpha_bar):
    a = over(alpha_bar[t], x0)
    return a.sqrt() * x0 + (1 - a) * eps


@mistake(
    "q_sample",
    "alpha for alpha_bar",
    "You noise with the single step's alpha_t. The jump from x0 to x_t uses alpha_bar_t, the share that all steps up to t leave.",
)
def alpha_for_alpha_bar(x0, t, eps, alpha_bar):
    alpha = alpha_bar / torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    return right.q_sample(x0, t, eps, alpha)


@mistake(
    "q_sample",
    "the signal is scaled by alpha_bar",
    "You scale the signal by alpha_bar_t. That is the share of its variance; the scale is the square root.",
)
def share_as_scale(x0, t, eps, alpha_bar):
    a = over(alpha_bar[t], x0)
    return a * x0 + (1 - a).sqrt() * eps


@mistake(
    "q_sample",
    "no square roots",
    "You mix x0 and eps with alpha_bar_t and 1 - alpha_bar_t. These are variances; the square roots of both are the scales.",
)
def no_roots(x0, t, eps, alpha_bar):
    a = over(alpha_bar[t], x0)
    return a * x0 + (1 - a) * eps


@mistake(
    "q_sample",
    "signal and noise exchanged",
    "You give the signal the variance 1 - alpha_bar_t. alpha_bar_t is the share of signal, near 1 at t = 0.",
)
def exchanged(x0, t, eps, alpha_bar):
    return right.q_sample(x0, t, eps, 1 - alpha_bar)


@mistake(
    "q_sample",
    "one step too few",
    "You use alpha_bar at t - 1, so that t = 0 adds no noise. In this course x_t has gone through steps 0 .. t: index with t itself.",
)
def one_step_early(x0, t, eps, alpha_bar):
    return right.q_sample(x0, t, eps, torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]]))


@mistake(
    "q_sample",
    "the first sample's t for all",
    FIRST,
)
def sample_of_the_first(x0, t, eps, alpha_bar):
    return right.q_sample(x0, first(t), eps, alpha_bar)


@mistake(
    "q_sample",
    "t along the last axis",
    LAST_AXIS,
)
def last_axis(x0, t, eps, alpha_bar):
    return alpha_bar[t].sqrt() * x0 + (1 - alpha_bar[t]).sqrt() * eps


@mistake(
    "q_sample",
    "made for images only",
    FOUR_AXES,
)
def four_axes(x0, t, eps, alpha_bar):
    a = alpha_bar[t].reshape(-1, 1, 1, 1)
    return a.sqrt() * x0 + (1 - a).sqrt() * eps


# predict_x0 ----------------------------------------------------------------------------------------------------------


@mistake(
    "predict_x0",
    "clipped to [-1, 1]",
    "You clip x0 to [-1, 1]. Some samplers do that as a step of its own; here x0 must be what the equation gives, or the bound and the tests with other data are wrong.",
    source="diffusers: clip_sample=True is a default",
)
def clipped(x_t, t, eps, alpha_bar):
    return right.predict_x0(x_t, t, eps, alpha_bar).clamp(-1, 1)


@mistake(
    "predict_x0",
    "the signal's scale is not undone",
    "You take the noise away but leave the signal shrunken. Divide by its scale, the square root of alpha_bar_t.",
)
def scale_left(x_t, t, eps, alpha_bar):
    return x_t - (1 - over(alpha_bar[t], x_t)).sqrt() * eps


@mistake(
    "predict_x0",
    "divided by alpha_bar",
    "You divide by alpha_bar_t. That is the share of variance; the signal's scale is its square root.",
)
def divided_by_share(x_t, t, eps, alpha_bar):
    a = over(alpha_bar[t], x_t)
    return (x_t - (1 - a).sqrt() * eps) / a


@mistake(
    "predict_x0",
    "a variance used as a standard deviation",
    "You subtract (1 - alpha_bar_t) eps. That factor is the noise's variance; its scale is the square root.",
)
def subtracts_variance(x_t, t, eps, alpha_bar):
    a = over(alpha_bar[t], x_t)
    return (x_t - (1 - a) * eps) / a.sqrt()


@mistake(
    "predict_x0",
    "noise added again",
    "You add the noise part a second time. x_t holds it already: take it away.",
)
def noise_added(x_t, t, eps, alpha_bar):
    return right.predict_x0(x_t, t, -eps, alpha_bar)


@mistake(
    "predict_x0",
    "only x_t is divided",
    "You divide x_t by the signal's scale but not the noise part. The whole difference is divided.",
)
def only_x_t_divided(x_t, t, eps, alpha_bar):
    a = over(alpha_bar[t], x_t)
    return x_t / a.sqrt() - (1 - a).sqrt() * eps


@mistake(
    "predict_x0",
    "one step too few",
    "You use alpha_bar at t - 1. x_t has gone through steps 0 .. t: index with t itself.",
)
def predicts_early(x_t, t, eps, alpha_bar):
    return right.predict_x0(x_t, t, eps, torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]]))


@mistake(
    "predict_x0",
    "the first sample's t for all",
    FIRST,
)
def predicts_with_the_first(x_t, t, eps, alpha_bar):
    return right.predict_x0(x_t, first(t), eps, alpha_bar)


@mistake(
    "predict_x0",
    "t along the last axis",
    LAST_AXIS,
)
def predicts_last_axis(x_t, t, eps, alpha_bar):
    return (x_t - (1 - alpha_bar[t]).sqrt() * eps) / alpha_bar[t].sqrt()


# q_posterior ---------------------------------------------------------------------------------------------------------


def posterior(x0, x_t, t, tables):
    """Return mean and variance from tables of the two weights and of the variance."""
    to_x0, to_x_t, variance = tables
    return over(to_x0[t], x0) * x0 + over(to_x_t[t], x_t) * x_t, variance[t]


def weights(beta):
    """Return the right tables: weight of x0, weight of x_t, variance."""
    alpha, bar, prev = right.alpha_tables(beta)
    return prev.sqrt() * beta / (1 - bar), alpha.sqrt() * (1 - prev) / (1 - bar), beta * (1 - prev) / (1 - bar)


@mistake(
    "q_posterior",
    "weights exchanged",
    "Your weights of x0 and x_t have changed places. Near the noisy end x_t is close to x_{t-1} and gets the large weight; at t = 0 all weight is on x0.",
)
def weights_exchanged(x0, x_t, t, beta):
    to_x0, to_x_t, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x_t, to_x0, variance))


@mistake(
    "q_posterior",
    "a denominator that cancels",
    "In your variance 1 - alpha_t stands in the denominator where 1 - alpha_bar_t belongs; it cancels beta_t and leaves 1 - alpha_bar_{t-1}.",
    source="varun-ml/diffusion-models-tutorial#1",
)
def denominator_cancels(x0, x_t, t, beta):
    _, _, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (*weights(beta)[:2], 1 - prev))


@mistake(
    "q_posterior",
    "beta as the variance",
    "You return beta_t as the variance. That is the variance of x_{t-1} given x_t for data of variance 1; knowing x0 as well makes it smaller.",
)
def beta_as_variance(x0, x_t, t, beta):
    return posterior(x0, x_t, t, (*weights(beta)[:2], beta))


@convention(
    "q_posterior",
    "the standard deviation",
    "You return the standard deviation. In this course the second result is the variance.",
)
def standard_deviation(x0, x_t, t, beta):
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean, variance.sqrt()


@convention(
    "q_posterior",
    "the log of the variance",
    "You return the log of the variance, as many samplers store it. Here it is the variance itself, which is 0 at t = 0.",
)
def log_variance(x0, x_t, t, beta):
    to_x0, to_x_t, variance = weights(beta)
    floor = variance[1:2].expand_as(variance)
    return posterior(x0, x_t, t, (to_x0, to_x_t, torch.where(variance > 0, variance, floor).log()))


@mistake(
    "q_posterior",
    "the two results in the wrong order",
    "You return the variance first. The mean comes first, then the variance.",
)
def variance_first(x0, x_t, t, beta):
    return right.q_posterior(x0, x_t, t, beta)[::-1]


@convention(
    "q_posterior",
    "the variance with the data's axes",
    "Your variance has axes of size 1 behind the batch, ready for broadcasting. Here it is (B,), one number for each sample.",
)
def variance_with_axes(x0, x_t, t, beta):
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean, over(variance, x0)


@mistake(
    "q_posterior",
    "alpha_bar not one step earlier",
    "You use alpha_bar_t in every place. The weight of x0 has the root of alpha_bar one step earlier, and the numerators have 1 - alpha_bar one step earlier.",
)
def bar_for_prev(x0, x_t, t, beta):
    alpha, bar, _ = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (bar.sqrt() * beta / (1 - bar), alpha.sqrt(), beta))


@mistake(
    "q_posterior",
    "roots are missing",
    "Your weights lack their square roots: sqrt(alpha_bar_{t-1}) for x0 and sqrt(alpha_t) for x_t. They are scales of a signal, not shares of a variance.",
)
def roots_missing(x0, x_t, t, beta):
    alpha, bar, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (prev * beta / (1 - bar), alpha * (1 - prev) / (1 - bar), weights(beta)[2]))


@mistake(
    "q_posterior",
    "beta in the denominator",
    "Your weights divide by beta_t where 1 - alpha_bar_t belongs, the variance of x_t given x0.",
)
def beta_in_denominator(x0, x_t, t, beta):
    alpha, _, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (prev.sqrt(), alpha.sqrt() * (1 - prev) / beta, weights(beta)[2]))


@mistake(
    "q_posterior",
    "the first sample's t for all",
    FIRST,
)
def posterior_of_the_first(x0, x_t, t, beta):
    return right.q_posterior(x0, x_t, first(t), beta)


@mistake(
    "q_posterior",
    "t along the last axis",
    LAST_AXIS,
)
def posterior_last_axis(x0, x_t, t, beta):
    to_x0, to_x_t, variance = weights(beta)
    return to_x0[t] * x0 + to_x_t[t] * x_t, variance[t]
