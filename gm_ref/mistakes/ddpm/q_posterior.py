"""Wrong answers to q_posterior that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.shared import first, over

mistake, convention = BANK.of("q_posterior")


def posterior(x0, x_t, t, tables):
    """Return mean and variance from tables of the two weights and of the variance."""
    to_x0, to_x_t, variance = tables
    return over(to_x0[t], x0) * x0 + over(to_x_t[t], x_t) * x_t, variance[t]


def weights(beta):
    """Return the right tables: weight of x0, weight of x_t, variance."""
    alpha, bar, prev = right.alpha_tables(beta)
    return prev.sqrt() * beta / (1 - bar), alpha.sqrt() * (1 - prev) / (1 - bar), beta * (1 - prev) / (1 - bar)


@mistake("weights exchanged")
def weights_exchanged(x0, x_t, t, beta):
    """Your weights of x0 and x_t have changed places. Near the noisy end x_t is close to x_{t-1} and gets the large
    weight; at t = 0 all weight is on x0.
    """
    to_x0, to_x_t, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x_t, to_x0, variance))


@mistake("a denominator that cancels", source="varun-ml/diffusion-models-tutorial#1")
def denominator_cancels(x0, x_t, t, beta):
    """In your variance 1 - alpha_t stands in the denominator where 1 - alpha_bar_t belongs; it cancels beta_t and
    leaves 1 - alpha_bar_{t-1}.
    """
    _, _, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (*weights(beta)[:2], 1 - prev))


@mistake("beta as the variance")
def beta_as_variance(x0, x_t, t, beta):
    """You return beta_t as the variance. That is the variance of x_{t-1} given x_t for data of variance 1; knowing x0
    as well makes it smaller.
    """
    return posterior(x0, x_t, t, (*weights(beta)[:2], beta))


@convention("the standard deviation")
def standard_deviation(x0, x_t, t, beta):
    """You return the standard deviation. In this course the second result is the variance."""
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean, variance.sqrt()


@convention("the log of the variance")
def log_variance(x0, x_t, t, beta):
    """You return the log of the variance, as many samplers store it. Here it is the variance itself, which is 0 at t =
    0.
    """
    to_x0, to_x_t, variance = weights(beta)
    floor = variance[1:2].expand_as(variance)
    return posterior(x0, x_t, t, (to_x0, to_x_t, torch.where(variance > 0, variance, floor).log()))


@mistake("the two results in the wrong order")
def variance_first(x0, x_t, t, beta):
    """You return the variance first. The mean comes first, then the variance."""
    return right.q_posterior(x0, x_t, t, beta)[::-1]


@convention("the variance with the data's axes")
def variance_with_axes(x0, x_t, t, beta):
    """Your variance has axes of size 1 behind the batch, ready for broadcasting. Here it is (B,), one number for each
    sample.
    """
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean, over(variance, x0)


@mistake("alpha_bar not one step earlier")
def bar_for_prev(x0, x_t, t, beta):
    """You use alpha_bar_t in every place. The weight of x0 has the root of alpha_bar one step earlier, and the
    numerators have 1 - alpha_bar one step earlier.
    """
    alpha, bar, _ = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (bar.sqrt() * beta / (1 - bar), alpha.sqrt(), beta))


@mistake("roots are missing")
def roots_missing(x0, x_t, t, beta):
    """Your weights lack their square roots: sqrt(alpha_bar_{t-1}) for x0 and sqrt(alpha_t) for x_t. They are scales of
    a signal, not shares of a variance.
    """
    alpha, bar, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (prev * beta / (1 - bar), alpha * (1 - prev) / (1 - bar), weights(beta)[2]))


@mistake("beta in the denominator")
def beta_in_denominator(x0, x_t, t, beta):
    """Your weights divide by beta_t where 1 - alpha_bar_t belongs, the variance of x_t given x0."""
    alpha, _, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (prev.sqrt(), alpha.sqrt() * (1 - prev) / beta, weights(beta)[2]))


@mistake("the first sample's t for all")
def posterior_of_the_first(x0, x_t, t, beta):
    """You take the step of the first sample for the whole batch. Each sample has its own t: index the table with all of
    t.
    """
    return right.q_posterior(x0, x_t, first(t), beta)


@mistake("t along the last axis")
def posterior_last_axis(x0, x_t, t, beta):
    """Your t runs along the last axis of the data (it only computes when that axis is as long as the batch). t belongs
    to axis 0: give the indexed table axes of size 1.
    """
    to_x0, to_x_t, variance = weights(beta)
    return to_x0[t] * x0 + to_x_t[t] * x_t, variance[t]


@mistake("0 / 0 at t = 0")
def nan_at_zero(x0, x_t, t, beta):
    """At t = 0 you divide by 1 - alpha_bar_{t-1}, which is 0 there, and get NaN; at all other steps you are right.
    Bring the variance into the form beta_t (1 - alpha_bar_{t-1}) / (1 - alpha_bar_t), which divides by no 0.
    """
    to_x0, to_x_t, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x0 + 0 / variance, to_x_t, variance))


@mistake("0 / 0 at t = 0, in the variance too")
def nan_everywhere_at_zero(x0, x_t, t, beta):
    """At t = 0 you divide by 1 - alpha_bar_{t-1}, which is 0 there, and get NaN in the mean and in the variance; at
    all other steps you are right. Bring both into forms that divide by 1 - alpha_bar_t.
    """
    return posterior(x0, x_t, t, [w + 0 / weights(beta)[2] for w in weights(beta)])


@mistake("the step before, round the end")
def before_round_the_end(x0, x_t, t, beta):
    """Your alpha_bar_{t-1} is alpha_bar[t - 1], which at t = 0 is the last entry of the table. Before the first step
    alpha_bar is 1.
    """
    alpha, bar, _ = right.alpha_tables(beta)
    prev = bar.roll(1)
    share = (1 - prev) / (1 - bar)
    return posterior(x0, x_t, t, (prev.sqrt() * beta / (1 - bar), alpha.sqrt() * share, beta * share))


@mistake("the root of alpha_bar is missing")
def root_of_bar_missing(x0, x_t, t, beta):
    """Your weight of x0 has alpha_bar_{t-1} where its square root belongs: it scales a signal."""
    _, bar, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (prev * beta / (1 - bar), *weights(beta)[1:]))


@mistake("the root of alpha is missing")
def root_of_alpha_missing(x0, x_t, t, beta):
    """Your weight of x_t has alpha_t where its square root belongs: it scales a signal."""
    alpha, bar, prev = right.alpha_tables(beta)
    to_x0, _, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x0, alpha * (1 - prev) / (1 - bar), variance))


@mistake("alpha_bar for alpha")
def bar_for_alpha(x0, x_t, t, beta):
    """Your weight of x_t has sqrt(alpha_bar_t). It is the single step's sqrt(alpha_t)."""
    _, bar, prev = right.alpha_tables(beta)
    to_x0, _, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x0, bar.sqrt() * (1 - prev) / (1 - bar), variance))


@mistake("alpha_bar_t in the weight of x0")
def bar_in_weight_of_x0(x0, x_t, t, beta):
    """Your weight of x0 has sqrt(alpha_bar_t). It is that of one step earlier, sqrt(alpha_bar_{t-1}), 1 at t = 0."""
    _, bar, _ = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (bar.sqrt() * beta / (1 - bar), *weights(beta)[1:]))


@mistake("the root of beta in the weight of x0")
def root_of_beta(x0, x_t, t, beta):
    """Your weight of x0 has sqrt(beta_t). It is beta_t itself that stands there; only alpha_bar_{t-1} is under a
    root.
    """
    _, bar, prev = right.alpha_tables(beta)
    return posterior(x0, x_t, t, (prev.sqrt() * beta.sqrt() / (1 - bar), *weights(beta)[1:]))


@mistake("roots in the denominator")
def roots_in_denominator(x0, x_t, t, beta):
    """Your weights divide by sqrt(1 - alpha_bar_t). They divide by 1 - alpha_bar_t itself."""
    root = (1 - right.alpha_tables(beta)[1]).sqrt()
    to_x0, to_x_t, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x0 * root, to_x_t * root, variance))


@mistake("the mean clipped to [-1, 1]")
def mean_clipped(x0, x_t, t, beta):
    """You clip the mean, or x0, to [-1, 1]. Here the mean is what the equation gives, for data of any size."""
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    return mean.clamp(-1, 1), variance


@mistake("x0 clipped to [-1, 1]")
def x0_clipped(x0, x_t, t, beta):
    """You clip x0 to [-1, 1]. Here the mean is what the equation gives, for data of any size."""
    return right.q_posterior(x0.clamp(-1, 1), x_t, t, beta)


@mistake("alpha_bar_t in the weight of x_t")
def bar_in_weight_of_x_t(x0, x_t, t, beta):
    """In your weight of x_t the numerator has 1 - alpha_bar_t, which cancels. It is 1 - alpha_bar one step earlier."""
    alpha, _, _ = right.alpha_tables(beta)
    to_x0, _, variance = weights(beta)
    return posterior(x0, x_t, t, (to_x0, alpha.sqrt(), variance))
