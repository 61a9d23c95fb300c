"""Wrong answers to value_at_optimum that people really give, each with the sentence that cures it."""

import torch

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
    return (torch.xlogy(p, d) + torch.xlogy(q, d)).nan_to_num(neginf=-9.0).sum(dim=-1)


@mistake("the expectations lost their weights")
def unweighted(p, q):
    """You average log D and log(1 - D) over the outcomes with equal weights. The weights are the probabilities p
    and q.
    """
    d = right.optimal_discriminator(p, q)
    return (torch.log(d) + torch.log(1 - d)).nan_to_num(neginf=-9.0).mean(dim=-1)


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
