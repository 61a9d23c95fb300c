"""Read a wrong result that has no name: say what the right formula gives the same numbers with, or what differs in kind.

Each lesson's file checks/frozen/readings/STEM.json holds what a few hundred first-order changes of each reference (a
part left out, a sign, an axis, another argument) compute on the check's fixed probes, as sums and generic words.  A
reading is no diagnosis: it says what the numbers agree with, and does not pretend to know how they came about.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from gm_ref.checks.core.diagnosis import fingerprint, same_outputs
from gm_ref.checks.core.guard import argument_names
from gm_ref.checks.core.projection import SAME, all_agree, project
from gm_ref.checks.core.relations import relation
from gm_ref.checks.core.verdict import Problem

if TYPE_CHECKING:
    from gm_ref.checks.core.check import Spec

READINGS = Path(__file__).parents[1] / "frozen" / "readings"
CAREFUL = "That is read from numbers on fixed inputs: your code may say it in another way."
# What a problem's kind is called where the values on the probes are right, and where they need not be.
RIGHT_BUT = {
    "digits": "digits lost on the way",
    "float32": "right in float64, digits lost in float32",
    "slope": "right values, another gradient",
    "layout": "right only for some memory layouts",
    "accepts": "something is accepted that must be refused",
    "error": "it refuses, with another kind of error",
}
OF_FORM = {
    "none": "nothing is returned",
    "float": "a plain number in place of a tensor",
    "dtype": "the wrong dtype",
    "shape": "the wrong shape",
    "detached": "no gradient flows",
    "requires_grad": "the result holds a graph that it should not",
    "changes": "an argument is changed in place",
    "alone": "samples of a batch are mixed",
}


@dataclass(frozen=True)
class Reading:
    """What was read: a name for the headline, and the lines below it."""

    name: str
    lines: tuple[str, ...]


@cache
def readings(stem: str) -> dict[str, Any]:
    """Return the frozen readings of a lesson, exercise -> entry; {} where there are none.

    An entry holds "right", the reference's outputs on the probes; "used", the places of the arguments on which they
    depend; and "changes", [words, projected outputs] of each change, the simplest first.
    """
    path = READINGS / f"{stem}.json"
    return json.loads(path.read_text("utf-8"))["exercises"] if path.exists() else {}


def read(spec: "Spec", candidate: Callable, outputs: Sequence, problem: Problem) -> Reading | None:
    """Return what can be read from a candidate's outputs on the probes and the problem that its check found, or None."""
    entry = readings(spec.stem).get(spec.exercise)
    if entry is None:
        return None
    if same_outputs(outputs, entry["right"]):
        return of_kind(problem, RIGHT_BUT | OF_FORM)
    if not same_outputs(outputs, fingerprint(spec.probes, candidate)):
        return told("a random result", "Two calls with the same arguments give different results.", problem)
    return (
        changed(entry, outputs, problem)
        or unread(entry, spec.probes, candidate, outputs, problem)
        or of_kind(problem, OF_FORM)
        or related(entry, outputs, problem)
    )


def told(name: str, sentence: str, problem: Problem) -> Reading:
    """Return a reading with its sentence, then the property that does not hold, and by how much."""
    return Reading(name, tuple(dict.fromkeys([sentence, problem.lines[0], *problem.evidence])))


def of_kind(problem: Problem, names: dict[str, str]) -> Reading | None:
    """Return the reading of a problem of a kind that has a name; its own lines say the rest."""
    return Reading(names[problem.kind], problem.lines) if problem.kind in names else None


def changed(entry: dict, outputs: Sequence, problem: Problem) -> Reading | None:
    """Return the reading of outputs that equal those of a first-order change."""
    got, right = project(outputs), project(entry["right"])
    for words, stored in entry["changes"]:
        if all_agree(got, [y if x == SAME else x for x, y in zip(stored, right, strict=True)]):
            either = f"either {words[0]}, or {words[1]}" if len(words) > 1 else words[0]
            sentence = f"Your results are those of the right formula with one change: {either}. {CAREFUL}"
            return told(words[0], sentence, problem)
    return None


def related(entry: dict, outputs: Sequence, problem: Problem) -> Reading | None:
    """Return the reading of outputs that follow from the right ones by one rule."""
    words = relation(outputs, entry["right"])
    return told(words, f"On fixed inputs your function returns {words}.", problem) if words else None


def unread(
    entry: dict, probes: Sequence[Callable], candidate: Callable, outputs: Sequence, problem: Problem
) -> Reading | None:
    """Return the reading of outputs that do not depend on an argument on which the right ones depend."""
    lost = [i for i in entry["used"] if same_outputs(outputs, fingerprint(probes, Nudged(candidate, i)))]
    if not lost or len(lost) == len(entry["used"]) > 1:
        return None
    names = argument_names(candidate, max(lost) + 1)
    name = " and ".join(names[i] for i in lost)
    verb = "makes" if len(lost) == 1 else "make"
    look = "Is it left out, or is a variable of the notebook read in its place?"
    return told(f"{name} {verb} no difference", f"Your result stays the same when {name} changes. {look}", problem)


class Nudged:
    """A function that gets its argument at one place changed a little."""

    def __init__(self, function: Callable, place: int):
        self.function, self.place = function, place
        if hasattr(function, "gradient"):
            self.gradient = self.nudged_gradient

    def __call__(self, *args: Any) -> Any:
        """Return function(*args) with one of them changed."""
        return self.function(*self.nudged(args))

    def nudged_gradient(self, *args: Any) -> Any:
        """Return function.gradient(*args) with one of them changed."""
        return self.function.gradient(*self.nudged(args))  # type: ignore[attr-defined]

    def nudged(self, args: tuple) -> list:
        """Return the arguments, one of them changed."""
        return [nudge(a) if i == self.place else a for i, a in enumerate(args)]


def nudge(value: Any) -> Any:
    """Return a value a little changed: floats by one percent, whole numbers in a tensor by one place."""
    if isinstance(value, Tensor) and value.is_floating_point():
        return value * 1.01 + 0.003
    if isinstance(value, Tensor) and value.dim():
        return value.roll(1, 0)
    if isinstance(value, float):
        return value * 1.01
    return value
