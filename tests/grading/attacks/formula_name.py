"""A student called =cmd(): a spreadsheet would run it."""

CELLS = ["def q_sample(x0, t, eps, alpha_bar):\n    raise ValueError('=cmd()')\n"]
STUDENT = "=cmd()"
