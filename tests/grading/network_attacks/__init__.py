"""Hostile submissions to the lesson for tests, 98_networks, one in each file, as text (see tests/grading/attacks).

CELLS may use RIGHT, the honest definition of `small_generator`, by the mark @RIGHT@.  VARIANTS holds several values for
the mark @VARIANT@: a notebook is made for each.  SCORES defaults to nothing.
"""
