"""Read a wrong result that has no name: what its numbers agree with, or where and in what kind it differs.

Each lesson's file checks/frozen/readings/STEM.json holds what a few hundred first-order changes of each reference (a
part left out, a sign, an axis, another argument) compute on the check's fixed probes, as sums and generic words.  A
reading is no diagnosis: it says what the numbers agree with, and does not pretend to know how they came about.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gm_ref.checks.core.circumstances import circumstances
from gm_ref.checks.core.diagnosis import Known, fingerprint, has_numbers, known, same_outputs, same_record
from gm_ref.checks.core.error_words import error_words
from gm_ref.checks.core.evidence import measured
from gm_ref.checks.core.observed import Nudged, Sloped, nudge, observed, turned
from gm_ref.checks.core.plausible import exact, is_plausible
from gm_ref.checks.core.projection import SAME, agree, all_agree, is_finite, project
from gm_ref.checks.core.relations import Probes, alike, relation, results
from gm_ref.checks.core.story import argument_names
from gm_ref.checks.core.verdict import Problem

READINGS = Path(__file__).parents[1] / "frozen" / "readings"
CAREFUL = "That is read from numbers on fixed inputs: your code may say it in another way."
# What a problem's kind is called where the values on the probes are right, and where they need not be.
RIGHT_BUT = {
    "float32": "right in float64, digits lost in float32",
    "slope": "right values, another gradient",
    "layout": "right only for some memory layouts",
    "far": "right for ordinary inputs, not for large ones",
    "accepts": "something is accepted that must be refused",
}
OF_FORM = {
    "none": "nothing is returned",
    "type": "another kind of value",
    "digits": "digits lost on the way",
    "dtype": "another dtype",
    "shape": "another shape",
    "detached": "no gradient flows",
    "requires_grad": "the result holds a graph that it should not",
    "changes": "an argument is changed in place",
    "alone": "samples of a batch are mixed",
    "error": "another kind of error",
    "count": "another number of results",
    "notebook": "a name of the notebook is read",
}
AT_ONCE = {"order": "the results in another order", "random": "a random result"}


@dataclass(frozen=True)
class Case:
    """A candidate that failed its check: its outcomes on the probes, and the property that does not hold."""

    stem: str
    exercise: str
    probes: Sequence[Callable]
    candidate: Callable
    outputs: Sequence
    problem: Problem


@dataclass(frozen=True)
class Reading:
    """What was read: a name for the headline, and the lines below it."""

    name: str
    lines: tuple[str, ...]
    status: str = "reading"


@cache
def readings(stem: str) -> dict[str, Any]:
    """Return the frozen readings of a lesson, exercise -> entry; {} where there are none.

    An entry holds "right", the reference's outputs on the probes; "arguments", their names; "results", how many it
    returns; "calls", how often each probe calls it; "used", the places of the arguments on which the outputs depend;
    "slopes", [place, part, projected gradients]; "changes", [words, projected outputs] of each change, the simplest
    first.
    """
    path = READINGS / f"{stem}.json"
    return json.loads(path.read_text("utf-8"))["exercises"] if path.exists() else {}


def read(case: Case) -> Reading | None:
    """Return what can be read from a candidate that failed, or None."""
    entry = readings(case.stem).get(case.exercise)
    if entry is None:
        return None
    if same_outputs(case.outputs, entry["right"]):
        return named_kind(case, RIGHT_BUT | OF_FORM | AT_ONCE) or of_error(case) or sloped(case, entry)
    again, calls = observed(case.probes, case.candidate)
    if not same_outputs(case.outputs, again):
        return told(case, "a random result", "Two calls with the same arguments give different results.")
    return (
        named_kind(case, AT_ONCE)
        or changed(case, entry)
        or unread(case, entry)
        or named_kind(case, OF_FORM)
        or of_error(case)
        or ruled(case, entry)
        or one_more(case, entry)
        or on_finite(case, entry)
        or where(case, entry, calls)
    )


def told(case: Case, name: str, *sentences: str) -> Reading:
    """Return a reading with its sentences, then the property that does not hold, and by how much."""
    return Reading(name, tuple(dict.fromkeys((*sentences, case.problem.lines[0], *measured(case.problem)))))


def named_kind(case: Case, names: dict[str, str]) -> Reading | None:
    """Return the reading of a problem of a kind that has a name; its own lines say the rest."""
    return Reading(names[case.problem.kind], case.problem.lines) if case.problem.kind in names else None


def of_error(case: Case) -> Reading | None:
    """Return the reading of an error that has a plain meaning."""
    lines = case.problem.lines
    found = error_words(lines[0], lines[1] if len(lines) > 1 else "") if case.problem.status == "raised" else None
    return Reading(found[0], tuple(filter(None, (*lines, found[1]))), "raised") if found else None


def changed(case: Case, entry: dict) -> Reading | None:
    """Return the reading of outputs that equal those of a first-order change."""
    got = project(case.outputs)
    if not is_telling(case.outputs, entry["right"]):
        return None
    for words, outcome in changes(entry):
        if all_agree(got, outcome) and is_plausible(words):
            words = exact(words)
            either = f"either {words[0]}, or {words[1]}" if len(words) > 1 else words[0]
            sentence = f"Your results are those of the right formula with one change: {either}. {CAREFUL}"
            return told(case, " or ".join(words), sentence)
    return None


def is_telling(outputs: Sequence, right: Sequence) -> bool:
    """Say whether outputs are finite somewhere where they are off: what is nan everywhere agrees with too much."""
    return has_numbers([x for x, y in zip(outputs, right, strict=True) if not same_record(x, y)])


def changes(entry: dict) -> Iterator[tuple[list[str], list]]:
    """Yield the words and the whole outcome of each change."""
    right = project(entry["right"])
    for words, stored in entry["changes"]:
        yield words, [y if x == SAME else x for x, y in zip(stored, right, strict=True)]


def ruled(case: Case, entry: dict) -> Reading | None:
    """Return the reading of outputs that follow from the right ones by one rule."""
    words = relation(paired(case, entry, entry["right"])) if returns(case, entry["right"]) else ""
    return told(case, words, f"On fixed inputs your function returns {words}.") if words else None


def returns(case: Case, other: Sequence) -> bool:
    """Say whether the candidate returns numbers on each probe on which another one does."""
    return not any(isinstance(x, str) and not isinstance(y, str) for x, y in zip(case.outputs, other, strict=True))


def paired(case: Case, entry: dict, other: Sequence) -> Probes:
    """Return the candidate's results beside others, call by call."""
    return results(list(zip(case.outputs, other, strict=True)), entry["calls"], entry["results"])


def one_more(case: Case, entry: dict) -> Reading | None:
    """Return the reading of outputs that follow from those of a known mistake by a plain rule."""
    probes = paired(case, entry, entry["right"])
    if all(alike(*probe) for probe in probes):
        return None
    for mistake in known(case.stem, case.exercise):
        if not returns(case, mistake.outputs):
            continue
        words = relation(paired(case, entry, mistake.outputs), plain=True)
        if words:
            return told(case, f"{mistake.name}, and then {words}", mistake.cure, f"And beside that: {words}.")
    return None


def on_finite(case: Case, entry: dict) -> Reading | None:
    """Return the reading of outputs that are a change's or a mistake's on the probes where they are finite."""
    got = project(case.outputs)
    finite = [i for i, x in enumerate(case.outputs) if is_finite(x)]
    if not finite or len(finite) == len(got):
        return None
    also = "On some of the fixed inputs it is not finite, too, or raises an error."
    found = [m for m in known(case.stem, case.exercise) if same_where(case.outputs, m, finite, entry)]
    if len(found) == 1:
        return told(case, f"{found[0].name}, and not finite somewhere", found[0].cure, also)
    right = project(entry["right"])
    for words, outcome in changes(entry):
        if all(agree(got[i], outcome[i]) for i in finite) and not all(agree(right[i], outcome[i]) for i in finite):
            sentence = f"Where they are finite your results are those of the right formula with one change: {words[0]}."
            return told(case, f"{words[0]}, and not finite somewhere", sentence, also)
    return None


def same_where(outputs: Sequence, mistake: Known, places: list[int], entry: dict) -> bool:
    """Say whether outputs are a mistake's on the probes at these places, and not the right ones on all of them."""
    same = all(same_record(outputs[i], mistake.outputs[i]) for i in places)
    return same and not all(same_record(outputs[i], entry["right"][i]) for i in places)


def unread(case: Case, entry: dict) -> Reading | None:
    """Return the reading of outputs that do not depend on an argument on which the right ones depend."""
    if not all(is_finite(x) for x in case.outputs):
        return None
    lost = entry["used"]
    for change in (nudge, turned):
        lost = [
            i for i in lost if same_outputs(case.outputs, fingerprint(case.probes, Nudged(case.candidate, i, change)))
        ]
    if not lost or len(lost) == len(entry["used"]) > 1:
        return None
    names = argument_names(case.candidate, max(lost) + 1)
    name, one = " and ".join(names[i] for i in lost), len(lost) == 1
    look = "Left out, or is a variable of the notebook read instead?"
    sentence = f"Your result stays the same when {name} {'changes' if one else 'change'}. {look}"
    return told(case, f"{name} {'makes' if one else 'make'} no difference", sentence)


def sloped(case: Case, entry: dict) -> Reading | None:
    """Return the reading of right values with another gradient than the reference's."""
    lost = [
        entry["arguments"][place] for place, part, want in entry["slopes"] if not slopes_agree(case, place, part, want)
    ]
    if not lost:
        return None
    names = " and ".join(dict.fromkeys(lost))
    sentence = f"The values are right on fixed inputs; their gradient with respect to {names} is not."
    return told(case, "right values, another gradient", sentence)


def slopes_agree(case: Case, place: int, part: int, want: list) -> bool:
    """Say whether the candidate's gradients are the reference's on each probe that gives one."""
    got = project(fingerprint(case.probes, Sloped(case.candidate, place, part)))
    return all(agree(g, w) for g, w in zip(got, want, strict=True) if not isinstance(w, str))


def where(case: Case, entry: dict, calls: list) -> Reading | None:
    """Return the reading of results that are off under plain circumstances only."""
    words = circumstances(calls, case.outputs, entry["right"], entry["arguments"])
    return told(case, f"off where {words}", f"On fixed inputs it is right but where {words}.") if words else None
