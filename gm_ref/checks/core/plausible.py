"""Which changes of the right formula are slips of a hand, and which are only a machine's edits.

The builder tries every small edit.  Some agree with numbers that came about in quite another way: a comparison turned
round, a variable that nobody would write there, one whole number for another.  To name these sends a person astray.
"""

import re
from collections.abc import Sequence

EDIT = re.compile(
    r"^[<>=!]+ in place of|\b_ in place of|in place of _\b|\w_like in place of|"
    r"^-?\d+ in place of -?\d|cut off at 0( or|$)"
)
ONE_PLACE = "in one place"


def is_plausible(words: Sequence[str]) -> bool:
    """Say whether words, each for a change that computes the same, tell of something that a person may have done.

    Where two exchanges of variables compute the same, neither is known to be the one.
    """
    return not any(EDIT.search(w) for w in words) and sum(ONE_PLACE in w for w in words) < 2


def exact(words: Sequence[str]) -> list[str]:
    """Return the words without those that others say with the place: "a sign" beside "a sign (at x)"."""
    return [w for w in words if not any(other.startswith(f"{w} (at ") for other in words)]
