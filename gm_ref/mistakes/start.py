"""Wrong answers to lesson 00 that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.foundations import start
from gm_ref.mistakes.core import Bank

BANK = Bank()
mistake, convention = BANK.mistake, BANK.convention
LOG_2PI = math.log(2 * math.pi)

# log_normal_diag ---------------------------------------------------------------------------------------------------


@mistake(
    "log_normal_diag",
    "a variance used as a standard deviation",
    "Your normaliser reads logvar rightly, but your distance is divided by exp(logvar) before it is squared, as if that were the standard deviation. exp(logvar) is the variance: divide the squared distance by it, or the distance by its square root.",
    source="exp(logvar) as the standard deviation: ibp_vae#3, keras#3283",
)
def variance_as_std(x, mu, logvar):
    z = (x - mu) / logvar.exp()
    return (-0.5 * z**2 - 0.5 * logvar - 0.5 * LOG_2PI).sum(1)


@convention(
    "log_normal_diag",
    "log-std for log-variance",
    "You take the third argument for the logarithm of the standard deviation, everywhere. Some codebases do. This course passes logvar, the logarithm of the variance, which is twice that.",
)
def log_std(x, mu, logvar):
    return torch.distributions.Normal(mu, logvar.exp()).log_prob(x).sum(1)


@mistake(
    "log_normal_diag",
    "mean over dimensions",
    "You average over the dimensions. Independent entries multiply their densities, so their logarithms add: sum over axis 1.",
    source="a per-pixel mean beside a summed KL: keras#3383, pytorch/examples#234",
)
def mean_over_dimensions(x, mu, logvar):
    return start.log_normal_diag(x, mu, logvar) / x.shape[1]


@mistake(
    "log_normal_diag",
    "the constant log(2 pi) is lost",
    "Your log-density lacks -1/2 log(2 pi) in every dimension. As a training loss it would do; as a density it does not integrate to one.",
)
def no_two_pi(x, mu, logvar):
    return -0.5 * ((x - mu) ** 2 / logvar.exp() + logvar).sum(1)


@mistake(
    "log_normal_diag",
    "log(2 pi) once for all dimensions",
    "You subtract 1/2 log(2 pi) once. Each of the D dimensions brings its own normaliser: put the constant inside the sum.",
)
def two_pi_once(x, mu, logvar):
    return -0.5 * (((x - mu) ** 2 / logvar.exp() + logvar).sum(1) + LOG_2PI)


@mistake(
    "log_normal_diag",
    "logvar without its half",
    "Your normaliser subtracts the whole logvar. The density is divided by the standard deviation, whose logarithm is half of logvar.",
)
def whole_logvar(x, mu, logvar):
    return (-0.5 * (x - mu) ** 2 / logvar.exp() - logvar - 0.5 * LOG_2PI).sum(1)


@mistake(
    "log_normal_diag",
    "the half before the distance is lost",
    "Your squared distance counts fully. In the exponent of a Gaussian it stands with a factor 1/2.",
)
def whole_distance(x, mu, logvar):
    return (-((x - mu) ** 2) / logvar.exp() - 0.5 * logvar - 0.5 * LOG_2PI).sum(1)


@mistake(
    "log_normal_diag",
    "the sign of the log-density",
    "You return minus the log-density, which is a loss. Here the log-density itself is wanted: it is largest at x = mu.",
)
def negative(x, mu, logvar):
    return -start.log_normal_diag(x, mu, logvar)


@mistake(
    "log_normal_diag",
    "the normaliser with the wrong sign",
    "You add half of logvar instead of subtracting it. A wider Gaussian is a lower one: as logvar grows, the density at mu falls.",
)
def normaliser_added(x, mu, logvar):
    return -0.5 * ((x - mu) ** 2 / logvar.exp() - logvar + LOG_2PI).sum(1)


@mistake(
    "log_normal_diag",
    "a sum over the batch",
    "You sum over axis 0, which is the batch. Keep it: sum over axis 1, so that each sample has its own log-density.",
)
def summed_over_batch(x, mu, logvar):
    return torch.distributions.Normal(mu, (0.5 * logvar).exp()).log_prob(x).sum(0)


@mistake(
    "log_normal_diag",
    "not summed over dimensions",
    "You return a log-density for every entry. One number for each sample is wanted: sum over axis 1.",
)
def not_summed(x, mu, logvar):
    return torch.distributions.Normal(mu, (0.5 * logvar).exp()).log_prob(x)


@mistake(
    "log_normal_diag",
    "the density, not its logarithm",
    "You return the density. Its logarithm is wanted: a product over hundreds of dimensions underflows to 0, a sum of logarithms does not.",
)
def density(x, mu, logvar):
    return start.log_normal_diag(x, mu, logvar).exp()


@mistake(
    "log_normal_diag",
    "a product of variances, or a determinant",
    "You multiply the variances of all dimensions, or take a determinant, and then the logarithm. With hundreds of dimensions the product is 0 or infinite: sum the logarithms, which logvar holds already.",
)
def product_of_variances(x, mu, logvar):
    var = logvar.exp()
    return -0.5 * (x.shape[1] * LOG_2PI + var.prod(1).log() + ((x - mu) ** 2 / var).sum(1))


@mistake(
    "log_normal_diag",
    "the logarithm of a product of densities",
    "You multiply the densities of all dimensions and then take the logarithm. With hundreds of dimensions the product underflows to 0: take logarithms first, then sum.",
)
def log_of_product(x, mu, logvar):
    log_p = -0.5 * (LOG_2PI + logvar + (x - mu) ** 2 / logvar.exp())
    return log_p.exp().prod(1).log()


@mistake(
    "log_normal_diag",
    "a small number added to the variance",
    "You add a small number to the variance. exp(logvar) is positive by itself, and the addition is wrong for narrow Gaussians.",
)
def epsilon_in_variance(x, mu, logvar):
    return start.log_normal_diag(x, mu, (logvar.exp() + 1e-8).log())


# log_mean_exp ------------------------------------------------------------------------------------------------------


@mistake(
    "log_mean_exp",
    "overflow: exp of the entries as they are",
    "Right for moderate entries, but exp overflows for large ones and underflows for very negative ones. Subtract the largest entry along dim first, and add it back after the logarithm.",
)
def naive(x, dim):
    return x.exp().mean(dim).log()


@mistake(
    "log_mean_exp",
    "-log n is lost",
    "You return the logarithm of the sum. A mean divides by the number of entries along dim: subtract its logarithm.",
    source="IWAE bounds without -log K",
)
def sum_not_mean(x, dim):
    return torch.logsumexp(x, dim)


@mistake(
    "log_mean_exp",
    "the largest entry is not added back",
    "You subtract the largest entry before exp and forget it afterwards. It must be added back, or the result is never above 0.",
)
def max_not_added_back(x, dim):
    return start.log_mean_exp(x, dim) - x.max(dim).values


@mistake(
    "log_mean_exp",
    "the mean of the logarithms",
    "You return the plain mean of the entries. The mean is taken of exp(x), and the logarithm after it; by Jensen's inequality yours is a lower bound.",
    source="the mean of log-weights in place of the IWAE bound",
)
def mean_of_logs(x, dim):
    return x.mean(dim)


@mistake(
    "log_mean_exp",
    "divided by n after the logarithm",
    "You divide the logarithm of the sum by n. The sum is divided by n inside the logarithm, so log n is subtracted.",
)
def divided_by_n(x, dim):
    return torch.logsumexp(x, dim) / x.shape[dim]


@mistake(
    "log_mean_exp",
    "log of all entries' number",
    "You subtract the logarithm of the number of all entries. Only those along dim are averaged.",
)
def counts_everything(x, dim):
    return torch.logsumexp(x, dim) - math.log(x.numel())


@mistake(
    "log_mean_exp",
    "one maximum for the whole tensor",
    "You subtract the largest entry of the whole tensor. A row that lies far below it underflows to -inf: take the maximum along dim.",
)
def global_max(x, dim):
    top = x.max()
    return (x - top).exp().mean(dim).log() + top


@mistake(
    "log_mean_exp",
    "minus infinity minus itself",
    "Right but for slices that hold nothing but -inf: there you compute -inf minus -inf, which is NaN. Subtract 0 in place of an infinite maximum.",
)
def nan_at_minus_infinity(x, dim):
    top = x.amax(dim, keepdim=True)
    return ((x - top).exp().mean(dim, keepdim=True).log() + top).squeeze(dim)


@mistake(
    "log_mean_exp",
    "a small number inside the logarithm",
    "You add a small number inside the logarithm or clamp there. It hides the underflow instead of curing it, and very negative entries come out wrong.",
)
def epsilon_in_log(x, dim):
    return (x.exp().mean(dim) + 1e-8).log()


@mistake(
    "log_mean_exp",
    "dim is not used",
    "You average over all axes, or always over the last. Only axis dim is averaged, whatever it is.",
)
def always_last(x, dim):
    return start.log_mean_exp(x, -1)


@mistake(
    "log_mean_exp",
    "keepdim",
    "The averaged axis is still there with size 1. It must be gone from the result.",
)
def kept_axis(x, dim):
    return start.log_mean_exp(x, dim).unsqueeze(dim)


# kl_diag_gaussians -------------------------------------------------------------------------------------------------


@mistake(
    "kl_diag_gaussians",
    "KL the other way round",
    "You compute KL(N2 || N1). KL is not symmetric: the expectation is taken under the first Gaussian, so the second variance divides.",
)
def reversed_kl(mu1, logvar1, mu2, logvar2):
    return start.kl_diag_gaussians(mu2, logvar2, mu1, logvar1)


@mistake(
    "kl_diag_gaussians",
    "-1 once for all dimensions",
    "You subtract 1 once. Every dimension brings its own -1: put it inside the sum.",
)
def minus_one_once(mu1, logvar1, mu2, logvar2):
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + 0.5 * (mu1.shape[1] - 1)


@mistake(
    "kl_diag_gaussians",
    "-1 is lost",
    "The -1 of each dimension is missing. It makes the divergence of a Gaussian from itself 0.",
)
def no_minus_one(mu1, logvar1, mu2, logvar2):
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + 0.5 * mu1.shape[1]


@mistake(
    "kl_diag_gaussians",
    "the half is lost",
    "Your divergence is twice too large: the factor 1/2 of the Gaussian's exponent stands before the whole sum.",
)
def no_half(mu1, logvar1, mu2, logvar2):
    return 2 * start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2)


@mistake(
    "kl_diag_gaussians",
    "mean over dimensions",
    "You average over dimensions. The KL of independent entries is the sum of theirs.",
    source="KL as a mean over latents: world-models#12",
)
def kl_mean(mu1, logvar1, mu2, logvar2):
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) / mu1.shape[1]


@convention(
    "kl_diag_gaussians",
    "log-std for log-variance",
    "You take the second and fourth arguments for logarithms of standard deviations. This course passes logvar, the logarithm of the variance, which is twice that.",
)
def kl_log_std(mu1, logvar1, mu2, logvar2):
    return start.kl_diag_gaussians(mu1, 2 * logvar1, mu2, 2 * logvar2)


@mistake(
    "kl_diag_gaussians",
    "the log-variances with the wrong sign",
    "Your log-variances stand with the wrong sign. The entropy of the first Gaussian is subtracted: logvar1 with a minus, logvar2 with a plus.",
)
def logvar_sign(mu1, logvar1, mu2, logvar2):
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + (logvar1 - logvar2).sum(1)


@mistake(
    "kl_diag_gaussians",
    "the means' distance divided by the first variance",
    "You divide the squared distance of the means by the variance of the first Gaussian. It comes from log N2, so N2's variance divides.",
)
def distance_over_first(mu1, logvar1, mu2, logvar2):
    distance = 0.5 * ((mu1 - mu2) ** 2).mul(torch.exp(-logvar1) - torch.exp(-logvar2)).sum(1)
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + distance


@mistake(
    "kl_diag_gaussians",
    "the second Gaussian taken for a standard normal",
    "You ignore mu2 and logvar2: yours is the divergence from N(0, I), the special case of a VAE's prior.",
)
def standard_normal(mu1, logvar1, mu2, logvar2):
    return -0.5 * (1 + logvar1 - mu1**2 - logvar1.exp()).sum(1)


@mistake(
    "kl_diag_gaussians",
    "the distance is not squared",
    "Your distance of the means enters by itself, or by its absolute value. It must be squared.",
)
def distance_not_squared(mu1, logvar1, mu2, logvar2):
    away = (mu1 - mu2).abs()
    return 0.5 * (logvar2 - logvar1 + (logvar1.exp() + away) / logvar2.exp() - 1).sum(1)


@mistake(
    "kl_diag_gaussians",
    "the sign of the divergence",
    "Yours is minus the divergence. A KL divergence is never negative.",
)
def negative_kl(mu1, logvar1, mu2, logvar2):
    return -start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2)


@mistake(
    "kl_diag_gaussians",
    "standard deviations where variances belong",
    "Your variance ratio or your distance uses exp(logvar / 2). Those are standard deviations; the formula has variances.",
)
def std_for_variance(mu1, logvar1, mu2, logvar2):
    std1, std2 = (0.5 * logvar1).exp(), (0.5 * logvar2).exp()
    return 0.5 * (logvar2 - logvar1 + (std1 + (mu1 - mu2) ** 2) / std2 - 1).sum(1)


@mistake(
    "kl_diag_gaussians",
    "a product of variances, or a determinant",
    "You multiply the variances of all dimensions, or take a determinant, and then the logarithm. With hundreds of dimensions the products are 0 or infinite: sum the differences of logvar instead.",
)
def kl_product_of_variances(mu1, logvar1, mu2, logvar2):
    var1, var2 = logvar1.exp(), logvar2.exp()
    rest = ((var1 + (mu1 - mu2) ** 2) / var2 - 1).sum(1)
    return 0.5 * (torch.log(var2.prod(1) / var1.prod(1)) + rest)


# mc_estimate -------------------------------------------------------------------------------------------------------


@mistake(
    "mc_estimate",
    "the spread of f, not of its mean",
    "You return the standard deviation of f. The mean of N independent samples spreads less: divide by sqrt(N).",
)
def no_sqrt_n(f, samples):
    y = f(samples)
    return y.mean(), y.std()


@mistake(
    "mc_estimate",
    "divided by N, not by its root",
    "You divide the standard deviation by N. The variance of a mean is divided by N, so its standard deviation by sqrt(N).",
)
def divided_by_whole_n(f, samples):
    y = f(samples)
    return y.mean(), y.std() / len(y)


@mistake(
    "mc_estimate",
    "the variance of the mean",
    "You return the variance of the estimate. Its square root, the standard error, is wanted: it has the unit of f.",
)
def variance_of_mean(f, samples):
    y = f(samples)
    return y.mean(), y.var() / len(y)


@mistake(
    "mc_estimate",
    "the root of N but not of the variance",
    "You divide the variance by sqrt(N). Take the root of both: the standard deviation by sqrt(N).",
)
def variance_over_root(f, samples):
    y = f(samples)
    return y.mean(), y.var() / math.sqrt(len(y))


@convention(
    "mc_estimate",
    "N for N - 1 in the variance",
    "You estimate the variance of f with N in its denominator, as numpy does unless told otherwise. This course uses N - 1, which is unbiased.",
)
def biased(f, samples):
    y = f(samples)
    return y.mean(), y.std(correction=0) / math.sqrt(len(y))


@mistake(
    "mc_estimate",
    "corrected twice",
    "You correct twice: the variance with N - 1 in its denominator, and then a division by sqrt(N - 1). One of them is enough.",
)
def corrected_twice(f, samples):
    y = f(samples)
    return y.mean(), y.std() / math.sqrt(len(y) - 1)


@mistake(
    "mc_estimate",
    "f of the mean",
    "You average the samples and then apply f. For a curved f that is another number: apply f to each sample, then average.",
)
def f_of_mean(f, samples):
    y = f(samples)
    return f(samples.mean(0, keepdim=True))[0], y.std() / math.sqrt(len(y))


@mistake(
    "mc_estimate",
    "a sum for a mean",
    "Your estimate is the sum of f over the samples. An expectation is a mean.",
)
def sum_for_mean(f, samples):
    y = f(samples)
    return y.sum(), y.std() / math.sqrt(len(y))


@mistake(
    "mc_estimate",
    "the number of entries for the number of samples",
    "You divide by the root of the number of all entries. N counts samples, the size of axis 0; the entries of one sample are not independent draws of f.",
)
def counts_entries(f, samples):
    y = f(samples)
    return y.mean(), y.std() / math.sqrt(samples.numel())


@mistake(
    "mc_estimate",
    "the spread of the samples",
    "Your standard error is that of the samples themselves. It is f whose mean is estimated: take the spread of f(x).",
)
def spread_of_samples(f, samples):
    return f(samples).mean(), samples.std() / math.sqrt(len(samples))


@mistake(
    "mc_estimate",
    "cancellation: mean of squares minus squared mean",
    "You compute the variance as the mean of squares minus the squared mean. Where the mean is far larger than the spread, both are huge and nearly equal, and the difference is rounding noise. Subtract the mean before you square.",
)
def cancellation(f, samples):
    y = f(samples)
    n = len(y)
    spread = (y**2).mean() - y.mean() ** 2
    return y.mean(), (spread / (n - 1)).sqrt()


@mistake(
    "mc_estimate",
    "the two results in the wrong order",
    "You return the standard error first. The mean comes first, then its standard error.",
)
def swapped(f, samples):
    return start.mc_estimate(f, samples)[::-1]


@mistake(
    "mc_estimate",
    "half of a 95 % interval for the standard error",
    "You multiply the standard error by 1.96, which gives half the width of a 95 % interval. The standard error itself is wanted.",
)
def interval(f, samples):
    mean, error = start.mc_estimate(f, samples)
    return mean, 1.96 * error


# gmm_score ---------------------------------------------------------------------------------------------------------


def parts(x, logits, mu, logvar):
    """Return mu - x (B, K, D), the variances (K, D) and the log of weight times density, (B, K)."""
    away, var = mu - x[:, None], logvar.exp()
    log_n = (-0.5 * away**2 / var - 0.5 * logvar - 0.5 * LOG_2PI).sum(-1)
    return away, var, logits.log_softmax(0) + log_n


def mixed(share, pull):
    """Return the shares (B, K) or (K,) times the pulls (B, K, D), summed over components."""
    return (share[..., None] * pull).sum(1)


@mistake(
    "gmm_score",
    "the score points away from the data",
    "Your arrows point the wrong way: the score points where the density grows, from x towards the means.",
)
def wrong_sign(x, logits, mu, logvar):
    return -start.gmm_score(x, logits, mu, logvar)


@mistake(
    "gmm_score",
    "prior weights for shares",
    "You weight the components by softmax(logits) alone, the same at every x. What counts is how much of p(x) each component gives at this x: weight times density, normalised.",
)
def prior_weights(x, logits, mu, logvar):
    away, var, _ = parts(x, logits, mu, logvar)
    return mixed(logits.softmax(0), away / var)


@mistake(
    "gmm_score",
    "the logits are not used",
    "You treat all components as equally likely. Their weights are softmax(logits).",
)
def equal_weights(x, logits, mu, logvar):
    return start.gmm_score(x, 0 * logits, mu, logvar)


@mistake(
    "gmm_score",
    "the gradient of the density",
    "You return the gradient of p. The score is the gradient of log p: divide by p(x).",
)
def of_density(x, logits, mu, logvar):
    log_p = parts(x, logits, mu, logvar)[2].logsumexp(1, keepdim=True)
    return start.gmm_score(x, logits, mu, logvar) * log_p.exp()


@mistake(
    "gmm_score",
    "the normalisers are left out of the shares",
    "Your shares leave out the normalisers of the components. With unequal variances they do not cancel: a wide component is a low one.",
)
def no_normaliser(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed((log_joint + 0.5 * logvar.sum(-1)).softmax(1), away / var)


@mistake(
    "gmm_score",
    "underflow far from the data",
    "Right near the data, but far away every density underflows to 0 and you divide 0 by 0. Keep logarithms of weight times density, and let softmax form the shares.",
)
def underflow(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    joint = log_joint.exp()
    return mixed(joint / joint.sum(1, keepdim=True), away / var)


@mistake(
    "gmm_score",
    "underflow, hidden by a small number",
    "You add a small number to the denominator of the shares. Far from the data the score then fades to 0, where it should grow: let softmax form the shares from logarithms.",
)
def hidden_underflow(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    joint = log_joint.exp()
    return mixed(joint / (joint.sum(1, keepdim=True) + 1e-8), away / var)


@mistake(
    "gmm_score",
    "not divided by the variance",
    "Your pulls towards the means are not divided by the variances. The gradient of -(x - mu)^2 / (2 variance) keeps the variance.",
)
def no_variance(x, logits, mu, logvar):
    away, _, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(1), away)


@mistake(
    "gmm_score",
    "divided by the standard deviation",
    "You divide the pulls by exp(logvar / 2), the standard deviation. The variance divides.",
)
def over_std(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(1), away / var.sqrt())


@convention(
    "gmm_score",
    "log-std for log-variance",
    "You take the last argument for the logarithm of the standard deviation. This course passes logvar, the logarithm of the variance, which is twice that.",
)
def score_log_std(x, logits, mu, logvar):
    return start.gmm_score(x, logits, mu, 2 * logvar)


@mistake(
    "gmm_score",
    "shares normalised over the batch",
    "Your shares add up to one over the batch. At each x they add up to one over the components, axis 1 of (B, K).",
)
def softmax_over_batch(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(0), away / var)


@mistake(
    "gmm_score",
    "only the nearest component",
    "You take the score of the most likely component alone. All components count, each with its share; between two of them that makes a difference.",
)
def hard_assignment(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    return (away / var)[torch.arange(len(x)), log_joint.argmax(1)]


@mistake(
    "gmm_score",
    "logits used as weights",
    "You multiply by the logits. They may be negative and need not add up to one: the weights are softmax(logits).",
)
def logits_as_weights(x, logits, mu, logvar):
    away, var, log_joint = parts(x, logits, mu, logvar)
    joint = logits * (log_joint - logits.log_softmax(0)).exp()
    return mixed(joint / joint.sum(1, keepdim=True), away / var)


@mistake(
    "gmm_score",
    "a mean over components",
    "You average over the components after weighting them with their shares. The shares add up to one already: sum.",
)
def mean_over_components(x, logits, mu, logvar):
    return start.gmm_score(x, logits, mu, logvar) / len(mu)


# log_prob_by_change_of_variables -----------------------------------------------------------------------------------


@mistake(
    "log_prob_by_change_of_variables",
    "the sign of the log-determinant",
    "You subtract the log-determinant. Here f goes from x to z: where it stretches, the same probability comes from a shorter piece of x, so p(x) is larger. The minus belongs to a map written from z to x.",
    source="a widely copied summary has the sign of the other direction",
)
def minus_log_det(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x)) - log_abs_det(x)


@mistake(
    "log_prob_by_change_of_variables",
    "the log-determinant is lost",
    "You return the density of z at f(x). A density changes when lengths change: add log |det dz/dx|.",
)
def no_log_det(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x))


@mistake(
    "log_prob_by_change_of_variables",
    "the base density at x",
    "You evaluate the base density at x. It is the density of z: evaluate it at f(x).",
)
def base_at_x(x, f, log_abs_det, base_log_prob):
    return base_log_prob(x) + log_abs_det(x)


@mistake(
    "log_prob_by_change_of_variables",
    "the log-determinant at z",
    "You evaluate the log-determinant at z = f(x). It is a function of x: the stretch of f where x is.",
)
def log_det_at_z(x, f, log_abs_det, base_log_prob):
    z = f(x)
    return base_log_prob(z) + log_abs_det(z)


@mistake(
    "log_prob_by_change_of_variables",
    "a logarithm taken twice",
    "You take the logarithm of log_abs_det. It is a logarithm already: add it as it is.",
)
def log_of_log(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x)) + log_abs_det(x).log()


@mistake(
    "log_prob_by_change_of_variables",
    "the determinant added, not its logarithm",
    "You undo the logarithm and add the determinant itself. Densities multiply with it; logarithms add its logarithm.",
)
def adds_det(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x)) + log_abs_det(x).exp()


@mistake(
    "log_prob_by_change_of_variables",
    "log-density times determinant",
    "You multiply the log-density by the determinant. Densities multiply; their logarithms add.",
)
def multiplies(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x)) * log_abs_det(x).exp()


@mistake(
    "log_prob_by_change_of_variables",
    "the absolute value of the log-determinant",
    "You take the absolute value of the log-determinant. The absolute value belongs inside the logarithm; where f compresses, the log-determinant is negative and must stay so.",
)
def abs_outside(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x)) + log_abs_det(x).abs()


@mistake(
    "log_prob_by_change_of_variables",
    "summed over the batch",
    "You sum the log-determinant over the batch. Each sample has its own.",
)
def batch_summed(x, f, log_abs_det, base_log_prob):
    return base_log_prob(f(x)) + log_abs_det(x).sum()


@mistake(
    "log_prob_by_change_of_variables",
    "averaged over the batch",
    "You average over the batch. One log-density for each sample is wanted; averages come later, in training.",
)
def batch_averaged(x, f, log_abs_det, base_log_prob):
    return (base_log_prob(f(x)) + log_abs_det(x)).mean()


@mistake(
    "log_prob_by_change_of_variables",
    "exp, then log again",
    "You go from logarithms to densities, multiply, and take the logarithm. Far out, or in many dimensions, the density underflows to 0 on the way: stay with logarithms and add them.",
)
def through_densities(x, f, log_abs_det, base_log_prob):
    return (base_log_prob(f(x)).exp() * log_abs_det(x).exp()).log()


@mistake(
    "log_prob_by_change_of_variables",
    "the density, not its logarithm",
    "You return the density p(x). Its logarithm is wanted.",
)
def density_of_x(x, f, log_abs_det, base_log_prob):
    return (base_log_prob(f(x)) + log_abs_det(x)).exp()
