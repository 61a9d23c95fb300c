"""Arguments whose names are alike for sixty letters, are keywords up to there, or are 100,000 letters long."""

LONG = "x" * 70
CELLS = [
    f"def q_sample({LONG}a, {LONG}b, eps, alpha_bar):\n    return eps\n",
    f"def q_step({'y' * 100_000}, class_, eps, beta):\n    return eps\n",
    "def q_posterior(\N{MATHEMATICAL BOLD SMALL X}, \N{FULLWIDTH LATIN SMALL LETTER T}, *, beta=0):\n    return 5\n",
]
