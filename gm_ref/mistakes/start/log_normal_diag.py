"""Wrong answers to log_normal_diag that people really give, each with the sentence that cures it."""

import torch

from gm_ref.foundations import start
from gm_ref.mistakes.start import BANK
from gm_ref.mistakes.start.shared import LOG_2PI

mistake, convention = BANK.of("log_normal_diag")


@mistake(
    "a variance used as a standard deviation", source="exp(logvar) as the standard deviation: ibp_vae#3, keras#3283"
)
def variance_as_std(x, mu, logvar):
    """Your normaliser reads logvar rightly, but your distance is divided by exp(logvar) before it is squared, as if
    that were the standard deviation. exp(logvar) is the variance: divide the squared distance by it, or the distance by
    its square root.
    """
    z = (x - mu) / logvar.exp()
    return (-0.5 * z**2 - 0.5 * logvar - 0.5 * LOG_2PI).sum(1)


@convention("log-std for log-variance")
def log_std(x, mu, logvar):
    """You take the third argument for the logarithm of the standard deviation, everywhere. Some codebases do. This
    course passes logvar, the logarithm of the variance, which is twice that.
    """
    return torch.distributions.Normal(mu, logvar.exp()).log_prob(x).sum(1)


@mistake("mean over dimensions", source="a per-pixel mean beside a summed KL: keras#3383, pytorch/examples#234")
def mean_over_dimensions(x, mu, logvar):
    """You average over the dimensions. Independent entries multiply their densities, so their logarithms add: sum over
    axis 1.
    """
    return start.log_normal_diag(x, mu, logvar) / x.shape[1]


@mistake("the constant log(2 pi) is lost")
def no_two_pi(x, mu, logvar):
    """Your log-density lacks -1/2 log(2 pi) in every dimension. As a training loss it would do; as a density it does
    not integrate to one.
    """
    return -0.5 * ((x - mu) ** 2 / logvar.exp() + logvar).sum(1)


@mistake("log(2 pi) once for all dimensions")
def two_pi_once(x, mu, logvar):
    """You subtract 1/2 log(2 pi) once. Each of the D dimensions brings its own normaliser: put the constant inside the
    sum.
    """
    return -0.5 * (((x - mu) ** 2 / logvar.exp() + logvar).sum(1) + LOG_2PI)


@mistake("logvar without its half")
def whole_logvar(x, mu, logvar):
    """Your normaliser subtracts the whole logvar. The density is divided by the standard deviation, whose logarithm is
    half of logvar.
    """
    return (-0.5 * (x - mu) ** 2 / logvar.exp() - logvar - 0.5 * LOG_2PI).sum(1)


@mistake("the half before the distance is lost")
def whole_distance(x, mu, logvar):
    """Your squared distance counts fully. In the exponent of a Gaussian it stands with a factor 1/2."""
    return (-((x - mu) ** 2) / logvar.exp() - 0.5 * logvar - 0.5 * LOG_2PI).sum(1)


@mistake("the sign of the log-density")
def negative(x, mu, logvar):
    """You return minus the log-density, which is a loss. Here the log-density itself is wanted: it is largest at x =
    mu.
    """
    return -start.log_normal_diag(x, mu, logvar)


@mistake("the normaliser with the wrong sign")
def normaliser_added(x, mu, logvar):
    """You add half of logvar instead of subtracting it. A wider Gaussian is a lower one: as logvar grows, the density
    at mu falls.
    """
    return -0.5 * ((x - mu) ** 2 / logvar.exp() - logvar + LOG_2PI).sum(1)


@mistake("a sum over the batch")
def summed_over_batch(x, mu, logvar):
    """You sum over axis 0, which is the batch. Keep it: sum over axis 1, so that each sample has its own
    log-density.
    """
    return torch.distributions.Normal(mu, (0.5 * logvar).exp()).log_prob(x).sum(0)


@mistake("not summed over dimensions")
def not_summed(x, mu, logvar):
    """You return a log-density for every entry. One number for each sample is wanted: sum over axis 1."""
    return torch.distributions.Normal(mu, (0.5 * logvar).exp()).log_prob(x)


@mistake("the density, not its logarithm")
def density(x, mu, logvar):
    """You return the density. Its logarithm is wanted: a product over hundreds of dimensions underflows to 0, a sum of
    logarithms does not.
    """
    return start.log_normal_diag(x, mu, logvar).exp()


@mistake("a product of variances, or a determinant")
def product_of_variances(x, mu, logvar):
    """You multiply the variances of all dimensions, or take a determinant, and then the logarithm. With hundreds of
    dimensions the product is 0 or infinite: sum the logarithms, which logvar holds already.
    """
    var = logvar.exp()
    return -0.5 * (x.shape[1] * LOG_2PI + var.prod(1).log() + ((x - mu) ** 2 / var).sum(1))


@mistake("the logarithm of a product of densities")
def log_of_product(x, mu, logvar):
    """You multiply the densities of all dimensions and then take the logarithm. With hundreds of dimensions the product
    underflows to 0: take logarithms first, then sum.
    """
    log_p = -0.5 * (LOG_2PI + logvar + (x - mu) ** 2 / logvar.exp())
    return log_p.exp().prod(1).log()


@mistake("a small number added to the variance")
def epsilon_in_variance(x, mu, logvar):
    """You add a small number to the variance. exp(logvar) is positive by itself, and the addition is wrong for narrow
    Gaussians.
    """
    return start.log_normal_diag(x, mu, (logvar.exp() + 1e-8).log())


@mistake("logvar read as the variance")
def logvar_as_variance(x, mu, logvar):
    """You use logvar itself as the variance, or its root as the standard deviation, which is NaN where it is negative.
    It is the logarithm of the variance: the variance is exp(logvar), the standard deviation exp(logvar / 2).
    """
    return -0.5 * ((x - mu) ** 2 / logvar + logvar.log() + LOG_2PI).sum(1)


@mistake("logvar read as the standard deviation")
def logvar_as_std(x, mu, logvar):
    """You use logvar itself as the standard deviation. It is the logarithm of the variance: the standard deviation is
    exp(logvar / 2).
    """
    return (-0.5 * ((x - mu) / logvar) ** 2 - logvar.log() - 0.5 * LOG_2PI).sum(1)


@mistake("the sign of the distance")
def distance_added(x, mu, logvar):
    """Your log-density grows as x moves away from mu. The squared distance stands with a minus, as the
    normaliser does.
    """
    return (0.5 * (x - mu) ** 2 / logvar.exp() - 0.5 * logvar - 0.5 * LOG_2PI).sum(1)


@mistake("the distance is not squared")
def not_squared(x, mu, logvar):
    """Your distance enters by its absolute value. In the exponent of a Gaussian it is squared."""
    return -0.5 * ((x - mu).abs() / logvar.exp() + logvar + LOG_2PI).sum(1)


@mistake("multiplied by the variance")
def times_variance(x, mu, logvar):
    """You multiply the squared distance by the variance. It is divided by it: the factor is exp(-logvar)."""
    return -0.5 * ((x - mu) ** 2 * logvar.exp() + logvar + LOG_2PI).sum(1)


@mistake("logvar read as the variance")
def logvar_root_as_scale(x, mu, logvar):
    """You hand the root of logvar to Normal as the standard deviation. logvar is the logarithm of the variance, and may
    be negative: the standard deviation is exp(logvar / 2).
    """
    return torch.distributions.Normal(mu, logvar.sqrt()).log_prob(x).sum(1)


@mistake("logvar read as the standard deviation")
def logvar_as_scale(x, mu, logvar):
    """You hand logvar itself to Normal as the standard deviation. It is the logarithm of the variance, and may be
    negative: the standard deviation is exp(logvar / 2).
    """
    return torch.distributions.Normal(mu, logvar).log_prob(x).sum(1)


@mistake("a variance used as a standard deviation")
def exp_of_half_twice(x, mu, logvar):
    """You halve exp(logvar) for the standard deviation. The half belongs inside: the root of exp(logvar) is exp(logvar
    / 2).
    """
    return torch.distributions.Normal(mu, logvar.exp() / 2).log_prob(x).sum(1)
