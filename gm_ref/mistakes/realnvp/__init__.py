"""Wrong answers to lesson 41 that people really give, each with the sentence that cures it.

Those in the layers and the flow stand in realnvp_layers; here are masks, squeezing, and what images need."""

from gm_ref.mistakes.core import Bank

BANK = Bank()
