"""Checks of lesson 11: the value of the game, its optimum, the two generator losses, and one step of each player."""

from gm_ref.checks.minimax.discriminator_loss import check_discriminator_loss
from gm_ref.checks.minimax.discriminator_step import check_discriminator_step
from gm_ref.checks.minimax.generator_loss import check_generator_loss
from gm_ref.checks.minimax.generator_loss_minimax import check_generator_loss_minimax
from gm_ref.checks.minimax.generator_step import check_generator_step
from gm_ref.checks.minimax.jensen_shannon import check_jensen_shannon
from gm_ref.checks.minimax.optimal_discriminator import check_optimal_discriminator
from gm_ref.checks.minimax.saturation_ratio import check_saturation_ratio
from gm_ref.checks.minimax.value_at_optimum import check_value_at_optimum
