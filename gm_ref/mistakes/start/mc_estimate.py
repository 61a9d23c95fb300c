"""Wrong answers to mc_estimate that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.foundations import start
from gm_ref.mistakes.start import BANK

mistake, convention = BANK.of("mc_estimate")


@mistake("the spread of f, not of its mean")
def no_sqrt_n(f, samples):
    """You return the standard deviation of f. The mean of N independent samples spreads less: divide by sqrt(N)."""
    y = f(samples)
    return y.mean(), y.std()


@mistake("divided by N, not by its root")
def divided_by_whole_n(f, samples):
    """You divide the standard deviation by N. The variance of a mean is divided by N, so its standard deviation by
    sqrt(N).
    """
    y = f(samples)
    return y.mean(), y.std() / len(y)


@mistake("the variance of the mean")
def variance_of_mean(f, samples):
    """You return the variance of the estimate. Its square root, the standard error, is wanted: it has the unit of f."""
    y = f(samples)
    return y.mean(), y.var() / len(y)


@mistake("the root of N but not of the variance")
def variance_over_root(f, samples):
    """You divide the variance by sqrt(N). Take the root of both: the standard deviation by sqrt(N)."""
    y = f(samples)
    return y.mean(), y.var() / math.sqrt(len(y))


@convention("N for N - 1 in the variance")
def biased(f, samples):
    """You estimate the variance of f with N in its denominator, as numpy does unless told otherwise. This course uses N
    - 1, which is unbiased.
    """
    y = f(samples)
    return y.mean(), y.std(correction=0) / math.sqrt(len(y))


@mistake("corrected twice")
def corrected_twice(f, samples):
    """You correct twice: the variance with N - 1 in its denominator, and then a division by sqrt(N - 1). One of them is
    enough.
    """
    y = f(samples)
    return y.mean(), y.std() / math.sqrt(len(y) - 1)


@mistake("f of the mean")
def f_of_mean(f, samples):
    """You average the samples and then apply f. For a curved f that is another number: apply f to each sample, then
    average.
    """
    y = f(samples)
    return f(samples.mean(0, keepdim=True))[0], y.std() / math.sqrt(len(y))


@mistake("a sum for a mean")
def sum_for_mean(f, samples):
    """Your estimate is the sum of f over the samples. An expectation is a mean."""
    y = f(samples)
    return y.sum(), y.std() / math.sqrt(len(y))


@mistake("the number of entries for the number of samples")
def counts_entries(f, samples):
    """You divide by the root of the number of all entries. N counts samples, the size of axis 0; the entries of one
    sample are not independent draws of f.
    """
    y = f(samples)
    return y.mean(), y.std() / math.sqrt(samples.numel())


@mistake("the spread of the samples")
def spread_of_samples(f, samples):
    """Your standard error is that of the samples themselves. It is f whose mean is estimated: take the spread
    of f(x).
    """
    return f(samples).mean(), samples.std() / math.sqrt(len(samples))


@mistake("cancellation: mean of squares minus squared mean")
def cancellation(f, samples):
    """You compute the variance as the mean of squares minus the squared mean. Where the mean is far larger than the
    spread, both are huge and nearly equal, and the difference is rounding noise. Subtract the mean before you square.
    """
    y = f(samples)
    n = len(y)
    spread = (y**2).mean() - y.mean() ** 2
    return y.mean(), (spread / (n - 1)).sqrt()


@mistake("the two results in the wrong order")
def swapped(f, samples):
    """You return the standard error first. The mean comes first, then its standard error."""
    return start.mc_estimate(f, samples)[::-1]


@mistake("half of a 95 % interval for the standard error")
def interval(f, samples):
    """You multiply the standard error by 1.96, which gives half the width of a 95 % interval. The standard error itself
    is wanted.
    """
    mean, error = start.mc_estimate(f, samples)
    return mean, 1.96 * error


@mistake("a small number under the root")
def small_number_added(f, samples):
    """You add a small number to the variance before the root. Where f hardly varies it is larger than the variance
    itself; nothing here is divided by the standard error, so nothing needs it.
    """
    y = f(samples)
    return y.mean(), ((y.var() + 1e-8) / len(y)).sqrt()


@mistake("the mean absolute deviation")
def absolute_deviation(f, samples):
    """You average the absolute distances from the mean. The standard deviation is the root of the mean of the squared
    distances.
    """
    y = f(samples)
    return y.mean(), (y - y.mean()).abs().sum() / (len(y) - 1) / math.sqrt(len(y))


@mistake("f without the axis of the samples")
def without_axis(f, samples):
    """You hand f one sample at a time without axis 0, so that it takes a sample's first axis for a batch. Hand it all
    samples at once, or samples[i : i + 1].
    """
    y = torch.stack([f(s).flatten()[0] for s in samples])
    return y.mean(), y.std() / math.sqrt(len(y))


@mistake("the median for the mean")
def median_for_mean(f, samples):
    """Your estimate is the median of f. An expectation is a mean; for a skewed f the two differ."""
    y = f(samples)
    return y.median(), y.std() / math.sqrt(len(y))
