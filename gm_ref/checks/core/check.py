"""The decorator that turns a list of probed properties into a check with a verdict."""

import inspect
import os
import re
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from numbers import Number
from typing import Any, TextIO

import numpy as np

from gm_ref.checks.core.diagnosis import fingerprint, known, recognise
from gm_ref.checks.core.draws import Draws
from gm_ref.checks.core.evidence import evidence
from gm_ref.checks.core.expect import other_than_tensor
from gm_ref.checks.core.guard import Guarded, untouched_globals
from gm_ref.checks.core.reading import Case, read
from gm_ref.checks.core.second_look import second_look, told_count
from gm_ref.checks.core.story import code_of, learners_line
from gm_ref.checks.core.traits import USUAL, Traits
from gm_ref.checks.core.verdict import CheckFailed, CheckStopped, Problem, Verdict

PRINT_LIMIT = 10_000  # characters that a learner's function may print during one check


@dataclass(frozen=True)
class Spec:
    """One check: its exercise, the properties, the fixed probes that mistakes are recognised by, what it uses."""

    stem: str
    exercise: str
    properties: Callable
    probes: Sequence[Callable]
    uses: tuple[str, ...] = ()
    traits: Traits = USUAL

    def guard(self, candidate: Callable) -> Guarded:
        """Return a candidate as the properties call it."""
        return Guarded(candidate, self.exercise, traits=self.traits)


SPECS: dict[tuple[str, str], Spec] = {}


def check(probes: Sequence[Any], uses: tuple[str, ...] = (), **traits: Any) -> Callable:
    """Turn `def check_NAME(candidate, draw)` into `check_NAME(candidate, seed=0)`.

    probes: functions of the candidate that return tensors from fixed float64 inputs, given(...) for most; a
        learner's outputs on them are compared with the recorded outputs of each known mistake.
    uses: the earlier exercises that this one may call: NAME in the same lesson, STEM.NAME in an earlier one.
    traits: what holds for every call, such as rows=(0, 1) or slopes=("x",): the fields of Traits, which says more.
    """

    def decorate(properties: Callable) -> Callable:
        stem = lesson_of(properties)
        exercise = properties.__name__.removeprefix("check_")
        spec = Spec(stem, exercise, properties, tuple(probes), uses, Traits(**traits))
        SPECS[stem, exercise] = spec

        def checked(candidate: Callable, seed: int = 0) -> Verdict:
            try:
                verdict = run(spec, candidate, seed)
            except KeyboardInterrupt as interrupt:
                raise CheckStopped(stopped(spec, candidate, interrupt)) from None
            if not verdict.passed:
                raise CheckFailed(verdict)
            return verdict

        checked.__name__, checked.__qualname__ = properties.__name__, properties.__name__
        checked.__module__, checked.__doc__ = properties.__module__, properties.__doc__
        checked.spec = spec  # type: ignore[attr-defined]
        return checked

    return decorate


def lesson_of(properties: Callable) -> str:
    """Return the stem of the lesson that a check is of: its folder in gm_ref/checks, or its module elsewhere."""
    parts = properties.__module__.split(".")
    return parts[2] if parts[:2] == ["gm_ref", "checks"] else parts[-1]


def run(spec: Spec, candidate: Any, seed: int = 0) -> Verdict:
    """Return the verdict on a candidate; nothing global is changed and no error of the candidate escapes."""
    if not callable(candidate):
        return Verdict(spec.exercise, "missing", (f"{spec.exercise} is a {type(candidate).__name__}, not a function.",))
    guarded = spec.guard(candidate)
    with untouched_globals(), redirect_stdout(Bounded()):
        try:
            spec.properties(guarded, Draws(seed))
        except Problem as problem:
            return explain(spec, guarded, problem, seed)
        except Exception as error:
            return explain(spec, guarded, unusable(error, guarded), seed)
    return Verdict(spec.exercise, "pass", (f"Every property that was probed holds (seed {seed}).",))


def stopped(spec: Spec, candidate: Any, interrupt: KeyboardInterrupt) -> Verdict:
    """Return the verdict on a check that a person interrupted: where the learner's code was, and what to look for."""
    line = learners_line(interrupt, code_of(candidate))
    where = (f"It was at l{line[1:]}", "If that never ends by itself, look for a loop whose condition stays true.")
    return Verdict(spec.exercise, "stopped", ("You stopped this check.", *(where if line else ())))


def unusable(error: Exception, guarded: Guarded) -> Problem:
    """Return the problem of a result that stopped the check itself: no stack trace of ours is a learner's to read."""
    told = f"{type(error).__name__}: {(str(error).strip().splitlines() or ['no message'])[0][:200]}"
    look = "Compare what your function returns with its docstring: the kind of value, its shape, its dtype."
    result = guarded.last[1] if guarded.last else None
    claim = told_count(error, result) or "It returned what this check cannot work with."
    if isinstance(result, (Number, np.generic, np.ndarray)):
        claim = other_than_tensor(result, (), "the result")
    return Problem("property", claim, look, f"The check stopped with {told}")


def explain(spec: Spec, guarded: Guarded, problem: Problem, seed: int) -> Verdict:
    """Return the most helpful verdict on a problem: an earlier exercise, a named mistake, or the property."""
    candidate = guarded.function
    if problem.status == "missing":
        return Verdict(spec.exercise, "missing", problem.lines)
    for name in broken_before(spec, candidate, seed):
        stem, _, used = name.rpartition(".")
        where = f"{used} of lesson {stem}" if stem else used
        line = f"{where} is not right yet, and this uses it. Run check_{used} first, then this check again."
        return Verdict(spec.exercise, "earlier", (line, "What follows may come from that.", *problem.lines), name)
    outputs = fingerprint(spec.probes, candidate)
    found = recognise(spec.stem, spec.exercise, outputs)
    if found:
        shown = evidence(problem, found.outputs, [m.outputs for m in known(spec.stem, spec.exercise)])
        return Verdict(spec.exercise, found.kind, (found.cure, *shown), found.name, found.id)
    problem = second_look(spec.properties, guarded, problem, seed)
    told = read(Case(spec.stem, spec.exercise, spec.probes, candidate, outputs, problem))
    if told:
        return Verdict(spec.exercise, told.status, (*told.lines, *next_step(spec, problem)), told.name)
    return Verdict(spec.exercise, problem.status, (*problem.lines, *next_step(spec, problem)))


def next_step(spec: Spec, problem: Problem) -> list[str]:
    """Return the sentence on what to do now: the hints, or the exercise whose cell has not been run."""
    if problem.status == "property":
        return [f"Stuck? Hints are folded below the check; in a terminal: gm-ref hint {spec.stem}.{spec.exercise}"]
    unknown = re.match(r"NameError: name '(\w+)' is not defined", problem.lines[0])
    if unknown and (spec.stem, unknown[1]) in SPECS:
        return [f"{unknown[1]} is an exercise of this lesson, and its cell has not been run: run that one first."]
    return []


def broken_before(spec: Spec, candidate: Any, seed: int) -> list[str]:
    """Return the exercises this one uses, by the learner's own definitions, that do not pass their checks.

    Those of earlier lessons come first, since what is wrong there is wrong in all that follows.
    """
    own = getattr(inspect.unwrap(candidate), "__globals__", {})
    named = sorted(spec.uses, key=lambda name: "." not in name)
    found = [(name, spec_of(spec, name), own.get(name.rpartition(".")[2])) for name in named]
    return [name for name, used, function in found if used and function and not run(used, function, seed).passed]


def spec_of(spec: Spec, name: str) -> Spec | None:
    """Return the check of an exercise that spec uses: NAME of the same lesson, STEM.NAME of an earlier one.

    A class release may hold one lesson alone; an earlier lesson's check is then not there, and nothing is said of it.
    """
    stem, _, exercise = name.rpartition(".")
    if stem and (stem, exercise) not in SPECS:
        with suppress(ModuleNotFoundError):
            import_module(f"gm_ref.checks.{stem}")
    return SPECS.get((stem or spec.stem, exercise))


class Bounded:
    """Standard output that forwards a limited number of characters and then says that it stops."""

    def __init__(self) -> None:
        import sys

        self.out: TextIO = sys.stdout
        self.left = PRINT_LIMIT

    def write(self, text: str) -> int:
        """Forward text until the limit, then one sentence, then nothing."""
        if self.left > 0:
            self.out.write(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.out.write(f"{os.linesep}[more than {PRINT_LIMIT:,} characters printed: the rest is dropped]\n")
        return len(text)

    def flush(self) -> None:
        """Flush the real output."""
        self.out.flush()
