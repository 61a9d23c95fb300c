"""Wrong answers to kl_diag_gaussians that people really give, each with the sentence that cures it."""

import torch

from gm_ref.foundations import start
from gm_ref.mistakes.start import BANK

mistake, convention = BANK.of("kl_diag_gaussians")


@mistake("KL the other way round")
def reversed_kl(mu1, logvar1, mu2, logvar2):
    """You compute KL(N2 || N1). KL is not symmetric: the expectation is taken under the first Gaussian, so the second
    variance divides.
    """
    return start.kl_diag_gaussians(mu2, logvar2, mu1, logvar1)


@mistake("-1 once for all dimensions")
def minus_one_once(mu1, logvar1, mu2, logvar2):
    """You subtract 1 once. Every dimension brings its own -1: put it inside the sum."""
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + 0.5 * (mu1.shape[1] - 1)


@mistake("-1 is lost")
def no_minus_one(mu1, logvar1, mu2, logvar2):
    """The -1 of each dimension is missing. It makes the divergence of a Gaussian from itself 0."""
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + 0.5 * mu1.shape[1]


@mistake("the half is lost")
def no_half(mu1, logvar1, mu2, logvar2):
    """Your divergence is twice too large: the factor 1/2 of the Gaussian's exponent stands before the whole sum."""
    return 2 * start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2)


@mistake("mean over dimensions", source="KL as a mean over latents: world-models#12")
def kl_mean(mu1, logvar1, mu2, logvar2):
    """You average over dimensions. The KL of independent entries is the sum of theirs."""
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) / mu1.shape[1]


@convention("log-std for log-variance")
def kl_log_std(mu1, logvar1, mu2, logvar2):
    """You take the second and fourth arguments for logarithms of standard deviations. This course passes logvar, the
    logarithm of the variance, which is twice that.
    """
    return start.kl_diag_gaussians(mu1, 2 * logvar1, mu2, 2 * logvar2)


@mistake("the log-variances with the wrong sign")
def logvar_sign(mu1, logvar1, mu2, logvar2):
    """Your log-variances stand with the wrong sign. The entropy of the first Gaussian is subtracted: logvar1 with a
    minus, logvar2 with a plus.
    """
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + (logvar1 - logvar2).sum(1)


@mistake("the means' distance divided by the first variance")
def distance_over_first(mu1, logvar1, mu2, logvar2):
    """You divide the squared distance of the means by the variance of the first Gaussian. It comes from log N2, so N2's
    variance divides.
    """
    distance = 0.5 * ((mu1 - mu2) ** 2).mul(torch.exp(-logvar1) - torch.exp(-logvar2)).sum(1)
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2) + distance


@mistake("the second Gaussian taken for a standard normal")
def standard_normal(mu1, logvar1, mu2, logvar2):
    """You ignore mu2 and logvar2: yours is the divergence from N(0, I), the special case of a VAE's prior."""
    return -0.5 * (1 + logvar1 - mu1**2 - logvar1.exp()).sum(1)


@mistake("the distance is not squared")
def distance_not_squared(mu1, logvar1, mu2, logvar2):
    """Your distance of the means enters by itself, or by its absolute value. It must be squared."""
    away = (mu1 - mu2).abs()
    return 0.5 * (logvar2 - logvar1 + (logvar1.exp() + away) / logvar2.exp() - 1).sum(1)


@mistake("the sign of the divergence")
def negative_kl(mu1, logvar1, mu2, logvar2):
    """Yours is minus the divergence. A KL divergence is never negative."""
    return -start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2)


@mistake("standard deviations where variances belong")
def std_for_variance(mu1, logvar1, mu2, logvar2):
    """Your variance ratio or your distance uses exp(logvar / 2). Those are standard deviations; the formula has
    variances.
    """
    std1, std2 = (0.5 * logvar1).exp(), (0.5 * logvar2).exp()
    return 0.5 * (logvar2 - logvar1 + (std1 + (mu1 - mu2) ** 2) / std2 - 1).sum(1)


@mistake("a product of variances, or a determinant")
def kl_product_of_variances(mu1, logvar1, mu2, logvar2):
    """You multiply the variances of all dimensions, or take a determinant, and then the logarithm. With hundreds of
    dimensions the products are 0 or infinite: sum the differences of logvar instead.
    """
    var1, var2 = logvar1.exp(), logvar2.exp()
    rest = ((var1 + (mu1 - mu2) ** 2) / var2 - 1).sum(1)
    return 0.5 * (torch.log(var2.prod(1) / var1.prod(1)) + rest)


@mistake("the means added")
def means_added(mu1, logvar1, mu2, logvar2):
    """You add the two means before you square. Their difference counts: equal means are at distance 0."""
    return start.kl_diag_gaussians(mu1, logvar1, -mu2, logvar2)


@mistake("logvar read as the variance")
def kl_logvar_as_variance(mu1, logvar1, mu2, logvar2):
    """You use logvar1 and logvar2 themselves as variances. They are logarithms of variances: the variances are
    exp(logvar1) and exp(logvar2).
    """
    return 0.5 * ((logvar1 + (mu1 - mu2) ** 2) / logvar2 - 1 + (logvar2 / logvar1).log()).sum(1)


@mistake("the means' distance is lost")
def no_distance(mu1, logvar1, mu2, logvar2):
    """The squared distance of the means is missing. With equal variances it is all that there is."""
    return start.kl_diag_gaussians(mu1, logvar1, mu1, logvar2)


@mistake("the variance ratio upside down")
def ratio_upside_down(mu1, logvar1, mu2, logvar2):
    """Your variance ratio is second over first. The mean is taken under N1 and log N2 divides by its own variance: the
    ratio is exp(logvar1 - logvar2).
    """
    distance = (mu1 - mu2) ** 2 / logvar2.exp()
    return 0.5 * ((logvar2 - logvar1).exp() + distance - 1 + logvar2 - logvar1).sum(1)


@mistake("the distance not divided by a variance")
def distance_undivided(mu1, logvar1, mu2, logvar2):
    """Your squared distance of the means is not divided by the second variance."""
    return 0.5 * ((logvar1 - logvar2).exp() + (mu1 - mu2) ** 2 - 1 + logvar2 - logvar1).sum(1)


@mistake("a sum over the batch")
def kl_over_batch(mu1, logvar1, mu2, logvar2):
    """You sum over axis 0, which is the batch. Keep it: sum over axis 1, so that each sample has its own divergence."""
    return start.kl_diag_gaussians(mu1.T, logvar1.T, mu2.T, logvar2.T)


@mistake("not summed over dimensions")
def kl_not_summed(mu1, logvar1, mu2, logvar2):
    """You return a divergence for every entry. One number for each sample is wanted: sum over axis 1."""
    return 0.5 * ((logvar1.exp() + (mu1 - mu2) ** 2) / logvar2.exp() - 1 + logvar2 - logvar1)


@mistake("averaged over the batch")
def kl_averaged(mu1, logvar1, mu2, logvar2):
    """You average over the batch. One divergence for each sample is wanted; averages come later, in training."""
    return start.kl_diag_gaussians(mu1, logvar1, mu2, logvar2).mean()


@mistake("logvar read as the standard deviation")
def kl_logvar_as_scale(mu1, logvar1, mu2, logvar2):
    """You hand logvar1 and logvar2 to Normal as standard deviations. They are logarithms of variances, and may be
    negative: the standard deviations are exp(logvar1 / 2) and exp(logvar2 / 2).
    """
    first, second = torch.distributions.Normal(mu1, logvar1), torch.distributions.Normal(mu2, logvar2)
    return torch.distributions.kl_divergence(first, second).sum(1)
