"""Wrong answers to lesson 21 that people really give, each with the sentence that cures it."""

import math

import torch
from torch.nn import functional as F

from gm_ref.mistakes.core import Bank
from gm_ref.vae import elbo as right

BANK = Bank()
mistake, convention = BANK.mistake, BANK.convention
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


# gaussian_log_lik --------------------------------------------------------------------------------------------------


@mistake(
    "gaussian_log_lik",
    "exp(logvar) taken for the standard deviation",
    "You use exp(logvar) as the standard deviation; it is the variance. The standard deviation is exp(logvar / 2).",
    source="ibp_vae#3, keras#3283",
)
def likelihood_std(x, mu, logvar):
    return right.gaussian_log_lik(x, mu, 2 * logvar)


@convention(
    "gaussian_log_lik",
    "log standard deviation",
    "You read the third argument as the log of the standard deviation and halve it again. This course's logvar is the log of the variance.",
)
def likelihood_log_std(x, mu, logvar):
    return right.gaussian_log_lik(x, mu, 0.5 * logvar)


@mistake(
    "gaussian_log_lik",
    "log(2 pi) is lost",
    "You leave out log(2 pi) / 2 for each entry. As a loss that is harmless; as a log-likelihood, and in bits per dimension, it is a wrong number.",
)
def constant_lost(x, mu, logvar):
    return right.gaussian_log_lik(x, mu, logvar) + HALF_LOG_2PI * x[0].numel()


@mistake(
    "gaussian_log_lik",
    "mean over the entries",
    "You average over the entries of a sample. A log-likelihood sums them; with a mean, the KL beside it weighs too much.",
    source="keras#3383, pytorch/examples#234",
)
def likelihood_mean(x, mu, logvar):
    return right.gaussian_log_lik(x, mu, logvar) / x[0].numel()


@mistake(
    "gaussian_log_lik",
    "only the squared error",
    "You return minus the squared error. The variance is missing: it divides the squared distance, and its log is the normaliser.",
)
def only_squared_error(x, mu, logvar):
    return -(x - mu).square().flatten(1).sum(dim=1)


@mistake(
    "gaussian_log_lik",
    "the sign",
    "You return the negative log-likelihood. The function asks for log p itself.",
)
def likelihood_sign(x, mu, logvar):
    return -right.gaussian_log_lik(x, mu, logvar)


@mistake(
    "gaussian_log_lik",
    "the half is lost at the distance",
    "Your squared distance is not halved. The Gaussian's exponent is minus half of the squared distance over the variance.",
)
def distance_not_halved(x, mu, logvar):
    squared = (x - mu).square() * torch.exp(-logvar)
    return -(squared + 0.5 * (logvar + math.log(2 * math.pi))).flatten(1).sum(dim=1)


@mistake(
    "gaussian_log_lik",
    "the log-variance is lost",
    "Your normaliser has no logvar in it. Without it a larger variance always looks better.",
)
def logvar_lost(x, mu, logvar):
    squared = (x - mu).square() * torch.exp(-logvar)
    return -0.5 * (squared + math.log(2 * math.pi)).flatten(1).sum(dim=1)


@mistake(
    "gaussian_log_lik",
    "summed over the batch",
    "You sum over the batch as well and return one number. Each sample has its own log-likelihood: (B,).",
)
def likelihood_over_batch(x, mu, logvar):
    return right.gaussian_log_lik(x, mu, logvar).sum()


# bernoulli_log_lik -------------------------------------------------------------------------------------------------


@mistake(
    "bernoulli_log_lik",
    "sigmoid taken twice",
    "You take the sigmoid of a sigmoid: what comes in are logits, and the functions with logits in their name take the sigmoid themselves.",
)
def bernoulli_sigmoid_twice(x, logits):
    return right.bernoulli_log_lik(x, torch.sigmoid(logits))


@mistake(
    "bernoulli_log_lik",
    "logits taken for probabilities",
    "You use the logits as if they were probabilities. The probability is their sigmoid.",
)
def logits_as_probabilities(x, logits):
    p = logits.clamp(1e-6, 1 - 1e-6)
    return (x * p.log() + (1 - x) * (1 - p).log()).flatten(1).sum(dim=1)


@mistake(
    "bernoulli_log_lik",
    "the sign",
    "You return the binary cross-entropy, which is minus the log-likelihood.",
)
def bernoulli_sign(x, logits):
    return -right.bernoulli_log_lik(x, logits)


@mistake(
    "bernoulli_log_lik",
    "mean over the pixels",
    "You average over the pixels. A log-likelihood sums them; with a mean, the KL beside it weighs hundreds of times too much.",
    source="keras#3383, pytorch/examples#234",
)
def bernoulli_mean(x, logits):
    return right.bernoulli_log_lik(x, logits) / x[0].numel()


@mistake(
    "bernoulli_log_lik",
    "only the pixels that are 1",
    "You count only x log p. A pixel that is 0 has its term as well: (1 - x) log(1 - p).",
)
def only_ones(x, logits):
    return (x * F.logsigmoid(logits)).flatten(1).sum(dim=1)


@mistake(
    "bernoulli_log_lik",
    "a constant inside the log",
    "You compute log(p + small constant). It caps the loss of a pixel that is surely wrong: for a logit of 200 the term must be -200.",
)
def bernoulli_epsilon(x, logits):
    p = torch.sigmoid(logits)
    return (x * torch.log(p + 1e-7) + (1 - x) * torch.log(1 - p + 1e-7)).flatten(1).sum(dim=1)


@mistake(
    "bernoulli_log_lik",
    "a log that is clamped at 100",
    "For a logit of 200 your term says -100: binary_cross_entropy on probabilities cuts its logs off there. Use the version that takes logits.",
)
def bernoulli_clamped(x, logits):
    return -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none").flatten(1).sum(dim=1)


@mistake(
    "bernoulli_log_lik",
    "black and white exchanged",
    "You give pixels of value 1 the probability of 0. The sigmoid of a logit is the probability that the pixel is 1.",
)
def bernoulli_exchanged(x, logits):
    return right.bernoulli_log_lik(x, -logits)


# kl_standard_normal ------------------------------------------------------------------------------------------------


@mistake(
    "kl_standard_normal",
    "exp(logvar) taken for the standard deviation",
    "You square exp(logvar). It is the variance already; the KL contains the variance, not its square.",
    source="ibp_vae#3",
)
def kl_std(mu, logvar):
    return 0.5 * (mu.square() + torch.exp(2 * logvar) - 1 - 2 * logvar).sum(dim=1)


@convention(
    "kl_standard_normal",
    "log standard deviation",
    "You read the second argument as twice the log of the standard deviation's half. This course's logvar is the log of the variance, used as it is.",
)
def kl_log_std(mu, logvar):
    return right.kl_standard_normal(mu, 0.5 * logvar)


@mistake(
    "kl_standard_normal",
    "the half is missing",
    "Your KL is twice the right one: the factor 1/2 stands in front of all its terms.",
)
def kl_doubled(mu, logvar):
    return 2 * right.kl_standard_normal(mu, logvar)


@mistake(
    "kl_standard_normal",
    "mean over the latent dimensions",
    "You average over the latent dimensions. The KL of independent dimensions is their sum.",
    source="world-models#12",
)
def kl_mean(mu, logvar):
    return right.kl_standard_normal(mu, logvar) / mu.shape[1]


@mistake(
    "kl_standard_normal",
    "the sign",
    "You return minus the KL. A KL divergence is never negative.",
)
def kl_sign(mu, logvar):
    return -right.kl_standard_normal(mu, logvar)


@mistake(
    "kl_standard_normal",
    "the KL the other way round",
    "You compute KL(p || q), from the prior to q. The bound contains KL(q || p): q's own samples decide.",
)
def kl_reversed(mu, logvar):
    return 0.5 * ((mu.square() + 1) * torch.exp(-logvar) - 1 + logvar).sum(dim=1)


@mistake(
    "kl_standard_normal",
    "the -1 counted once",
    "You subtract 1 once. It belongs to every latent dimension: a standard normal q must give 0.",
)
def one_counted_once(mu, logvar):
    return 0.5 * ((mu.square() + logvar.exp() - logvar).sum(dim=1) - 1)


@mistake(
    "kl_standard_normal",
    "mu is not squared",
    "You add mu itself. The KL contains its square.",
)
def mu_not_squared(mu, logvar):
    return 0.5 * (mu + logvar.exp() - 1 - logvar).sum(dim=1)


@mistake(
    "kl_standard_normal",
    "summed over the batch",
    "You sum over the batch, or over the wrong axis. Each sample has its own KL: (B,).",
)
def kl_over_batch(mu, logvar):
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=0)


# reparameterize ----------------------------------------------------------------------------------------------------


@mistake(
    "reparameterize",
    "exp(logvar) taken for the standard deviation",
    "You scale the noise by exp(logvar), which is the variance. The standard deviation is exp(logvar / 2).",
    source="ibp_vae#3, keras#3283",
)
def noise_by_variance(mu, logvar, eps):
    return mu + torch.exp(logvar) * eps


@mistake(
    "reparameterize",
    "logvar itself as the scale",
    "You scale the noise by logvar, which may be negative. Take its exponential, of half of it.",
)
def noise_by_logvar(mu, logvar, eps):
    return mu + logvar * eps


@mistake(
    "reparameterize",
    "one eps for the whole batch",
    "You use the first sample's noise for all. Each sample has its own eps.",
)
def eps_shared_by_batch(mu, logvar, eps):
    return mu + torch.exp(0.5 * logvar) * eps[:1]


@mistake(
    "reparameterize",
    "one eps for all dimensions",
    "You use one number of noise for all dimensions of a sample. Each dimension has its own eps.",
)
def eps_shared_by_dims(mu, logvar, eps):
    return mu + torch.exp(0.5 * logvar) * eps[:, :1]


@mistake(
    "reparameterize",
    "the mean scaled too",
    "You scale mu together with the noise. Only eps is scaled; mu is added after.",
)
def mean_scaled(mu, logvar, eps):
    return (mu + eps) * torch.exp(0.5 * logvar)


@mistake(
    "reparameterize",
    "no gradient through the sample",
    "Your sample is cut off from mu and logvar: values are right, gradients are not. Remove detach, no_grad or torch.normal.",
)
def sample_detached(mu, logvar, eps):
    return (mu + torch.exp(0.5 * logvar) * eps).detach() + 0 * mu


@mistake(
    "reparameterize",
    "the sign of logvar",
    "You divide the noise by the standard deviation. It is multiplied by it.",
)
def noise_divided(mu, logvar, eps):
    return mu + torch.exp(-0.5 * logvar) * eps


@mistake(
    "reparameterize",
    "the noise is lost",
    "You return mu. The point of a sample is its noise: without it q has no spread.",
)
def mean_only(mu, logvar, eps):
    return mu + 0 * eps


# elbo --------------------------------------------------------------------------------------------------------------


@mistake(
    "elbo",
    "the KL added",
    "You add the KL. The bound subtracts it: ELBO = reconstruction - KL. (A loss, -ELBO, adds it to minus the reconstruction.)",
)
def kl_added(x, encode, log_lik, eps):
    _, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return reconstruction + kl, reconstruction, kl


@mistake(
    "elbo",
    "the loss, not the bound",
    "You return -ELBO, the loss. The function asks for the bound itself.",
)
def loss_not_bound(x, encode, log_lik, eps):
    bound, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return -bound, reconstruction, kl


@mistake(
    "elbo",
    "the decoder fed mu",
    "You reconstruct from mu. The expectation under q needs a sample z: use eps.",
)
def decoder_fed_mu(x, encode, log_lik, eps):
    return right.elbo(x, encode, log_lik, 0 * eps)


@mistake(
    "elbo",
    "one eps for the whole batch",
    "You use the first sample's noise for all. Each sample has its own row of eps.",
)
def bound_eps_shared(x, encode, log_lik, eps):
    return right.elbo(x, encode, log_lik, eps[:1].expand_as(eps))


@mistake(
    "elbo",
    "exp(logvar) taken for the standard deviation",
    "Your sample z is made with exp(logvar) as the standard deviation; it is the variance.",
    source="ibp_vae#3",
)
def bound_std(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    reconstruction, kl = log_lik(x, mu + torch.exp(logvar) * eps), right.kl_standard_normal(mu, logvar)
    return reconstruction - kl, reconstruction, kl


@mistake(
    "elbo",
    "mean KL beside a summed reconstruction",
    "You average the KL over the latent dimensions but the reconstruction is a sum. Both are sums in nats.",
    source="world-models#12",
)
def bound_mean_kl(x, encode, log_lik, eps):
    _, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return reconstruction - kl / eps.shape[1], reconstruction, kl / eps.shape[1]


@mistake(
    "elbo",
    "the likelihood divided by the number of pixels",
    "You average the reconstruction over the entries of x beside a summed KL: that is a beta-VAE with a very large beta. Leave log p(x | z) as it is.",
    source="keras#3383, pytorch/examples#234",
)
def bound_mean_reconstruction(x, encode, log_lik, eps):
    _, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return reconstruction / x.shape[1] - kl, reconstruction / x.shape[1], kl


@mistake(
    "elbo",
    "the gradient is cut",
    "The value is right, but no gradient flows into the encoder through the sample. Remove detach or no_grad.",
)
def bound_detached(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    z = right.reparameterize(mu, logvar, eps).detach()
    kl = right.kl_standard_normal(mu, logvar)
    return log_lik(x.detach(), z) - kl.detach() + 0 * x.sum(), log_lik(x, z), kl * 1.0


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
    "the mean divided by the noise variance",
    "Your mean is off by the factor noise_var: the inverse of M is applied to W^T x, and noise_var cancels in the mean.",
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
