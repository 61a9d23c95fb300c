"""Wrong answers to lesson 21 that people really give, each with the sentence that cures it."""

import math

import torch
from torch.nn import functional as F

from gm_ref.mistakes import elbo_models as models
from gm_ref.mistakes.core import Bank
from gm_ref.vae import elbo as right

BANK = Bank()
BANK.entries += models.BANK.entries
mistake = BANK.mistake
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


@mistake(
    "gaussian_log_lik",
    "the standard deviation in the variance's place",
    "You use exp(logvar / 2), the standard deviation, where the variance belongs. The squared distance is divided by exp(logvar), and the normaliser has logvar / 2.",
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
    "log(2 pi) counted once",
    "You add log(2 pi) / 2 once for a sample. Every entry has its own normaliser: count it as many times as there are entries.",
)
def constant_counted_once(x, mu, logvar):
    return right.gaussian_log_lik(x, mu, logvar) + HALF_LOG_2PI * (x[0].numel() - 1)


@mistake(
    "gaussian_log_lik",
    "2 pi without its logarithm",
    "You subtract 2 pi itself. The normaliser of a density is a factor; in the log-density its logarithm counts.",
)
def two_pi_without_log(x, mu, logvar):
    squared = (x - mu).square() * torch.exp(-logvar)
    return -0.5 * (squared + logvar + 2 * math.pi).flatten(1).sum(dim=1)


@mistake(
    "gaussian_log_lik",
    "multiplied by the variance",
    "You multiply the squared distance by exp(logvar). It is divided by the variance: where the variance is large, a distance costs little.",
)
def variance_multiplied(x, mu, logvar):
    squared = (x - mu).square() * torch.exp(logvar)
    return -0.5 * (squared + logvar + math.log(2 * math.pi)).flatten(1).sum(dim=1)


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
    "the exponential overflows",
    "For a logit of 800, and in float32 from 89 on, your exp is infinite and so is the result. softplus and logsigmoid do the same sum without overflow.",
)
def bernoulli_exp_overflows(x, logits):
    return (x * logits - torch.log1p(torch.exp(logits))).flatten(1).sum(dim=1)


@mistake(
    "bernoulli_log_lik",
    "grey pixels made black or white",
    "You round the pixels to 0 and 1. x may lie anywhere in [0, 1]: a grey pixel counts x log p + (1 - x) log(1 - p).",
)
def pixels_rounded(x, logits):
    return right.bernoulli_log_lik((x > 0.5).to(x.dtype), logits)


@mistake(
    "bernoulli_log_lik",
    "the log of the mixture",
    "You take log(x p + (1 - x)(1 - p)). That is right for pixels of 0 and 1 only; a grey pixel counts x log p + (1 - x) log(1 - p).",
)
def log_of_mixture(x, logits):
    p = torch.sigmoid(logits)
    return torch.log(x * p + (1 - x) * (1 - p)).flatten(1).sum(dim=1)


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


@mistake(
    "kl_standard_normal",
    "the standard deviation in the variance's place",
    "You use exp(logvar / 2), the standard deviation, where the variance belongs. The KL contains exp(logvar) and logvar as they are.",
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
    "the sign of logvar",
    "You add logvar. It counts with a minus: variance - 1 - log variance is 0 at variance 1 and positive elsewhere.",
)
def kl_logvar_sign(mu, logvar):
    return 0.5 * (mu.square() + logvar.exp() - 1 + logvar).sum(dim=1)


@mistake(
    "kl_standard_normal",
    "mu is lost",
    "Your KL does not depend on mu. A q that sits away from 0 pays half of the squared length of mu.",
)
def kl_mu_lost(mu, logvar):
    return 0.5 * (logvar.exp() - 1 - logvar).sum(dim=1)


@mistake(
    "kl_standard_normal",
    "one mean for the whole batch",
    "You average over the batch and return one number. Each sample has its own KL: (B,).",
)
def kl_batch_mean(mu, logvar):
    return right.kl_standard_normal(mu, logvar).mean()


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
    "Your sample is cut off from logvar, or from mu as well: values are right, gradients are not. Remove detach, no_grad or torch.normal.",
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
    "twice logvar in the exponent",
    "You scale the noise by exp(2 logvar). The standard deviation is the square root of exp(logvar): half of logvar, not twice.",
)
def logvar_doubled(mu, logvar, eps):
    return mu + torch.exp(2 * logvar) * eps


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
    "mu and logvar exchanged",
    "You take the encoder's first answer for logvar. encode(x) gives mu first, then logvar.",
)
def bound_exchanged(x, encode, log_lik, eps):
    return right.elbo(x, lambda x: encode(x)[::-1], log_lik, eps)


@mistake(
    "elbo",
    "reconstruction and kl exchanged",
    "Your numbers are right, in another order. Return elbo, reconstruction, kl.",
)
def parts_exchanged(x, encode, log_lik, eps):
    bound, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return bound, kl, reconstruction


@mistake(
    "elbo",
    "minus the reconstruction",
    "The reconstruction you return is minus log p(x | z). It is the log-likelihood itself; only a loss turns its sign.",
)
def reconstruction_sign(x, encode, log_lik, eps):
    bound, reconstruction, kl = right.elbo(x, encode, log_lik, eps)
    return bound, -reconstruction, kl


@mistake(
    "elbo",
    "the KL of the one sample",
    "Your kl is log q(z | x) - log p(z) at the one sample z. That is right on average only; here kl is the closed form, which has no noise in it.",
)
def kl_of_the_sample(x, encode, log_lik, eps):
    mu, logvar = encode(x)
    z = right.reparameterize(mu, logvar, eps)
    kl = right.gaussian_log_lik(z, mu, logvar) - right.gaussian_log_lik(z, 0 * z, 0 * z)
    reconstruction = log_lik(x, z)
    return reconstruction - kl, reconstruction, kl


@mistake(
    "elbo",
    "averaged over the batch",
    "You average over the batch and return single numbers. Each sample has its own bound: three tensors (B,).",
)
def bound_batch_mean(x, encode, log_lik, eps):
    return tuple(part.mean() for part in right.elbo(x, encode, log_lik, eps))


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
