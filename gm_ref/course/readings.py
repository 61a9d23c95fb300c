"""Freeze what first-order changes of each reference compute on its check's probes: numbers and generic words only."""

import inspect
import json
import warnings
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import torch

from gm_ref.checks.core import projection
from gm_ref.checks.core.check import SPECS, Spec
from gm_ref.checks.core.diagnosis import fingerprint, same_outputs
from gm_ref.checks.core.guard import untouched_globals
from gm_ref.checks.core.projection import SAME, all_agree, project
from gm_ref.checks.core.reading import Nudged
from gm_ref.course.changes import Change, changes
from gm_ref.course.house import Rooms
from gm_ref.course.wrappers import wrapped
from gm_ref.mistakes.core import bank

TOOLS = [Path(__file__).with_name(f"{name}.py") for name in ("changes", "wrappers", "readings")]
TOOLS += [Path(projection.__file__)]


def readings(rooms: Rooms, old: dict | None = None) -> dict[str, Any]:
    """Return the readings of a lesson: exercise -> its right outputs and the changes that can be told from them.

    What an earlier build found stands where the reference's text, its outputs on the probes and this tool are the
    same, since the changes take a minute a lesson.
    """
    import_module(f"gm_ref.checks.{rooms.lesson.stem}")
    answers = import_module(f"gm_ref.{rooms.lesson.family}.{rooms.lesson.stem}")
    before = (old or {}).get("exercises", {})
    found = {}
    for exercise in rooms.lesson.exercises:
        spec, reference = SPECS[rooms.lesson.stem, exercise.name], getattr(answers, exercise.name)
        kept = before.get(exercise.name)
        found[exercise.name] = kept if kept and is_current(kept, spec, reference) else read(spec, reference)
    return {"exercises": found}


def is_current(entry: dict, spec: Spec, reference: Callable) -> bool:
    """Say whether an entry was made of this reference, by these tools, with these probes."""
    return entry["made_from"] == made_from(reference) and same_outputs(entry["right"], computed(spec, reference))


def made_from(reference: Callable) -> str:
    """Return a short sum of the reference's text and of the tools' texts."""
    texts = [inspect.getsource(reference), *(path.read_text("utf-8") for path in TOOLS)]
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def computed(spec: Spec, function: Callable) -> list:
    """Return a function's outputs on the fixed probes."""
    with untouched_globals(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        return list(fingerprint(spec.probes, function))


def read(spec: Spec, reference: Callable) -> dict[str, Any]:
    """Return the entry of one exercise: each telling change once, the simplest of those that compute the same."""
    right = computed(spec, reference)
    plain = project(right)
    known = [project(computed(spec, m.function)) for m in bank(spec.stem) if m.exercise == spec.exercise]
    found: list[tuple[list[str], list]] = []
    for change in sorted(chain(changes(reference), wrapped(reference)), key=lambda c: c.rank):
        outcome = project(computed(spec, change.function))
        if not is_telling(outcome, plain) or any(all_agree(outcome, k) for k in [plain, *known]):
            continue
        same = next((words for words, other in found if all_agree(outcome, other)), None)
        if same is None:
            found.append(([change.words], outcome))
        elif len(same) < 2 and change.words not in same:
            same.append(change.words)
    entries = [[words, shortened(outcome, plain)] for words, outcome in found]
    return {"made_from": made_from(reference), "right": right, "used": used(spec, reference, right), "changes": entries}


def used(spec: Spec, reference: Callable, right: list) -> list[int]:
    """Return the places of the arguments on which the right results depend."""
    places = range(len(inspect.signature(reference).parameters))
    return [i for i in places if not same_outputs(right, computed(spec, Nudged(reference, i)))]


def is_telling(outcome: list, plain: list) -> bool:
    """Say whether an outcome differs from the right one in numbers, not in errors alone."""
    return any(not isinstance(x, str) and x[1:] != plain[i][1:] and is_rich(x) for i, x in enumerate(outcome))


def is_rich(outcome: list) -> bool:
    """Say whether a projected outcome is more than zeros or one thing that is not finite."""
    mean, first, second = outcome[1:]
    return mean != 0 or first != 0 or second != 0


def shortened(outcome: list, plain: list) -> list:
    """Return an outcome with SAME where a probe's is the right one."""
    return [SAME if projection.agree(x, y) else x for x, y in zip(outcome, plain, strict=True)]


def as_text(data: dict) -> str:
    """Return the file's text, a change on each line."""
    return "".join(lines(data))


def lines(data: dict) -> Iterator[str]:
    """Yield the lines of the file."""
    yield '{"exercises": {\n'
    for last, (name, entry) in enumerate(data["exercises"].items(), start=1 - len(data["exercises"])):
        yield f' {json.dumps(name)}: {{"made_from": {json.dumps(entry["made_from"])},\n'
        yield f'  "right": {json.dumps(entry["right"])},\n  "used": {json.dumps(entry["used"])},\n  "changes": [\n'
        yield ",\n".join(f"   {json.dumps(c, ensure_ascii=False)}" for c in entry["changes"]) + "\n"
        yield "  ]}" + (",\n" if last else "\n")
    yield "}}\n"


__all__ = ["Change", "as_text", "readings"]
