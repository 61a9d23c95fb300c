"""Wrong answers to lesson 11 that people really give, each with the sentence that cures it."""

from gm_ref.mistakes.core import Bank

BANK = Bank()
