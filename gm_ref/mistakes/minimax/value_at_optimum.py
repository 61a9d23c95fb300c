"""Wrong answers to value_at_optimum that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("value_at_optimum")


@mistake("log 4 is lost")
def log_four_lost(p, q):
    """You return 2 JSD. At the optimum V = -log 4 + 2 JSD: even if p = q, guessing costs log 4."""
    return 2 * right.jensen_shannon(p, q)


@mistake("the factor 2 is lost")
def factor_two_lost(p, q):
    """You return -log 4 + JSD. There are two expectations in V, and each gives one KL to the middle: 2 JSD."""
    return right.value_at_optimum(p, q) - right.jensen_shannon(p, q)


@mistake("log 2 for log 4")
def log_two(p, q):
    """You subtract log 2. V has two expectations, and at D = 1/2 each is log 1/2: together -log 4."""
    return right.value_at_optimum(p, q) + torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake("the loss, not the value")
def value_sign(p, q):
    """You return -V. The discriminator's loss is -V; the value itself is at most 0."""
    return -right.value_at_optimum(p, q)


@mistake("log D for the fakes too")
def log_d_twice(p, q):
    """Both of your terms use log D. The generator's samples enter as log(1 - D)."""
    d = right.optimal_discriminator(p, q)
    return (torch.xlogy(p, d) + torch.xlogy(q, d)).sum(dim=-1)


@mistake("the expectations lost their weights")
def unweighted(p, q):
    """You average log D and log(1 - D) over the outcomes with equal weights. The weights are the probabilities
    p and q.
    """
    real, fake = right.optimal_discriminator(p, q), right.optimal_discriminator(q, p)
    return torch.log(real).mean(dim=-1) + torch.log(fake).mean(dim=-1)


@mistake("base 2")
def value_in_bits(p, q):
    """Your logarithms have base 2: at p = q you get -2 in place of -log 4. The course uses nats."""
    return right.value_at_optimum(p, q) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@mistake("0 log 0 is NaN")
def value_nan(p, q):
    """Where a probability is 0 you compute 0 times log 0, which is NaN. By its limit 0 log 0 is 0: torch.xlogy does
    that.
    """
    d = p / (p + q)
    return (p * torch.log(d) + q * torch.log(1 - d)).sum(dim=-1)


@mistake("1 - D without digits")
def one_minus_d(p, q):
    """Where q is tiny beside p, D* rounds to 1, your 1 - D* is exactly 0 and its log infinite. Write 1 - D* as q / (p +
    q).
    """
    d = right.optimal_discriminator(p, q)
    return (torch.xlogy(p, d) + torch.xlogy(q, 1 - d)).sum(dim=-1)


@mistake("0 log 0 is NaN")
def value_nan_of_shares(p, q):
    """Where a probability is 0 you compute 0 times log 0, which is NaN. By its limit 0 log 0 is 0: torch.xlogy does
    that.
    """
    return (p * torch.log(p / (p + q)) + q * torch.log(q / (p + q))).sum(dim=-1)


@mistake("only the data's part")
def real_part_only(p, q):
    """Your value is the data's part alone, the sum of p log D*. The generator's samples add q log(1 - D*)."""
    return torch.xlogy(p, right.optimal_discriminator(p, q)).sum(dim=-1)


@mistake("both logs weighted by p")
def both_by_p(p, q):
    """You weigh both logarithms with p. The fakes come from q: q log(1 - D*)."""
    real, fake = right.optimal_discriminator(p, q), right.optimal_discriminator(q, p)
    return (torch.xlogy(p, real) + torch.xlogy(p, fake)).sum(dim=-1)


@mistake("D* and 1 - D* exchanged")
def shares_changed_places(p, q):
    """You weigh log(1 - D*) with p and log D* with q. D* is the probability of data: p log D* + q log(1 - D*)."""
    real, fake = right.optimal_discriminator(p, q), right.optimal_discriminator(q, p)
    return (torch.xlogy(p, fake) + torch.xlogy(q, real)).sum(dim=-1)


@mistake("the sign of log 4")
def plus_log_four(p, q):
    """You add log 4. At D = 1/2 the value is 2 log 1/2, which is -log 4."""
    return right.value_at_optimum(p, q) + 2 * torch.log(torch.tensor(4.0, dtype=p.dtype))


@mistake("half of the value")
def value_halved(p, q):
    """You take the mean of the two expectations. V is their sum: the half belongs to the Jensen-Shannon divergence."""
    return 0.5 * right.value_at_optimum(p, q)


@mistake("mean over the outcomes")
def value_mean(p, q):
    """You average over the outcomes. The probabilities are the weights of an expectation already: sum over the last
    axis.
    """
    return right.value_at_optimum(p, q) / p.shape[-1]


@mistake("the divergence, not the value")
def divergence_not_value(p, q):
    """You return the Jensen-Shannon divergence. The value is -log 4 plus twice that."""
    return right.jensen_shannon(p, q)


@mistake("D* taken for a logit")
def share_as_logit(p, q):
    """You hand D* to logsigmoid, or take its sigmoid. It is a probability already: take its logarithm."""
    d = right.optimal_discriminator(p, q)
    return (p * F.logsigmoid(d) + q * F.logsigmoid(-d)).sum(dim=-1)


@mistake("infinities made huge numbers")
def huge_numbers(p, q):
    """Where D* rounds to 1, log(1 - D*) is infinite, and nan_to_num makes a huge number of it. Write 1 - D* as q / (p +
    q), and only 0 log 0 needs care.
    """
    d = p / (p + q)
    return ((p * torch.log(d)).nan_to_num() + (q * torch.log(1 - d)).nan_to_num()).sum(dim=-1)


@mistake("D* and 1 - D* exchanged")
def arguments_exchanged(p, q):
    """You call optimal_discriminator with q first. D* is the probability of data: p stands first."""
    d = right.optimal_discriminator(q, p)
    return (p * torch.log(d) + q * torch.log1p(-d)).sum(dim=-1)
