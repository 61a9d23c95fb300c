"""Wrong answers to lesson 41 that people really give, each with the sentence that cures it; a file an exercise."""

from gm_ref.mistakes.core import Bank

BANK = Bank()
