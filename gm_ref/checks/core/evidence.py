"""What is shown beside the name of a mistake: only what the mistake itself shows, by what was recorded of it.

A function can have two faults.  The name comes from the fixed probes, the first property that fails may tell of the
other fault: a wrong shape is evidence for a mistake that returns wrong shapes, an error for one that raises, a
difference of numbers for one that returns other numbers.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from gm_ref.checks.core.verdict import Problem

SHAPE = re.compile(r" has shape \(.* was expected\.")
MEASURED = re.compile(r"\b[Yy]ours\b")


def evidence(problem: Problem, outputs: Sequence, bank: Sequence[Sequence]) -> tuple[str, ...]:
    """Return the lines of a problem that tell of the named mistake.

    outputs: what the mistake computes on each probe, as diagnosis records it; bank: the same of all mistakes of the
    exercise.  What most of them return has the right shape.
    """
    right = [usual(shapes) for shapes in zip(*(shapes_of(known) for known in bank), strict=True)]
    own = shapes_of(outputs)
    if SHAPE.search(problem.lines[0]) and not any(a != b for a, b in zip(own, right, strict=True) if a):
        return ()
    return measured(problem)


def measured(problem: Problem) -> tuple[str, ...]:
    """Return the lines of a problem that were measured: the error and its line, a shape, or the difference."""
    if problem.status == "raised":
        return problem.lines[:2]
    if SHAPE.search(problem.lines[0]):
        return problem.lines[:1]
    return tuple(line for line in problem.lines if MEASURED.search(line))


def shapes_of(outputs: Sequence) -> list[Any]:
    """Return the shapes of what was returned on each probe; None where nothing was."""
    return [None if isinstance(x, str) else tuple(tuple(shape) for shape, _ in x) for x in outputs]


def usual(shapes: Sequence) -> Any:
    """Return the shapes that most mistakes return on a probe."""
    return Counter(s for s in shapes if s is not None).most_common(1)[0][0] if any(shapes) else None
