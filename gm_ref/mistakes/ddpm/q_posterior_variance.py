"""Wrong answers to q_posterior whose mean is right and whose variance is not; the others stand in q_posterior.py."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.q_posterior import posterior, weights
from gm_ref.mistakes.ddpm.shared import over

mistake, convention = BANK.of("q_posterior")


@mistake("the variance upside down")
def variance_upside_down(x0, x_t, t, beta):
    """In your variance 1 - alpha_bar_t stands over 1 - alpha_bar_{t-1}. It is the other way round: smaller than beta_t,
    and 0 at t = 0.
    """
    _, bar, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (*weights(beta)[:2], beta * (1 - bar) / (1 - prev)))


@mistake("no beta in the variance")
def variance_without_beta(x0, x_t, t, beta):
    """Your variance is (1 - alpha_bar_{t-1}) / (1 - alpha_bar_t), without beta_t: multiply by it."""
    return posterior(x0, x_t, t, (*weights(beta)[:2], weights(beta)[2] / beta))


@mistake("the variance of the noise in x_t")
def noise_variance(x0, x_t, t, beta):
    """You return 1 - alpha_bar_t, the variance of x_t given x0. Wanted is that of x_{t-1} given x_t and x0."""
    return posterior(x0, x_t, t, (*weights(beta)[:2], 1 - right.alpha_tables(beta)[1]))


@mistake("the variance never 0")
def variance_floored(x0, x_t, t, beta):
    """At t = 0 you return the variance of the next step, as samplers do that need its logarithm. Given x0, the point
    before the first step is known: the variance is 0.
    """
    variance = weights(beta)[2]
    return posterior(x0, x_t, t, (*weights(beta)[:2], torch.cat([variance[1:2], variance[1:]])))


@mistake("the variance of every step")
def variance_of_all_steps(x0, x_t, t, beta):
    """Your variance is the whole table, (T,). Each sample has one, at its own step: index the table with t."""
    return right.q_posterior(x0, x_t, t, beta)[0], weights(beta)[2]


@convention("the log of the variance, cut off at 1e-20")
def log_variance_cut(x0, x_t, t, beta):
    """You return the log of the variance, cut off at 1e-20, as many samplers store it. Here it is the variance itself,
    which is 0 at t = 0.
    """
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean, variance.clamp(min=1e-20).log()


@mistake("the variance with the data's shape")
def variance_expanded(x0, x_t, t, beta):
    """Your variance has a value for every entry of the data. All entries of a sample have the same: return (B,)."""
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean, over(variance, x0).expand_as(x0)
