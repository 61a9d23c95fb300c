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


@mistake("t asked as if it were one number")
def one_t_of_step(net, x_t, t, z, beta):
    """You treat t as one number, with `if t > 0`, int(t) or t.item(): that works for a single sample only. Each sample
    has its own t: multiply the noise by (t > 0), or use torch.where.
    """
    return right.p_sample(net, x_t, t, z, beta) if t > 0 or t == 0 else None


@mistake("noise at t = 0 only")
def noise_upside_down(net, x_t, t, z, beta):
    """You add noise where t = 0 and nowhere else. It is the other way round: at t = 0 alone there is none."""
    return mean_at(net, x_t, t, beta) + over(beta[t].sqrt() * (t == 0), z) * z


@mistake("the noise is not scaled")
def noise_not_scaled(net, x_t, t, z, beta):
    """You add z as it is, with variance 1. The noise has variance beta_t: scale z by the square root."""
    return mean_at(net, x_t, t, beta) + over(t > 0, z) * z


@mistake("the noise is subtracted")
def noise_subtracted(net, x_t, t, z, beta):
    """You subtract the noise. It has the right law, but with the z that is given x_{t-1} is mean plus noise."""
    return right.p_sample(net, x_t, t, -z, beta)


@mistake("the mean is not divided by the root of alpha")
def not_scaled_up(net, x_t, t, z, beta):
    """Your mean takes the noise away but does not undo the step's shrinking: divide by sqrt(alpha_t)."""
    return right.p_sample(net, x_t, t, z, beta) + mean_at(net, x_t, t, beta) * (over((1 - beta)[t], z).sqrt() - 1)


@mistake("multiplied by the root of alpha")
def shrunk_again(net, x_t, t, z, beta):
    """You multiply the mean by sqrt(alpha_t), which shrinks it a second time. To undo a step, divide."""
    return right.p_sample(net, x_t, t, z, beta) + mean_at(net, x_t, t, beta) * (over((1 - beta)[t], z) - 1)


@mistake("the noise divided by the root of alpha too")
def noise_inside_brackets(net, x_t, t, z, beta):
    """Your noise stands inside the brackets and is divided by sqrt(alpha_t). It is added to the mean afterwards."""
    return mean_at(net, x_t, t, beta) + over((beta / (1 - beta)).sqrt()[t] * (t > 0), z) * z


@mistake("eps added")
def eps_added(net, x_t, t, z, beta):
    """You add the predicted noise where it must be taken away."""
    return right.p_sample(lambda x, s: -net(x, s), x_t, t, z, beta)


@mistake("the whole noise taken away")
def whole_noise_removed(net, x_t, t, z, beta):
    """You take away sqrt(1 - alpha_bar_t) eps, all noise since the start, and then undo one step only. One step takes
    away beta_t / sqrt(1 - alpha_bar_t) of eps.
    """
    alpha, bar, _ = right.alpha_tables(beta)
    mean = (x_t - over((1 - bar).sqrt()[t], x_t) * net(x_t, t)) / over(alpha[t], x_t).sqrt()
    return mean + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("eps weighted by beta alone")
def weighted_by_beta(net, x_t, t, z, beta):
    """In your mean eps is weighted by beta_t. The weight is beta_t / sqrt(1 - alpha_bar_t)."""
    mean = (x_t - over(beta[t], x_t) * net(x_t, t)) / over((1 - beta)[t], x_t).sqrt()
    return mean + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("the network's answer taken for x0")
def answer_for_x0(net, x_t, t, z, beta):
    """You put the network's answer into the posterior as x0. It answers eps: predict x0 from it first."""
    return right.q_posterior(net(x_t, t), x_t, t, beta)[0] + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("x0 and x_t exchanged")
def posterior_exchanged(net, x_t, t, z, beta):
    """You give q_posterior x_t first and the predicted x0 second. It takes x0 first."""
    x0 = right.predict_x0(x_t, t, net(x_t, t), right.alpha_tables(beta)[1])
    return right.q_posterior(x_t, x0, t, beta)[0] + over(beta[t].sqrt() * (t > 0), z) * z


@mistake("the network is told another step")
def step_told_later(net, x_t, t, z, beta):
    """You tell the network t + 1. In this course steps run from 0 to T-1, in the tables and for the network."""
    return right.p_sample(lambda x, s: net(x, s + 1), x_t, t, z, beta)


@mistake("the predicted x0 noised again")
def noised_to_before(net, x_t, t, z, beta):
    """You noise the predicted x0 to step t - 1 with z. That forgets the noise in x_t: take the posterior's mean at that
    x0, and add noise of variance beta_t.
    """
    _, bar, prev = right.alpha_tables(beta)
    x0 = right.predict_x0(x_t, t, net(x_t, t), bar)
    return right.q_sample(x0, t, z, prev)


@mistake("the result clipped to [-1, 1]")
def result_clipped(net, x_t, t, z, beta):
    """You clip x_{t-1} to [-1, 1]. In this course a step does not clip: noise belongs to it, and data may be of any
    size.
    """
    return right.p_sample(net, x_t, t, z, beta).clamp(-1, 1)
