"""What a worker says went wrong, as the Problem that a check would have met in the notebook."""

from typing import Any

from gm_ref.checks.core.verdict import Problem

LINES, LETTERS = 8, 500


class ValueProblem(Problem, ValueError):
    """A ValueError that the submission raised: checks ask for it where bad input must be refused."""


class TypeProblem(Problem, TypeError):
    """A TypeError that the submission raised."""


KINDS: dict[str, type[Problem]] = {"ValueError": ValueProblem, "TypeError": TypeProblem}


def problem(told: Any, call: str) -> Problem:
    """Return the Problem that the worker told of; only some kinds and so much text are taken from it.

    call is the call that was made, as the judge knows it.
    """
    status, *lines = [str(x)[:LETTERS] for x in told[: LINES + 1]] if isinstance(told, list) and told else ["raised"]
    if status not in ("raised", "missing", "property"):
        status = "raised"
    shown = [f"The call was {call}." if line.startswith("The call was ") else line for line in lines]
    return KINDS.get(shown[0].split(":")[0] if shown else "", Problem)(status, *shown)
