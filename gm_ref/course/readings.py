"""Freeze what first-order changes of each reference compute on its check's probes: numbers and generic words only."""

import inspect
import json
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from torch.optim import Optimizer

from gm_ref.checks.core import projection
from gm_ref.checks.core.check import SPECS, Spec
from gm_ref.checks.core.diagnosis import fingerprint, same_outputs
from gm_ref.checks.core.guard import flat, untouched_globals
from gm_ref.checks.core.observed import Nudged, Sloped, observed
from gm_ref.checks.core.projection import SAME, all_agree, project
from gm_ref.course.changes import Change, changes
from gm_ref.course.edit_words import REPLACED
from gm_ref.course.paths import ROOT, Rooms
from gm_ref.course.wrappers import wrapped

SECONDS = 1.0  # of CPU time for one change
PARTS = 3  # of a result whose gradients are kept
HERE = Path(__file__).parent
TOOLS = [*sorted(HERE.glob("edit_*.py")), HERE / "changes.py", HERE / "wrappers.py", Path(projection.__file__)]
TOOL_TEXTS = [path.read_text("utf-8") for path in TOOLS]


def readings(rooms: Rooms, old: dict | None = None) -> dict[str, Any]:
    """Return the readings of a lesson: exercise -> its right outputs and the changes that can be told from them.

    What an earlier build found stands where the reference's text, its outputs on the probes and this tool are the
    same, since the changes take a minute a lesson.
    """
    import_module(f"gm_ref.checks.{rooms.lesson.stem}")
    answers = import_module(f"gm_ref.{rooms.lesson.family}.{rooms.lesson.stem}")
    unusual = {e.name: alternatives(rooms, e.name) for e in rooms.lesson.exercises}
    before = (old or {}).get("exercises", {})
    found = {}
    for exercise in rooms.lesson.exercises:
        spec, reference = SPECS[rooms.lesson.stem, exercise.name], getattr(answers, exercise.name)
        kept = before.get(exercise.name)
        right = [reference, *unusual[exercise.name]]
        found[exercise.name] = kept if kept and is_current(kept, spec, right) else read(spec, right)
    return {"exercises": found}


def alternatives(rooms: Rooms, exercise: str) -> list[Callable]:
    """Return the unusual right answers to an exercise: people change those in one place, too."""
    path = Rooms(rooms.lesson).alternatives / f"{exercise}.py"
    if not path.exists():
        return []
    spec = spec_from_file_location(f"gm_ref_alternatives_{exercise}", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    with from_root():
        spec.loader.exec_module(module)
    return [f for name, f in vars(module).items() if name.startswith(f"{exercise}__")]


@contextmanager
def from_root() -> Iterator[None]:
    """Let imports find the repository's tests, from which alternatives take what they share."""
    sys.path.insert(0, str(ROOT))
    try:
        yield
    finally:
        sys.path.remove(str(ROOT))


def is_current(entry: dict, spec: Spec, right: list[Callable]) -> bool:
    """Say whether an entry was made of these right answers, by these tools, with these probes."""
    return entry["made_from"] == made_from(right) and same_outputs(entry["right"], computed(spec, right[0]))


def made_from(right: list[Callable]) -> str:
    """Return a short sum of the right answers' texts and of the tools' texts."""
    texts = [*(inspect.getsource(f) for f in right), *TOOL_TEXTS]
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def computed(spec: Spec, function: Callable) -> list:
    """Return a function's outputs on the fixed probes."""
    with untouched_globals(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        return list(fingerprint(spec.probes, function))


class TooLong(BaseException):
    """A change runs on and on, as a loop whose condition was turned round does; no guard catches this."""


def in_time(spec: Spec, function: Callable) -> list:
    """Return a change's outputs on the probes, as errors where it takes more than SECONDS of CPU time."""
    if threading.current_thread() is not threading.main_thread():
        return computed(spec, function)
    previous = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return computed(spec, function)
    except TooLong:
        return ["raises"] * len(spec.probes)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def stop(*_: Any) -> None:
    """End what takes too long."""
    raise TooLong


def read(spec: Spec, answers: list[Callable]) -> dict[str, Any]:
    """Return the entry of one exercise: each telling change once, the simplest of those that compute the same."""
    reference = answers[0]
    right = computed(spec, reference)
    rights = [project(computed(spec, answer)) for answer in answers]  # what is left to a learner may differ
    _, calls = observed(spec.probes, reference)
    parts = count_results(reference, calls[0][0], spec.traits.in_place)
    found = telling(spec, candidates(answers, wrapped(reference, list(chain(*calls)), parts)), rights)
    places = used(spec, reference, right)
    return {
        "made_from": made_from(answers),
        "right": right,
        "arguments": list(inspect.signature(reference).parameters),
        "results": parts,
        "calls": [len(call) for call in calls],
        "used": places,
        "slopes": slopes(spec, reference, places),
        "changes": [[words, shortened(outcome, rights[0])] for words, outcome in found],
    }


def telling(spec: Spec, tried: list[Change], rights: list[list]) -> list[tuple[list[str], list]]:
    """Return (words, outcome) of the changes that compute something wrong; two words where two are as simple."""
    found: list[tuple[Change, list[str], list]] = []
    for change in tried:
        outcome = project(in_time(spec, change.function))
        if not is_telling(outcome, rights[0]) or any(all_agree(outcome, other) for other in rights):
            continue
        first = next((entry for entry in found if all_agree(outcome, entry[2])), None)
        if first is None:
            found.append((change, [change.words], outcome))
        elif len(first[1]) < 2 and change.words not in first[1] and change.rank <= max(first[0].rank, REPLACED):
            first[1].append(change.words)
    return [(words, outcome) for _, words, outcome in found]


def count_results(reference: Callable, args: tuple, in_place: bool) -> int:
    """Return how many results a call returns; 0 where the probes return what it does to a network instead."""
    trains = in_place or any(isinstance(a, Optimizer) for a in args)
    return 0 if trains else len(flat(reference(*args)))


def candidates(answers: list[Callable], wraps: Iterator[Change]) -> list[Change]:
    """Return all changes, the simplest first: of the reference, then the plainest ones of the unusual answers."""
    first = sorted(chain(changes(answers[0]), wraps), key=simplicity)
    more = [c for answer in answers[1:] for c in changes(answer) if c.rank <= REPLACED]
    return first + sorted(more, key=simplicity)


def simplicity(change: Change) -> tuple[int, bool]:
    """Return the key by which changes are ordered: the rank, then whether the words name a place."""
    return change.rank, change.words.startswith(("a ", "another ", "two ")) and "(at" not in change.words


def used(spec: Spec, reference: Callable, right: list) -> list[int]:
    """Return the places of the arguments on which the right results depend."""
    places = range(len(inspect.signature(reference).parameters))
    return [i for i in places if not same_outputs(right, computed(spec, Nudged(reference, i)))]


def slopes(spec: Spec, reference: Callable, places: list[int]) -> list[list]:
    """Return [place, part, projected gradients] for each argument and result that a gradient can be taken of."""
    found = []
    for part in range(PARTS):
        for place in places:
            outcome = project(computed(spec, Sloped(reference, place, part)))
            if not all(isinstance(x, str) for x in outcome):
                found.append([place, part, outcome])
    return found


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
        yield f" {json.dumps(name)}: {{\n"
        yield from (f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in entry.items() if key != "changes")
        yield '  "changes": [\n'
        yield ",\n".join(f"   {json.dumps(c, ensure_ascii=False)}" for c in entry["changes"]) + "\n"
        yield "  ]}" + (",\n" if last else "\n")
    yield "}}\n"


__all__ = ["Change", "as_text", "readings"]
