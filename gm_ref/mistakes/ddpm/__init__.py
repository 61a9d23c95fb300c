"""Wrong answers to lesson 31 that people really give, each with the sentence that cures it.

The forward chain's stand in ddpm_forward; here are the bound, training and sampling."""

from gm_ref.mistakes.core import Bank

BANK = Bank()
