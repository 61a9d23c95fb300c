"""Wrong answers to elbo_gap that people really give, each with the sentence that cures it."""

import torch

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("elbo_gap")


@mistake("the KL the other way round")
def gap_reversed(mu, logvar, mean, cov):
    """You compute KL(posterior || q). The gap is KL(q || posterior): q comes first."""
    q = torch.distributions.MultivariateNormal(mu, torch.diag_embed(logvar.exp()))
    p = torch.distributions.MultivariateNormal(mean, cov.expand(len(mu), *cov.shape))
    return torch.distributions.kl_divergence(p, q)


@mistake("the covariance's off-diagonal ignored")
def diagonal_only(mu, logvar, mean, cov):
    """You use only the diagonal of cov. The off-diagonal part is what a diagonal q cannot follow: it is the heart of
    the gap.
    """
    return right.elbo_gap(mu, logvar, mean, torch.diag(torch.diagonal(cov)))


@mistake("the determinants exchanged")
def determinants_exchanged(mu, logvar, mean, cov):
    """Your log-determinants have the wrong signs: log det cov of the posterior counts plus, q's sum of logvar minus."""
    return right.elbo_gap(mu, logvar, mean, cov) - (torch.logdet(cov) - logvar.sum(dim=1))


@mistake("K is lost")
def dimension_lost(mu, logvar, mean, cov):
    """You do not subtract K, the number of latent dimensions. Where q is the posterior the gap must be 0."""
    return right.elbo_gap(mu, logvar, mean, cov) + 0.5 * mu.shape[1]


@mistake("the variances divided by cov's")
def trace_of_diagonals(mu, logvar, mean, cov):
    """In the trace you divide by the diagonal of cov. What counts is the diagonal of its inverse: the two differ where
    cov has off-diagonal entries.
    """
    trace = (logvar.exp() * torch.linalg.inv(cov).diagonal()).sum(dim=1)
    return right.elbo_gap(mu, logvar, mean, cov) + 0.5 * ((logvar.exp() / cov.diagonal()).sum(dim=1) - trace)


@mistake("exp(logvar) taken for the standard deviation")
def gap_std(mu, logvar, mean, cov):
    """You square exp(logvar). It is q's variance already."""
    return right.elbo_gap(mu, 2 * logvar, mean, cov)


@mistake("the determinant of cov is lost")
def determinant_lost(mu, logvar, mean, cov):
    """The log-determinant of cov is missing. Where q is the posterior the gap must be 0."""
    return right.elbo_gap(mu, logvar, mean, cov) - 0.5 * torch.logdet(cov)


@mistake("the half is missing")
def gap_doubled(mu, logvar, mean, cov):
    """Your gap is twice the right one: the factor 1/2 stands in front of all its terms."""
    return 2 * right.elbo_gap(mu, logvar, mean, cov)


@mistake("the means are lost")
def means_lost(mu, logvar, mean, cov):
    """You leave out the part from the means: if q sits beside the posterior, the bound pays for it."""
    return right.elbo_gap(mean, logvar, mean, cov)


@mistake("covariance for precision")
def covariance_for_precision(mu, logvar, mean, cov):
    """You weigh with cov. A KL divides by the second distribution's covariance: use its inverse."""
    trace = (logvar.exp() * cov.diagonal()).sum(dim=1)
    away = torch.einsum("bi,ij,bj->b", mean - mu, cov, mean - mu)
    return 0.5 * (trace + away - mu.shape[1] + torch.logdet(cov) - logvar.sum(dim=1))
