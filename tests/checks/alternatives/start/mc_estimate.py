"""Right answers to mc_estimate that are written in unusual ways.  A fair check passes them all."""

import math

import torch


def mc_estimate__var_mean(f, samples):
    var, mean = torch.var_mean(f(samples))
    return mean, (var / samples.shape[0]) ** 0.5


def mc_estimate__biased_then_mended(f, samples):
    y = f(samples)
    n = y.shape[0]
    return y.sum() / n, y.std(correction=0) / math.sqrt(n - 1)


def mc_estimate__one_at_a_time(f, samples):
    y = torch.cat([f(s[None]) for s in samples])
    away = y - y.mean()
    return y.mean(), torch.linalg.vector_norm(away) / math.sqrt(len(y) * (len(y) - 1))


def mc_estimate__welford(f, samples):
    mean, m2 = 0.0, 0.0
    for n, y in enumerate(f(samples), start=1):
        gap = y - mean
        mean = mean + gap / n
        m2 = m2 + gap * (y - mean)
    return [mean, torch.sqrt(m2 / (n - 1) / n)]


def mc_estimate__pairs(f, samples):
    y = f(samples)
    n = len(y)
    return y.mean(), torch.sqrt((y[:, None] - y).square().sum() / (2 * n * n * (n - 1)))


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return (values.mean(), values.std(correction=1) / math.sqrt(len(values)))  ->  return (values.mean(), values.std() / math.sqrt(len(values)))": "torch's default correction is 1",
}
