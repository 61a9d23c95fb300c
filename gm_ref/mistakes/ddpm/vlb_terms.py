"""Wrong answers to vlb_terms that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK
from gm_ref.mistakes.ddpm.shared import over

mistake, convention = BANK.of("vlb_terms")


def bound(net, x0, t, eps, beta):
    """Return half the squared distance of the means, the posterior's variance over beta_t, and the normaliser."""
    bar = right.alpha_tables(beta)[1]
    x_t = right.q_sample(x0, t, eps, bar)
    mean, variance = right.q_posterior(x0, x_t, t, beta)
    mean_p, _ = right.q_posterior(right.predict_x0(x_t, t, net(x_t, t), bar), x_t, t, beta)
    distance = 0.5 * (mean - mean_p).square().flatten(1).sum(dim=1)
    return distance, torch.where(t > 0, variance / beta[t], 1.0), 0.5 * torch.log(2 * math.pi * beta[t])


@mistake("KL reversed")
def kl_reversed(net, x0, t, eps, beta):
    """Your KL is that of p from q: the ratio of the variances stands upside down. The bound has KL(q || p), with q's
    variance over p's.
    """
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    distance, n = distance / beta[t], x0[0].numel()
    return torch.where(t > 0, distance / r + 0.5 * (1 / r - 1 + r.log()) * n, distance + normaliser * n)


@convention("mean over the entries")
def terms_mean(net, x0, t, eps, beta):
    """You average over the entries of a sample. Here a term is the sum; dividing by the number of entries, for bits per
    dimension, comes at the very end.
    """
    return right.vlb_terms(net, x0, t, eps, beta) / x0[0].numel()


@convention("bits")
def terms_in_bits(net, x0, t, eps, beta):
    """Your terms are in bits. In this course they are in nats: natural logarithms."""
    return right.vlb_terms(net, x0, t, eps, beta) / math.log(2)


@convention("the posterior's variance for p")
def fixed_small(net, x0, t, eps, beta):
    """You give p the posterior's variance (fixed_small in public code, cut off at t = 0 where it is 0). In this course
    p has variance beta_t.
    """
    _, bar, prev = right.alpha_tables(beta)
    small = beta * (1 - prev) / (1 - bar)
    var = torch.cat([small[1:2], small[1:]])[t]
    first_step = torch.where(t > 0, 0.0, 0.5 * torch.log(2 * math.pi * var)) * x0[0].numel()
    return bound(net, x0, t, eps, beta)[0] / var + first_step


@mistake("t = 0 treated as a KL")
def first_step_as_kl(net, x0, t, eps, beta):
    """Your term at t = 0 is a KL like the others. There q is a point, and its KL from a density is infinite: the term
    is -log p(x0 | x_t).
    """
    distance, r, _ = bound(net, x0, t, eps, beta)
    r = torch.where(t > 0, r, 0.0)
    return distance / beta[t] + 0.5 * (r - 1 - r.log()) * x0[0].numel()


@mistake("log(2 pi) is lost at t = 0")
def two_pi_lost(net, x0, t, eps, beta):
    """Your term at t = 0 leaves out log(2 pi) / 2 for each entry. A density has its normaliser; in the KL it cancels,
    here it does not.
    """
    lost = torch.where(t > 0, 0.0, 0.5 * math.log(2 * math.pi)) * x0[0].numel()
    return right.vlb_terms(net, x0, t, eps, beta) - lost


@mistake("only the squared distance")
def only_distance(net, x0, t, eps, beta):
    """You return the distance of the means alone. The variances of q and p differ as well: each entry adds half of r -
    1 - log r, and the first step its normaliser.
    """
    return bound(net, x0, t, eps, beta)[0] / beta[t]


@mistake("the half is lost at the distance")
def half_lost(net, x0, t, eps, beta):
    """Your squared distance of the means is not halved. In the KL of two Gaussians, as in the density, it is divided by
    twice the variance.
    """
    return right.vlb_terms(net, x0, t, eps, beta) + bound(net, x0, t, eps, beta)[0] / beta[t]


@mistake("the variances count once, not per entry")
def variances_once(net, x0, t, eps, beta):
    """The part of the variances stands once in your term. It belongs to every entry of the sample: multiply by their
    number.
    """
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    return distance / beta[t] + torch.where(t > 0, 0.5 * (r - 1 - r.log()), normaliser)


@mistake("the network's answer taken for x0")
def answer_as_x0(net, x0, t, eps, beta):
    """You put the network's answer into the posterior as x0. It answers eps: predict x0 from it first."""
    bar = right.alpha_tables(beta)[1]
    return right.vlb_terms(lambda x_t, s: eps_of(net(x_t, s), x_t, s, bar), x0, t, eps, beta)


def eps_of(x0, x_t, t, bar):
    """Return the eps that leads from x0 to x_t."""
    return (x_t - over(bar[t], x_t).sqrt() * x0) / (1 - over(bar[t], x_t)).sqrt()


@mistake("summed over the batch")
def terms_over_batch(net, x0, t, eps, beta):
    """You sum over the batch as well and return one number. Each sample has its own term: (B,)."""
    return right.vlb_terms(net, x0, t, eps, beta).sum()


@mistake("t asked as if it were one number")
def one_t_of_vlb(net, x0, t, eps, beta):
    """You treat t as one number, with `if t > 0`, int(t) or t.item(): that works for a single sample only. Each sample
    has its own t: use torch.where(t > 0, ..., ...).
    """
    return right.vlb_terms(net, x0, t, eps, beta) if t > 0 or t == 0 else None


@mistake("the sign at t = 0")
def first_sign(net, x0, t, eps, beta):
    """Your term at t = 0 is log p(x0 | x_t). The bound holds its negative: unlikely data costs more."""
    terms = right.vlb_terms(net, x0, t, eps, beta)
    return torch.where(t > 0, terms, -terms)


@mistake("the sign of the logarithm of the ratio")
def ratio_sign(net, x0, t, eps, beta):
    """In your KL the logarithm of the ratio is added. Each entry has half of r - 1 - log r, which is never negative."""
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    return distance / beta[t] + torch.where(t > 0, 0.5 * (r - 1 + r.log()), normaliser) * x0[0].numel()


@mistake("the -1 is lost")
def minus_one_lost(net, x0, t, eps, beta):
    """Your KL lacks the -1 of each entry: half of r - 1 - log r, which is 0 for equal variances."""
    return right.vlb_terms(net, x0, t, eps, beta) + torch.where(t > 0, 0.5, 0.0) * x0[0].numel()


@mistake("the half is lost at the variances")
def half_lost_at_variances(net, x0, t, eps, beta):
    """Your part of the variances is not halved. Each entry has half of r - 1 - log r."""
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    return distance / beta[t] + torch.where(t > 0, r - 1 - r.log(), normaliser) * x0[0].numel()


@mistake("the distance divided by q's variance")
def divided_by_posterior(net, x0, t, eps, beta):
    """You divide the squared distance of the means by the posterior's variance. In KL(q || p) it is divided by p's,
    beta_t.
    """
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    return distance / (r * beta[t]) + torch.where(t > 0, 0.5 * (r - 1 - r.log()), normaliser) * x0[0].numel()


@mistake("the distance not divided")
def not_divided(net, x0, t, eps, beta):
    """You do not divide the squared distance of the means. It counts in units of p's variance: divide by 2 beta_t."""
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    return distance + torch.where(t > 0, 0.5 * (r - 1 - r.log()), normaliser) * x0[0].numel()


@mistake("divided by beta squared")
def beta_as_std(net, x0, t, eps, beta):
    """You take beta_t for p's standard deviation. It is the variance: divide the squared distance by 2 beta_t."""
    distance, r, normaliser = bound(net, x0, t, eps, beta)
    r, normaliser = r / beta[t], normaliser + 0.5 * beta[t].log()
    return distance / beta[t].square() + torch.where(t > 0, 0.5 * (r - 1 - r.log()), normaliser) * x0[0].numel()


@mistake("the network sees clean data")
def vlb_of_clean_data(net, x0, t, eps, beta):
    """You give the network x0. It must find the noise in x_t: noise x0 first, with q_sample."""
    return right.vlb_terms(lambda x_t, s: net(x0, s), x0, t, eps, beta)


@mistake("the network is told another step")
def vlb_told_later(net, x0, t, eps, beta):
    """You tell the network t + 1. In this course steps run from 0 to T-1, in the tables and for the network."""
    return right.vlb_terms(lambda x_t, s: net(x_t, s + 1), x0, t, eps, beta)


@mistake("x0 clipped to [-1, 1]")
def vlb_clipped(net, x0, t, eps, beta):
    """You clip the predicted x0 to [-1, 1]. Then the bound is that of another model; the docstring says not to."""
    bar = right.alpha_tables(beta)[1]

    def clipped_eps(x_t, s):
        return eps_of(right.predict_x0(x_t, s, net(x_t, s), bar).clamp(-1, 1), x_t, s, bar)

    return right.vlb_terms(clipped_eps, x0, t, eps, beta)


@mistake("the distance of the x0's")
def distance_of_x0(net, x0, t, eps, beta):
    """You take the squared distance of x0 and the predicted x0. It is that of the two means, where x0 has its weight
    from q_posterior.
    """
    _, r, normaliser = bound(net, x0, t, eps, beta)
    bar = right.alpha_tables(beta)[1]
    x_t = right.q_sample(x0, t, eps, bar)
    gap = (x0 - right.predict_x0(x_t, t, net(x_t, t), bar)).square().flatten(1).sum(dim=1) / (2 * beta[t])
    return gap + torch.where(t > 0, 0.5 * (r - 1 - r.log()), normaliser) * x0[0].numel()


@mistake("no term at t = 0")
def zero_at_first(net, x0, t, eps, beta):
    """Your term at t = 0 is 0. There it is -log p(x0 | x_t), a density at the data itself."""
    return torch.where(t > 0, right.vlb_terms(net, x0, t, eps, beta), 0.0)
