"""Checks of lesson 31: forward noising, its closed form and its posterior, the bound, training and sampling."""

from gm_ref.checks.ddpm.alpha_tables import check_alpha_tables
from gm_ref.checks.ddpm.beta_schedule import check_beta_schedule
from gm_ref.checks.ddpm.ddpm_loss import check_ddpm_loss
from gm_ref.checks.ddpm.ema_update import check_ema_update
from gm_ref.checks.ddpm.p_sample import check_p_sample
from gm_ref.checks.ddpm.predict_x0 import check_predict_x0
from gm_ref.checks.ddpm.q_posterior import check_q_posterior
from gm_ref.checks.ddpm.q_sample import check_q_sample
from gm_ref.checks.ddpm.q_step import check_q_step
from gm_ref.checks.ddpm.timestep_embedding import check_timestep_embedding
from gm_ref.checks.ddpm.vlb_terms import check_vlb_terms
