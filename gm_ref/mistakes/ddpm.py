"""Wrong answers to lesson 31 that people really give, each with the sentence that cures it.

The forward chain's stand in ddpm_forward; here are the bound, training and sampling.
"""

import math

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes import ddpm_forward as forward
from gm_ref.mistakes.core import Bank
from gm_ref.mistakes.ddpm_forward import FIRST, first, later, over

BANK = Bank()
BANK.entries += forward.BANK.entries
mistake, convention = BANK.mistake, BANK.convention


# vlb_terms -----------------------------------------------------------------------------------------------------------


def bound(net, x0, t, eps, beta):
    """Return half the squared distance of the means, the posterior's variance over beta_t, and the normaliser."""
    bar = right.alpha_tables(beta)[1]
    x_t = right.q_sample(x0, t, eps, bar)
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    mean_p, _ = right.q_posterior(right.predict_x0(x_t, t, net(x_t, t), bar), x_t, t, beta)
    distance = 0.5 * (mean - mean_p).square().flatten(1).sum(dim=1)
    return distance, torch.where(t > 0, variance / beta[t], 1.0), 0.5 * torch.log(2 * math.pi * beta[t])


@mistake(
    "vlb_terms",
    "KL reversed",
    "Your KL is that of p from q: the ratio of the variances stands upside down. The bound has KL(q || p), with q's variance over p's.",
)
def kl_reversed(net, x0, t, eps, beta):
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    distance, n = distance / beta[t], x0[0].numel()
    return torch.where(t > 0, distance / r + 0.5 * (1 / r - 1 + r.log()) * n, distance + normaliser * n)


@convention(
    "vlb_terms",
    "mean over the entries",
    "You average over the entries of a sample. Here a term is the sum; dividing by the number of entries, for bits per dimension, comes at the very end.",
)
def terms_mean(net, x0, t, eps, beta):
    return right.vlb_terms(net, x0, t, eps, beta) / x0[0].numel()


@convention(
    "vlb_terms",
    "bits",
    "Your terms are in bits. In this course they are in nats: natural logarithms.",
)
def terms_in_bits(net, x0, t, eps, beta):
    return right.vlb_terms(net, x0, t, eps, beta) / math.log(2)


@convention(
    "vlb_terms",
    "the posterior's variance for p",
    "You give p the posterior's variance (fixed_small in public code, cut off at t = 0 where it is 0). In this course p has variance beta_t.",
)
def fixed_small(net, x0, t, eps, beta):
    _, bar, prev = right.alpha_tables(beta)
    small = beta * (1 - prev) / (1 - bar)
    var = torch.cat([small[1:2], small[1:]])[t]
    first_step = torch.where(t > 0, 0.0, 0.5 * torch.log(2 * math.pi * var)) * x0[0].numel()
    return bound(net, x0, t, eps, beta)[0] / var + first_step


@mistake(
    "vlb_terms",
    "t = 0 treated as a KL",
    "Your term at t = 0 is a KL like the others. There q is a point, and its KL from a density is infinite: the term is -log p(x0 | x_t).",
)
def first_step_as_kl(net, x0, t, eps, beta):
    distance, r, _ = bound(net, x0, t, eps, beta)
    r = torch.where(t > 0, r, 0.0)
    return distance / beta[t] + 0.5 * (r - 1 - r.log()) * x0[0].numel()


@mistake(
    "vlb_terms",
    "log(2 pi) is lost at t = 0",
    "Your term at t = 0 leaves out log(2 pi) / 2 for each entry. A density has its normaliser; in the KL it cancels, here it does not.",
)
def two_pi_lost(net, x0, t, eps, beta):
    lost = torch.where(t > 0, 0.0, 0.5 * math.log(2 * math.pi)) * x0[0].numel()
    return right.vlb_terms(net, x0, t, eps, beta) - lost


@mistake(
    "vlb_terms",
    "only the squared distance",
    "You return the distance of the means alone. The variances of q and p differ as well: each entry adds half of r - 1 - log r, and the first step its normaliser.",
)
def only_distance(net, x0, t, eps, beta):
    return bound(net, x0, t, eps, beta)[0] / beta[t]


@mistake(
    "vlb_terms",
    "the half is lost at the distance",
    "Your squared distance of the means is not halved. In the KL of two Gaussians, as in the density, it is divided by twice the variance.",
)
def half_lost(net, x0, t, eps, beta):
    return right.vlb_terms(net, x0, t, eps, beta) + bound(net, x0, t, eps, beta)[0] / beta[t]


@mistake(
    "vlb_terms",
    "the variances count once, not per entry",
    "The part of the variances stands once in your term. It belongs to every entry of the sample: multiply by their number.",
)
def variances_once(net, x0, t, eps, beta):
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    return distance / beta[t] + torch.where(t > 0, 0.5 * (r - 1 - r.log()), normaliser)


@mistake(
    "vlb_terms",
    "the network's answer taken for x0",
    "You put the network's answer into the posterior as x0. It answers eps: predict x0 from it first.",
)
def answer_as_x0(net, x0, t, eps, beta):
    bar = right.alpha_tables(beta)[1]
    return right.vlb_terms(lambda x_t, s: eps_of(net(x_t, s), x_t, s, bar), x0, t, eps, beta)


def eps_of(x0, x_t, t, bar):
    """Return the eps that leads from x0 to x_t."""
    return (x_t - over(bar[t], x_t).sqrt() * x0) / (1 - over(bar[t], x_t)).sqrt()


@mistake(
    "vlb_terms",
    "summed over the batch",
    "You sum over the batch as well and return one number. Each sample has its own term: (B,).",
)
def terms_over_batch(net, x0, t, eps, beta):
    return right.vlb_terms(net, x0, t, eps, beta).sum()


# ddpm_loss -----------------------------------------------------------------------------------------------------------


@convention(
    "ddpm_loss",
    "sum over the entries",
    "You sum over the entries of a sample, as equation 14 says. This course takes their mean: the loss then does not grow with the image.",
)
def loss_sum(net, x0, t, eps, alpha_bar):
    return right.ddpm_loss(net, x0, t, eps, alpha_bar) * x0[0].numel()


@mistake(
    "ddpm_loss",
    "one number for the batch",
    "You average over the batch as well. The function returns (B,), one loss for each sample and its t; the training step averages.",
)
def loss_of_batch(net, x0, t, eps, alpha_bar):
    return right.ddpm_loss(net, x0, t, eps, alpha_bar).mean()


@mistake(
    "ddpm_loss",
    "x0 as the target",
    "You compare the network's answer with x0. This network predicts the noise: the target is eps.",
)
def target_x0(net, x0, t, eps, alpha_bar):
    return (x0 - net(right.q_sample(x0, t, eps, alpha_bar), t)).square().flatten(1).mean(dim=1)


@mistake(
    "ddpm_loss",
    "the network sees clean data",
    "You give the network x0. It must find the noise in x_t: noise x0 first.",
)
def clean_input(net, x0, t, eps, alpha_bar):
    return (eps - net(x0, t)).square().flatten(1).mean(dim=1)


@mistake(
    "ddpm_loss",
    "the network is told another step",
    "You tell the network t + 1. In this course steps run from 0 to T-1, in the tables and for the network: pass t as it came.",
)
def told_later(net, x0, t, eps, alpha_bar):
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t + 1)).square().flatten(1).mean(dim=1)


@mistake(
    "ddpm_loss",
    "the network is told a share of time",
    "You tell the network t / T. It expects the whole number t itself.",
)
def told_share(net, x0, t, eps, alpha_bar):
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t / len(alpha_bar))).square().flatten(1).mean(dim=1)


@mistake(
    "ddpm_loss",
    "a variance used as a standard deviation",
    "Your x_t has noise scaled by 1 - alpha_bar_t, a variance. Make x_t with q_sample.",
    source="Ryota-Kawamura/How-Diffusion-Models-Work#1",
)
def loss_variance_as_std(net, x0, t, eps, alpha_bar):
    x_t = forward.noise_variance_as_std(x0, t, eps, alpha_bar)
    return (eps - net(x_t, t)).square().flatten(1).mean(dim=1)


@mistake(
    "ddpm_loss",
    "the absolute error",
    "You average absolute differences. L_simple is the mean of their squares.",
)
def absolute_error(net, x0, t, eps, alpha_bar):
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).abs().flatten(1).mean(dim=1)


@mistake(
    "ddpm_loss",
    "the root of the mean square",
    "You take the square root of the mean square. L_simple has no root.",
)
def root_mean_square(net, x0, t, eps, alpha_bar):
    return right.ddpm_loss(net, x0, t, eps, alpha_bar).sqrt()


@mistake(
    "ddpm_loss",
    "mean over the batch, entries kept",
    "You average over axis 0, the batch, and keep the entries. It is the other way round: average over all axes but the first.",
)
def loss_wrong_axes(net, x0, t, eps, alpha_bar):
    return (eps - net(right.q_sample(x0, t, eps, alpha_bar), t)).square().mean(dim=0)


@mistake(
    "ddpm_loss",
    "the first sample's t for all",
    FIRST,
)
def loss_of_the_first(net, x0, t, eps, alpha_bar):
    return (eps - net(right.q_sample(x0, first(t), eps, alpha_bar), t)).square().flatten(1).mean(dim=1)


# timestep_embedding --------------------------------------------------------------------------------------------------


@convention(
    "timestep_embedding",
    "cosines first",
    "Your cosines come first, as in some public code. In this course the first half is sines.",
)
def cosines_first(t, dim):
    return right.timestep_embedding(t, dim).roll(dim // 2, dims=1)


@convention(
    "timestep_embedding",
    "divided by half - 1",
    "Your angles are spaced with half - 1, so that the slowest is exactly t / 10000, as in the first DDPM code. This course divides by half.",
)
def half_minus_one(t, dim):
    i = torch.arange(dim // 2)
    angle = t[:, None] * 10000 ** (-i / max(dim // 2 - 1, 1))
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@convention(
    "timestep_embedding",
    "sines and cosines take turns",
    "Your sines and cosines take turns, the layout of Vaswani 2017. In this course the sines fill the first half and the cosines the second.",
)
def interleaved(t, dim):
    return right.timestep_embedding(t, dim).unflatten(1, (2, dim // 2)).transpose(1, 2).flatten(1)


@mistake(
    "timestep_embedding",
    "sines and cosines over the batch",
    "Your sines and cosines take turns along axis 0, the batch: a sample's features depend on its place in the batch, and its t is half lost. Both belong to every row.",
    source="gmongaras/Diffusion_models_from_scratch#10",
)
def over_the_batch(t, dim):
    features = angles(t, dim).repeat(1, 2)
    features[::2], features[1::2] = features[::2].sin(), features[1::2].cos()
    return features


def angles(t, dim, base=10000.0):
    """Return the angles (B, half)."""
    return t[:, None] * base ** (-torch.arange(dim // 2) / (dim // 2))


@mistake(
    "timestep_embedding",
    "growing frequencies",
    "Your frequencies grow from 1 to 10000. The exponent is negative: the fastest angle is t itself, the slowest almost t / 10000.",
)
def growing(t, dim):
    angle = angles(t, dim, 1 / 10000)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake(
    "timestep_embedding",
    "the exponent runs to one half",
    "You divide i by dim, so that the slowest angle is only t / 100. There are dim / 2 angles: divide by that.",
)
def exponent_by_dim(t, dim):
    angle = angles(t, dim, 100.0)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake(
    "timestep_embedding",
    "the place in the batch for t",
    "You embed the sample's place in the batch, 0, 1, 2, ... The features must come from the values in t.",
)
def place_for_step(t, dim):
    return right.timestep_embedding(torch.arange(len(t)), dim)


@mistake(
    "timestep_embedding",
    "sines twice",
    "Both halves of your features are sines. The second half is the cosines of the same angles.",
)
def sines_twice(t, dim):
    return right.timestep_embedding(t, dim)[:, : dim // 2].repeat(1, 2)


@mistake(
    "timestep_embedding",
    "the time is scaled",
    "You multiply t by 1000, as code with times in [0, 1] does. Here t is a whole number of steps: use it as it is.",
)
def time_scaled(t, dim):
    return right.timestep_embedding(t * 1000, dim)


# ema_update ----------------------------------------------------------------------------------------------------------


@torch.no_grad()
def blend(into, other, decay):
    """Move parameters: decay * itself + (1 - decay) * the other's."""
    for a, b in zip(into.parameters(), other.parameters(), strict=True):
        a.copy_(decay * a + (1 - decay) * b)


@torch.no_grad()
def copy_buffers(into, other):
    """Copy the buffers."""
    for a, b in zip(into.buffers(), other.buffers(), strict=True):
        a.copy_(b)


@mistake(
    "ema_update",
    "decay reversed",
    "You keep 1 - decay of ema and take decay of the model. With decay 0.9999 the average is then almost the model of the last step: ema keeps the share decay of itself.",
)
def decay_reversed(ema, model, decay):
    right.ema_update(ema, model, 1 - decay)


@mistake(
    "ema_update",
    "warm-up overwrites the decay",
    "You replace the decay by a warm-up, (1 + n) / (10 + n), in the first updates. Here the decay that is given is the one that counts, from the first update on.",
    source="diffusers#1864",
)
def warm_up(ema, model, decay):
    n = getattr(ema, "updates", 0)
    ema.updates = n + 1
    right.ema_update(ema, model, min(decay, (1 + n) / (10 + n)))


@mistake(
    "ema_update",
    "buffers averaged",
    "You average the buffers too. Running statistics and counters are no weights: copy them from the model.",
)
@torch.no_grad()
def buffers_averaged(ema, model, decay):
    blend(ema, model, decay)
    for kept, now in zip(ema.buffers(), model.buffers(), strict=True):
        kept.copy_(decay * kept + (1 - decay) * now)


@mistake(
    "ema_update",
    "buffers forgotten",
    "You leave ema's buffers as they are. Its weights move on while its running statistics stay at the start: copy them from the model.",
)
def buffers_forgotten(ema, model, decay):
    blend(ema, model, decay)


@mistake(
    "ema_update",
    "the model is overwritten",
    "You write the average into the model. The model is trained by its optimiser and must not change: write into ema.",
)
def model_overwritten(ema, model, decay):
    blend(model, ema, 1 - decay)


@mistake(
    "ema_update",
    "ema and model both move",
    "You write the average back into the model after the update. Then it is trained from there: the model must stay as it is.",
)
def written_back(ema, model, decay):
    right.ema_update(ema, model, decay)
    blend(model, ema, 0.0)


@mistake(
    "ema_update",
    "a plain copy",
    "You copy the model into ema and the decay plays no part. An average keeps the share decay of what it was.",
)
def plain_copy(ema, model, decay):
    right.ema_update(ema, model, 0.0)


@mistake(
    "ema_update",
    "nothing changes",
    "Ema's parameters are the same as before: your average goes into a new tensor and is lost. Write it into ema's own tensors, with copy_, lerp_, mul_ or add_.",
)
def nothing_changes(ema, model, decay):
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a = decay * a + (1 - decay) * b
    copy_buffers(ema, model)


@mistake(
    "ema_update",
    "nothing changes, the buffers neither",
    "Ema is the same as before, its weights and its buffers: your average goes into a new tensor and is lost. Write it into ema's own tensors, with copy_, lerp_, mul_ or add_, and copy the buffers.",
)
def nothing_at_all(ema, model, decay):
    for average, current in zip(ema.parameters(), model.parameters(), strict=True):
        average = decay * average + (1 - decay) * current


@mistake(
    "ema_update",
    "the outer parameters only",
    "Only parameters that ema holds itself are averaged, not those of its layers. Ask for all of them: parameters() goes through the layers.",
)
@torch.no_grad()
def outer_only(ema, model, decay):
    for a, b in zip(ema.parameters(recurse=False), model.parameters(recurse=False), strict=True):
        a.copy_(decay * a + (1 - decay) * b)
    copy_buffers(ema, model)


@mistake(
    "ema_update",
    "the model added on top",
    "You multiply ema by decay and add the whole model. The two shares must add up to one: the model counts 1 - decay.",
)
@torch.no_grad()
def whole_model_added(ema, model, decay):
    for a, b in zip(ema.parameters(), model.parameters(), strict=True):
        a.copy_(decay * a + b)
    copy_buffers(ema, model)


# p_sample ------------------------------------------------------------------------------------------------------------


def mean_at(net, x_t, t, beta):
    """Return the right mean of x_{t-1}."""
    return right.p_sample(net, x_t, t, torch.zeros_like(x_t), beta)


@convention(
    "p_sample",
    "the posterior's variance",
    "Your noise has the posterior's variance (fixed_small in public code), Ho's other choice. In this course it is beta_t.",
)
def small_variance(net, x_t, t, z, beta):
    _, bar, prev = right.alpha_tables(beta)
    return mean_at(net, x_t, t, beta) + over((beta * (1 - prev) / (1 - bar)).sqrt()[t], z) * z


@mistake(
    "p_sample",
    "noise added at t = 0",
    "You add noise at t = 0 too. The last step returns p's mean: noise on it is noise on the result.",
)
def noise_at_zero(net, x_t, t, z, beta):
    return mean_at(net, x_t, t, beta) + over(beta[t].sqrt(), z) * z


@mistake(
    "p_sample",
    "a variance used as a standard deviation",
    "Your noise is scaled by beta_t. That is its variance; z is scaled by the square root.",
)
def step_by_variance(net, x_t, t, z, beta):
    return mean_at(net, x_t, t, beta) + over(beta[t] * (t > 0), z) * z


@mistake(
    "p_sample",
    "no noise at all",
    "You return the mean and z plays no part. Without noise the chain collapses towards the middle of the data.",
)
def no_noise(net, x_t, t, z, beta):
    return mean_at(net, x_t, t, beta)


@mistake(
    "p_sample",
    "the first sample decides on the noise",
    "You ask whether the first sample is at t = 0 and then give all samples noise, or none. Decide for each sample by its own t.",
)
def first_decides(net, x_t, t, z, beta):
    return mean_at(net, x_t, t, beta) + over(beta[t].sqrt() * (t[0] > 0), z) * z


@mistake(
    "p_sample",
    "x0 clipped to [-1, 1]",
    "You clip the predicted x0 to [-1, 1]. That helps images in that range and is wrong for all other data; in this course the step does not clip.",
    source="diffusers: clip_sample=True is a default",
)
def step_clipped(net, x_t, t, z, beta):
    x0 = right.predict_x0(x_t, t, net(x_t, t), right.alpha_tables(beta)[1]).clamp(-1, 1)
    return right.q_posterior(x0, x_t, t, beta)[0] + over(beta[t].sqrt() * (t > 0), z) * z


@mistake(
    "p_sample",
    "eps weighted by beta over a variance",
    "In your mean eps is weighted by beta_t / (1 - alpha_bar_t). The denominator is a standard deviation: sqrt(1 - alpha_bar_t).",
)
def root_lost_in_mean(net, x_t, t, z, beta):
    alpha, bar, _ = right.alpha_tables(beta)
    mean = (x_t - over((beta / (1 - bar))[t], x_t) * net(x_t, t)) / over(alpha[t], x_t).sqrt()
    return mean + over(beta[t].sqrt() * (t > 0), z) * z


@mistake(
    "p_sample",
    "divided by the root of alpha_bar",
    "Your mean divides by sqrt(alpha_bar_t), which leads all the way to x0. One step back divides by sqrt(alpha_t).",
)
def divided_by_root_of_bar(net, x_t, t, z, beta):
    _, bar, _ = right.alpha_tables(beta)
    mean = (x_t - over((beta / (1 - bar).sqrt())[t], x_t) * net(x_t, t)) / over(bar[t], x_t).sqrt()
    return mean + over(beta[t].sqrt() * (t > 0), z) * z


@mistake(
    "p_sample",
    "the predicted x0 as the mean",
    "You return the predicted x0 plus noise. It is the posterior's mean at that x0, which stays close to x_t.",
)
def straight_to_x0(net, x_t, t, z, beta):
    x0 = right.predict_x0(x_t, t, net(x_t, t), right.alpha_tables(beta)[1])
    return x0 + over(beta[t].sqrt() * (t > 0), z) * z


@mistake(
    "p_sample",
    "noise of the next step",
    "Your noise and mean belong to step t + 1. Index every table with t itself.",
)
def next_step(net, x_t, t, z, beta):
    return right.p_sample(lambda x, _: net(x, t), x_t, later(t, beta), z, beta)


@mistake(
    "p_sample",
    "the first sample's t for all",
    FIRST,
)
def step_back_of_the_first(net, x_t, t, z, beta):
    return right.p_sample(lambda x, _: net(x, t), x_t, first(t), z, beta)
