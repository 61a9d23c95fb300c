"""Checks of lesson 41: a layer's log-determinant, couplings both ways, the flow's density, masks, bits per dimension."""

from gm_ref.checks.realnvp.bits_per_dim import check_bits_per_dim
from gm_ref.checks.realnvp.channel_mask import check_channel_mask
from gm_ref.checks.realnvp.checkerboard_mask import check_checkerboard_mask
from gm_ref.checks.realnvp.coupling_forward import check_coupling_forward
from gm_ref.checks.realnvp.coupling_inverse import check_coupling_inverse
from gm_ref.checks.realnvp.dequantize import check_dequantize
from gm_ref.checks.realnvp.flow_log_prob import check_flow_log_prob
from gm_ref.checks.realnvp.flow_sample import check_flow_sample
from gm_ref.checks.realnvp.log_det_by_autograd import check_log_det_by_autograd
from gm_ref.checks.realnvp.logit_inverse import check_logit_inverse
from gm_ref.checks.realnvp.logit_transform import check_logit_transform
from gm_ref.checks.realnvp.squeeze import check_squeeze
from gm_ref.checks.realnvp.unsqueeze import check_unsqueeze
