"""Checks of lesson 00: log-densities, log-mean-exp, KL, Monte Carlo error, the score, change of variables."""

from gm_ref.checks.start.gmm_score import check_gmm_score
from gm_ref.checks.start.kl_diag_gaussians import check_kl_diag_gaussians
from gm_ref.checks.start.log_mean_exp import check_log_mean_exp
from gm_ref.checks.start.log_normal_diag import check_log_normal_diag
from gm_ref.checks.start.log_prob_by_change_of_variables import check_log_prob_by_change_of_variables
from gm_ref.checks.start.mc_estimate import check_mc_estimate
