"""Checks of lesson 21: likelihoods, the Gaussian KL, the reparameterised sample, the bound and its gap."""

from gm_ref.checks.elbo.bernoulli_log_lik import check_bernoulli_log_lik
from gm_ref.checks.elbo.elbo import check_elbo
from gm_ref.checks.elbo.elbo_gap import check_elbo_gap
from gm_ref.checks.elbo.gaussian_log_lik import check_gaussian_log_lik
from gm_ref.checks.elbo.interpolate import check_interpolate
from gm_ref.checks.elbo.kl_standard_normal import check_kl_standard_normal
from gm_ref.checks.elbo.linear_vae_posterior import check_linear_vae_posterior
from gm_ref.checks.elbo.reparameterize import check_reparameterize
from gm_ref.checks.elbo.sample_prior import check_sample_prior
