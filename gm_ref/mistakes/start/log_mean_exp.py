"""Wrong answers to log_mean_exp that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.foundations import start
from gm_ref.mistakes.start import BANK

mistake, convention = BANK.of("log_mean_exp")


@mistake("overflow: exp of the entries as they are")
def naive(x, dim):
    """Right for moderate entries, but exp overflows for large ones and underflows for very negative ones. Subtract the
    largest entry along dim first, and add it back after the logarithm.
    """
    return x.exp().mean(dim).log()


@mistake("-log n is lost", source="IWAE bounds without -log K")
def sum_not_mean(x, dim):
    """You return the logarithm of the sum. A mean divides by the number of entries along dim: subtract its
    logarithm.
    """
    return torch.logsumexp(x, dim)


@mistake("the largest entry is not added back")
def max_not_added_back(x, dim):
    """You subtract the largest entry before exp and forget it afterwards. It must be added back, or the result is never
    above 0.
    """
    return start.log_mean_exp(x, dim) - x.max(dim).values


@mistake("the mean of the logarithms", source="the mean of log-weights in place of the IWAE bound")
def mean_of_logs(x, dim):
    """You return the plain mean of the entries. The mean is taken of exp(x), and the logarithm after it; by Jensen's
    inequality yours is a lower bound.
    """
    return x.mean(dim)


@mistake("divided by n after the logarithm")
def divided_by_n(x, dim):
    """You divide the logarithm of the sum by n. The sum is divided by n inside the logarithm, so log n is
    subtracted.
    """
    return torch.logsumexp(x, dim) / x.shape[dim]


@mistake("log of all entries' number")
def counts_everything(x, dim):
    """You subtract the logarithm of the number of all entries. Only those along dim are averaged."""
    return torch.logsumexp(x, dim) - math.log(x.numel())


@mistake("one maximum for the whole tensor")
def global_max(x, dim):
    """You subtract the largest entry of the whole tensor. A row that lies far below it underflows to -inf: take the
    maximum along dim.
    """
    top = x.max()
    return (x - top).exp().mean(dim).log() + top


@mistake("minus infinity minus itself")
def nan_at_minus_infinity(x, dim):
    """Right but for slices that hold nothing but -inf: there you compute -inf minus -inf, which is NaN. Subtract 0 in
    place of an infinite maximum.
    """
    top = x.amax(dim, keepdim=True)
    return ((x - top).exp().mean(dim, keepdim=True).log() + top).squeeze(dim)


@mistake("a small number inside the logarithm")
def epsilon_in_log(x, dim):
    """You add a small number inside the logarithm or clamp there. It hides the underflow instead of curing it, and very
    negative entries come out wrong.
    """
    return (x.exp().mean(dim) + 1e-8).log()


@mistake("dim is not used")
def always_last(x, dim):
    """You average over all axes, or always over the last. Only axis dim is averaged, whatever it is."""
    return start.log_mean_exp(x, -1)


@mistake("keepdim")
def kept_axis(x, dim):
    """The averaged axis is still there with size 1. It must be gone from the result."""
    return start.log_mean_exp(x, dim).unsqueeze(dim)


@mistake("log n added")
def log_n_added(x, dim):
    """You add the logarithm of n. A mean divides by n, so its logarithm is subtracted."""
    return torch.logsumexp(x, dim) + math.log(x.shape[dim])


@mistake("the length of axis 0 for n")
def length_of_axis_0(x, dim):
    """Your n is the length of axis 0, whatever dim is. The mean is along dim: n is x.shape[dim]."""
    return torch.logsumexp(x, dim) - math.log(len(x))


@mistake("divided by n before exp")
def divided_before_exp(x, dim):
    """You divide the entries by n before exp. The sum of the exponentials is divided by n: subtract log n."""
    return torch.logsumexp(x / x.shape[dim], dim)


@mistake("the largest entry without its axis")
def maximum_without_axis(x, dim):
    """Your largest entries have lost axis dim, so x minus them lines up along another axis, or not at all. Keep the
    axis with keepdim=True until you add them back.
    """
    top = x.max(dim).values
    return (x - top).exp().mean(dim).log() + top


@mistake("entries cut off against overflow")
def entries_clamped(x, dim):
    """You clamp the entries, so that exp stays finite. That changes the answer for large ones: subtract the largest
    entry along dim before exp, and add it back after the logarithm.
    """
    return x.clamp(-700, 700).exp().mean(dim).log()


@mistake("0 where all are minus infinity")
def zero_for_nothing(x, dim):
    """Where all entries along dim are -inf you return 0, as nan_to_num makes it of -inf minus -inf. The mean of the
    exponentials is 0 there, and its logarithm -inf.
    """
    return start.log_mean_exp(x, dim).nan_to_num(neginf=0.0)


@mistake("entries of minus infinity not counted")
def only_finite_counted(x, dim):
    """You divide by the number of entries that are finite. An entry of -inf counts as exp(-inf) = 0: it adds nothing to
    the sum, but n stays the length of the axis.
    """
    return torch.logsumexp(x, dim) - x.isfinite().to(x.dtype).sum(dim).log()


@mistake("the largest entry is not added back")
def shift_not_added_back(x, dim):
    """You subtract the largest entry before exp and forget it afterwards. It must be added back, or the result is never
    above 0.
    """
    top = x.max(dim, keepdim=True).values
    return (x - torch.where(top.isfinite(), top, 0)).exp().mean(dim).log()
