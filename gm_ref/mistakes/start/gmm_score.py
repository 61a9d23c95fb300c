"""Wrong answers to gmm_score that people really give, each with the sentence that cures it."""

import torch

from gm_ref.foundations import start
from gm_ref.mistakes.start import BANK
from gm_ref.mistakes.start.shared import LOG_2PI

mistake, convention = BANK.of("gmm_score")


def parts(x, logits, mu, logvar):
    """Return mu - x (B, K, D), the variances (K, D) and the log of weight times density, (B, K)."""
    away, var = mu - x[:, None], logvar.exp()
    log_n = (-0.5 * away**2 / var - 0.5 * logvar - 0.5 * LOG_2PI).sum(-1)
    return away, var, logits.log_softmax(0) + log_n


def mixed(share, pull):
    """Return the shares (B, K) or (K,) times the pulls (B, K, D), summed over components."""
    return (share[..., None] * pull).sum(1)


@mistake("the score points away from the data")
def wrong_sign(x, logits, mu, logvar):
    """Your arrows point the wrong way: the score points where the density grows, from x towards the means."""
    return -start.gmm_score(x, logits, mu, logvar)


@mistake("prior weights for shares")
def prior_weights(x, logits, mu, logvar):
    """You weight the components by softmax(logits) alone, the same at every x. What counts is how much of p(x) each
    component gives at this x: weight times density, normalised.
    """
    away, var, _ = parts(x, logits, mu, logvar)
    return mixed(logits.softmax(0), away / var)


@mistake("the logits are not used")
def equal_weights(x, logits, mu, logvar):
    """You treat all components as equally likely. Their weights are softmax(logits)."""
    return start.gmm_score(x, 0 * logits, mu, logvar)


@mistake("the gradient of the density")
def of_density(x, logits, mu, logvar):
    """You return the gradient of p. The score is the gradient of log p: divide by p(x)."""
    log_p = parts(x, logits, mu, logvar)[2].logsumexp(1, keepdim=True)
    return start.gmm_score(x, logits, mu, logvar) * log_p.exp()


@mistake("the normalisers are left out of the shares")
def no_normaliser(x, logits, mu, logvar):
    """Your shares leave out the normalisers of the components. With unequal variances they do not cancel: a wide
    component is a low one.
    """
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed((log_joint + 0.5 * logvar.sum(-1)).softmax(1), away / var)


@mistake("underflow far from the data")
def underflow(x, logits, mu, logvar):
    """Right near the data, but far away every density underflows to 0 and you divide 0 by 0. Keep logarithms of weight
    times density, and let softmax form the shares.
    """
    away, var, log_joint = parts(x, logits, mu, logvar)
    joint = log_joint.exp()
    return mixed(joint / joint.sum(1, keepdim=True), away / var)


@mistake("underflow, hidden by a small number")
def hidden_underflow(x, logits, mu, logvar):
    """You add a small number to the denominator of the shares. Far from the data the score then fades to 0, where it
    should grow: let softmax form the shares from logarithms.
    """
    away, var, log_joint = parts(x, logits, mu, logvar)
    joint = log_joint.exp()
    return mixed(joint / (joint.sum(1, keepdim=True) + 1e-8), away / var)


@mistake("not divided by the variance")
def no_variance(x, logits, mu, logvar):
    """Your pulls towards the means are not divided by the variances. The gradient of -(x - mu)^2 / (2 variance) keeps
    the variance.
    """
    away, _, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(1), away)


@mistake("divided by the standard deviation")
def over_std(x, logits, mu, logvar):
    """You divide the pulls by exp(logvar / 2), the standard deviation. The variance divides."""
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(1), away / var.sqrt())


@convention("log-std for log-variance")
def score_log_std(x, logits, mu, logvar):
    """You take the last argument for the logarithm of the standard deviation. This course passes logvar, the logarithm
    of the variance, which is twice that.
    """
    return start.gmm_score(x, logits, mu, 2 * logvar)


@mistake("shares normalised over the batch")
def softmax_over_batch(x, logits, mu, logvar):
    """Your shares add up to one over the batch. At each x they add up to one over the components, axis 1 of (B, K)."""
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(0), away / var)


@mistake("only the nearest component")
def hard_assignment(x, logits, mu, logvar):
    """You take the score of the most likely component alone. All components count, each with its share; between two of
    them that makes a difference.
    """
    away, var, log_joint = parts(x, logits, mu, logvar)
    return (away / var)[torch.arange(len(x)), log_joint.argmax(1)]


@mistake("logits used as weights")
def logits_as_weights(x, logits, mu, logvar):
    """You multiply by the logits. They may be negative and need not add up to one: the weights are softmax(logits)."""
    away, var, log_joint = parts(x, logits, mu, logvar)
    joint = logits * (log_joint - logits.log_softmax(0)).exp()
    return mixed(joint / joint.sum(1, keepdim=True), away / var)


@mistake("a mean over components")
def mean_over_components(x, logits, mu, logvar):
    """You average over the components after weighting them with their shares. The shares add up to one already: sum."""
    return start.gmm_score(x, logits, mu, logvar) / len(mu)


@mistake("logvar read as the variance")
def gmm_logvar_as_variance(x, logits, mu, logvar):
    """You use logvar itself as the variances. They are exp(logvar), and never negative."""
    away = mu - x[:, None]
    log_n = (-0.5 * away**2 / logvar - 0.5 * logvar.log() - 0.5 * LOG_2PI).sum(-1)
    return mixed((logits.log_softmax(0) + log_n).softmax(1), away / logvar)


@mistake("multiplied by the variance")
def pulls_times_variance(x, logits, mu, logvar):
    """You multiply the pulls towards the means by the variances. They are divided by them."""
    away, var, log_joint = parts(x, logits, mu, logvar)
    return mixed(log_joint.softmax(1), away * var)


@mistake("the gradient with respect to the means")
def gradient_in_mu(x, logits, mu, logvar):
    """You differentiate the log-density with respect to the means, summed over the batch: one row for each component.
    The score is its gradient in x, one row for each sample.
    """
    away, var, log_joint = parts(x, logits, mu, logvar)
    return -(log_joint.softmax(1)[..., None] * away / var).sum(0)


@mistake("the mixture of means, not of pulls")
def one_gaussian(x, logits, mu, logvar):
    """You mix the means and the variances first and take the score of that one Gaussian. Each component pulls by
    itself, by its own distance over its own variance; then the pulls are mixed.
    """
    _, var, log_joint = parts(x, logits, mu, logvar)
    share = log_joint.softmax(1)
    return (share @ mu - x) / (share @ var)
