"""Wrong answers to alpha_tables that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK

mistake, convention = BANK.of("alpha_tables")


@mistake("the 1 is put at the wrong end", source="lucidrains/denoising-diffusion-pytorch#18")
def padded_on_the_right(beta):
    """Your alpha_bar_prev drops its first entry and ends with 1. It is alpha_bar one step earlier: the 1 stands in
    front and the last entry falls off.
    """
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([alpha_bar[1:], torch.ones_like(beta[:1])])


@mistake("0 before the first step")
def zero_in_front(beta):
    """Your alpha_bar_prev begins with 0, as if there were no signal before the first step. There is nothing else: it
    begins with 1.
    """
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([torch.zeros_like(beta[:1]), alpha_bar[:-1]])


@mistake("the first share twice", source="ControlNet#587, the same in DDIM")
def first_share_twice(beta):
    """Your alpha_bar_prev begins with alpha_bar_0 instead of 1. Then the last sampling step does not reach the data but
    stops one step short.
    """
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([alpha_bar[:1], alpha_bar[:-1]])


@mistake("rolled round")
def rolled(beta):
    """Your alpha_bar_prev begins with the last alpha_bar: a roll brings it round. Before the first step the share
    is 1.
    """
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, alpha_bar.roll(1)


@mistake("the product one step short")
def product_too_short(beta):
    """Your alpha_bar_t leaves out alpha_t: it is what belongs into alpha_bar_prev. The product includes step t."""
    alpha, _, prev = right.alpha_tables(beta)
    return alpha, prev, torch.cat([torch.ones_like(beta[:1]), prev[:-1]])


@mistake("the tables in another order")
def bar_first(beta):
    """Your tables are right and stand in another order. Return alpha first, then alpha_bar, then alpha_bar_prev."""
    alpha, alpha_bar, prev = right.alpha_tables(beta)
    return alpha_bar, alpha, prev


@mistake("the product of the betas")
def product_of_betas(beta):
    """You multiply up the betas. What is left of the signal is the product of the alphas, 1 - beta."""
    bar = torch.cumprod(beta, dim=0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake("one minus the sum of the betas")
def sum_of_betas(beta):
    """You add up the betas and take the sum from 1. Shares multiply; the sum is close only for tiny betas and falls
    below 0 later.
    """
    bar = 1 - torch.cumsum(beta, dim=0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake("the product from the noisy end")
def product_from_the_end(beta):
    """Your product runs backwards, from the last step to the first. alpha_bar_t collects the steps 0 .. t."""
    bar = torch.cumprod((1 - beta).flip(0), dim=0).flip(0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@convention("square roots")
def square_roots(beta):
    """You return the square roots, as scores and other papers use alpha for the signal's scale. In this course (and in
    Ho 2020) alpha and alpha_bar are shares of the variance.
    """
    return tuple(table.sqrt() for table in right.alpha_tables(beta))


@mistake("no step earlier")
def prev_is_bar(beta):
    """Your alpha_bar_prev is alpha_bar itself. It is the same table one step earlier: a 1 in front, the last entry
    dropped.
    """
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, alpha_bar.clone()


@mistake("nothing in front")
def prev_too_short(beta):
    """Your alpha_bar_prev is alpha_bar without its last entry, one entry too short. Put a 1 in front."""
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, alpha_bar[:-1]


@mistake("one entry too many")
def prev_too_long(beta):
    """Your alpha_bar_prev has a 1 in front and all of alpha_bar behind it, T + 1 entries. The last one falls off."""
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, torch.cat([torch.ones_like(beta[:1]), alpha_bar])


@mistake("beta for alpha")
def beta_first(beta):
    """Your first table is beta. alpha is what a step leaves: 1 - beta."""
    _, alpha_bar, prev = right.alpha_tables(beta)
    return beta, alpha_bar, prev


@mistake("the sum of the alphas")
def sum_of_alphas(beta):
    """You add up the alphas. Shares multiply: alpha_bar_t is their product, which cumprod computes."""
    bar = torch.cumsum(1 - beta, dim=0)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake("one product for all steps")
def total_product(beta):
    """Your alpha_bar holds the product of all T alphas at every step. At step t it collects the steps 0 .. t only:
    cumprod, not prod.
    """
    bar = (1 - beta).prod().expand_as(beta)
    return 1 - beta, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake("the noise's share for the signal's")
def share_of_noise(beta):
    """Your alpha_bar is one minus the product, the variance of the noise. It is the product itself: what is left of the
    signal.
    """
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    bar = 1 - alpha_bar
    return alpha, bar, torch.cat([torch.ones_like(bar[:1]), bar[:-1]])


@mistake("alpha_bar divided by beta")
def prev_by_beta(beta):
    """You divide alpha_bar by beta to go one step back. What step t multiplied by is alpha_t, 1 - beta_t."""
    alpha, alpha_bar, _ = right.alpha_tables(beta)
    return alpha, alpha_bar, alpha_bar / beta
