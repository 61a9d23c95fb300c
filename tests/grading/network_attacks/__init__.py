"""Hostile submissions to the lesson for tests, 98_networks, one in each file, as text (see tests/grading/attacks).

CELLS is the code, where @RIGHT@ stands for the honest `small_generator_right`.  VARIANTS holds values for the mark
@VARIANT@: a notebook is made for each, and none may earn a point.  SAYS stands in one mark's text.
"""
