"""Wrong answers to the second half of lesson 21: the linear model's posterior, the gap, samples and lines."""

import math

import torch

from gm_ref.mistakes.core import Bank
from gm_ref.vae import elbo as right

BANK = Bank()
mistake = BANK.mistake


# linear_vae_posterior ----------------------------------------------------------------------------------------------


@mistake(
    "linear_vae_posterior",
    "the noise variance is lost at the covariance",
    "Your covariance is the inverse of M alone. It is noise_var times that: with little noise the posterior is narrow.",
)
def covariance_unscaled(W, noise_var, x):
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, cov / noise_var


@mistake(
    "linear_vae_posterior",
    "the noise variance is lost in M",
    "Your M is W^T W, which is least squares and forgets the prior. Add noise_var on the diagonal.",
)
def prior_forgotten(W, noise_var, x):
    inverse = torch.linalg.inv(W.T @ W)
    return x @ W @ inverse, noise_var * inverse


@mistake(
    "linear_vae_posterior",
    "the noise added to every entry",
    "You add noise_var to all entries of W^T W. It belongs on the diagonal: noise_var times the identity.",
)
def noise_everywhere(W, noise_var, x):
    inverse = torch.linalg.inv(W.T @ W + noise_var)
    return x @ W @ inverse, noise_var * inverse


@mistake(
    "linear_vae_posterior",
    "only the variances",
    "Off the diagonal your covariance is 0. The latent entries are independent under the prior, but not once x is known: return the whole matrix.",
)
def variances_only(W, noise_var, x):
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, torch.diag(torch.diagonal(cov))


@mistake(
    "linear_vae_posterior",
    "1 in place of the noise variance in M",
    "Your M is W^T W + I. That is right only for noise_var = 1: the diagonal gets noise_var.",
)
def unit_noise(W, noise_var, x):
    inverse = torch.linalg.inv(W.T @ W + torch.eye(W.shape[1], dtype=W.dtype))
    return x @ W @ inverse, noise_var * inverse


@mistake(
    "linear_vae_posterior",
    "the noise variance used as a standard deviation",
    "You square noise_var. It is a variance already.",
)
def noise_squared(W, noise_var, x):
    return right.linear_vae_posterior(W, noise_var**2, x)


@mistake(
    "linear_vae_posterior",
    "precision for covariance",
    "You return M / noise_var, the posterior's precision. The covariance is its inverse.",
)
def precision_returned(W, noise_var, x):
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, torch.linalg.inv(cov)


@mistake(
    "linear_vae_posterior",
    "the prior's covariance",
    "You return the identity: the prior's covariance. Seeing x makes the posterior narrower.",
)
def prior_covariance(W, noise_var, x):
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean, torch.eye(len(cov), dtype=cov.dtype)


@mistake(
    "linear_vae_posterior",
    "the mean off by the noise variance",
    "Your mean is noise_var times the right one. The inverse of M = W^T W + noise_var I is applied to W^T x; where you invert M / noise_var, divide W^T x by noise_var as well.",
)
def mean_unscaled(W, noise_var, x):
    mean, cov = right.linear_vae_posterior(W, noise_var, x)
    return mean * noise_var, cov


# elbo_gap ----------------------------------------------------------------------------------------------------------


@mistake(
    "elbo_gap",
    "the KL the other way round",
    "You compute KL(posterior || q). The gap is KL(q || posterior): q comes first.",
)
def gap_reversed(mu, logvar, mean, cov):
    q = torch.distributions.MultivariateNormal(mu, torch.diag_embed(logvar.exp()))
    p = torch.distributions.MultivariateNormal(mean, cov.expand(len(mu), *cov.shape))
    return torch.distributions.kl_divergence(p, q)


@mistake(
    "elbo_gap",
    "the covariance's off-diagonal ignored",
    "You use only the diagonal of cov. The off-diagonal part is what a diagonal q cannot follow: it is the heart of the gap.",
)
def diagonal_only(mu, logvar, mean, cov):
    return right.elbo_gap(mu, logvar, mean, torch.diag(torch.diagonal(cov)))


@mistake(
    "elbo_gap",
    "the determinants exchanged",
    "Your log-determinants have the wrong signs: log det cov of the posterior counts plus, q's sum of logvar minus.",
)
def determinants_exchanged(mu, logvar, mean, cov):
    return right.elbo_gap(mu, logvar, mean, cov) - (torch.logdet(cov) - logvar.sum(dim=1))


@mistake(
    "elbo_gap",
    "K is lost",
    "You do not subtract K, the number of latent dimensions. Where q is the posterior the gap must be 0.",
)
def dimension_lost(mu, logvar, mean, cov):
    return right.elbo_gap(mu, logvar, mean, cov) + 0.5 * mu.shape[1]


@mistake(
    "elbo_gap",
    "the variances divided by cov's",
    "In the trace you divide by the diagonal of cov. What counts is the diagonal of its inverse: the two differ where cov has off-diagonal entries.",
)
def trace_of_diagonals(mu, logvar, mean, cov):
    trace = (logvar.exp() * torch.linalg.inv(cov).diagonal()).sum(dim=1)
    return right.elbo_gap(mu, logvar, mean, cov) + 0.5 * ((logvar.exp() / cov.diagonal()).sum(dim=1) - trace)


@mistake(
    "elbo_gap",
    "exp(logvar) taken for the standard deviation",
    "You square exp(logvar). It is q's variance already.",
)
def gap_std(mu, logvar, mean, cov):
    return right.elbo_gap(mu, 2 * logvar, mean, cov)


@mistake(
    "elbo_gap",
    "the determinant of cov is lost",
    "The log-determinant of cov is missing. Where q is the posterior the gap must be 0.",
)
def determinant_lost(mu, logvar, mean, cov):
    return right.elbo_gap(mu, logvar, mean, cov) - 0.5 * torch.logdet(cov)


@mistake(
    "elbo_gap",
    "the half is missing",
    "Your gap is twice the right one: the factor 1/2 stands in front of all its terms.",
)
def gap_doubled(mu, logvar, mean, cov):
    return 2 * right.elbo_gap(mu, logvar, mean, cov)


@mistake(
    "elbo_gap",
    "the means are lost",
    "You leave out the part from the means: if q sits beside the posterior, the bound pays for it.",
)
def means_lost(mu, logvar, mean, cov):
    return right.elbo_gap(mean, logvar, mean, cov)


@mistake(
    "elbo_gap",
    "covariance for precision",
    "You weigh with cov. A KL divides by the second distribution's covariance: use its inverse.",
)
def covariance_for_precision(mu, logvar, mean, cov):
    trace = (logvar.exp() * cov.diagonal()).sum(dim=1)
    away = torch.einsum("bi,ij,bj->b", mean - mu, cov, mean - mu)
    return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))


# sample_prior ------------------------------------------------------------------------------------------------------


@mistake(
    "sample_prior",
    "the mean, not a sample",
    "You return decode(z), the mean of p(x | z). A sample of the model has the noise of p(x | z) as well; that pictures usually show the mean is why they look smooth.",
)
def prior_mean_only(decode, logvar, z, eps):
    return decode(z) + 0 * eps


@mistake(
    "sample_prior",
    "exp(logvar) taken for the standard deviation",
    "You scale the noise by exp(logvar), which is the variance. The standard deviation is exp(logvar / 2).",
)
def prior_std(decode, logvar, z, eps):
    return decode(z) + torch.exp(logvar) * eps


@mistake(
    "sample_prior",
    "noise of variance 1",
    "You add eps as it is. The noise of p(x | z) has variance exp(logvar).",
)
def prior_unit_noise(decode, logvar, z, eps):
    return decode(z) + eps


@mistake(
    "sample_prior",
    "one eps for the whole batch",
    "You use the first sample's noise for all. Each sample has its own eps.",
)
def prior_eps_shared(decode, logvar, z, eps):
    return decode(z) + torch.exp(0.5 * logvar) * eps[:1]


@mistake(
    "sample_prior",
    "the noise put into z",
    "You scale z by the noise of x. z is a draw of the prior, N(0, I), as it comes; exp(logvar) belongs to p(x | z).",
)
def noise_into_z(decode, logvar, z, eps):
    return decode(torch.exp(0.5 * logvar) * z) + torch.exp(0.5 * logvar) * eps


@mistake(
    "sample_prior",
    "twice logvar in the exponent",
    "You scale the noise by exp(2 logvar). The standard deviation is the square root of exp(logvar): half of logvar, not twice.",
)
def prior_logvar_doubled(decode, logvar, z, eps):
    return decode(z) + torch.exp(2 * logvar) * eps


@mistake(
    "sample_prior",
    "the mean scaled too",
    "You scale the decoder's mean together with the noise. Only eps is scaled; decode(z) is the mean as it comes.",
)
def prior_mean_scaled(decode, logvar, z, eps):
    return (decode(z) + eps) * torch.exp(0.5 * logvar)


@mistake(
    "sample_prior",
    "logvar itself as the scale",
    "You scale the noise by logvar, which may be negative. Take its exponential, of half of it.",
)
def prior_logvar_scale(decode, logvar, z, eps):
    return decode(z) + logvar * eps


# interpolate -------------------------------------------------------------------------------------------------------


@mistake(
    "interpolate",
    "the end is left out",
    "Your last point falls one step short of z_end. Of n points, n - 1 steps apart, both ends are included.",
)
def end_left_out(z_start, z_end, steps):
    weight = (torch.arange(steps, dtype=z_start.dtype) / steps)[:, None]
    return (1 - weight) * z_start + weight * z_end


@mistake(
    "interpolate",
    "the ends exchanged",
    "You walk from z_end to z_start.",
)
def ends_exchanged(z_start, z_end, steps):
    return right.interpolate(z_end, z_start, steps)


@mistake(
    "interpolate",
    "the sum of both ends",
    "Your weights do not add up to one: where the end's weight is w, the start's is 1 - w.",
)
def weights_do_not_add(z_start, z_end, steps):
    weight = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    return z_start + weight * z_end


@mistake(
    "interpolate",
    "both ends left out",
    "You return points between the ends. Both ends are included.",
)
def ends_left_out(z_start, z_end, steps):
    return right.interpolate(z_start, z_end, steps + 2)[1:-1]


@mistake(
    "interpolate",
    "slow at both ends",
    "Your points crowd at both ends. They are evenly spaced: the weights are k / (steps - 1).",
)
def eased(z_start, z_end, steps):
    weight = (1 - torch.cos(math.pi * torch.linspace(0, 1, steps, dtype=z_start.dtype))) / 2
    return (1 - weight)[:, None] * z_start + weight[:, None] * z_end


@mistake(
    "interpolate",
    "the axes exchanged",
    "You return (K, steps). Each row is a point: (steps, K).",
)
def points_in_columns(z_start, z_end, steps):
    return right.interpolate(z_start, z_end, steps).T


@mistake(
    "interpolate",
    "along the circle",
    "You follow the great circle (slerp). That is a good path for unit vectors, and a later lesson's; here the path is straight.",
)
def slerped(z_start, z_end, steps):
    weight = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    cos = torch.dot(z_start, z_end) / (z_start.norm() * z_end.norm())
    angle = torch.arccos(cos)
    return (torch.sin((1 - weight) * angle) * z_start + torch.sin(weight * angle) * z_end) / torch.sin(angle)


@mistake(
    "interpolate",
    "steps counted without the start",
    "You return one point more than asked: steps is the number of points, both ends included.",
)
def one_point_more(z_start, z_end, steps):
    return right.interpolate(z_start, z_end, steps + 1)
