"""Handed in under names that leave the folder, start a formula, or end a line."""

CELLS = ["def q_sample(x0, t, eps, alpha_bar):\n    return x0\n"]
STUDENT = "../../x"
FILE = "=cmd()|' /C calc'!A0\n\r\0<script>.ipynb"
