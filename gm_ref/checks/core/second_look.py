"""A second look at a function that has failed: what can be seen of any exercise, whatever it computes.

Two calls that differ, results in another order or number, and names that are read from the notebook.
"""

import dis
import re
from collections.abc import Callable, Iterator
from itertools import permutations
from types import CodeType
from typing import Any

import numpy as np
from torch import Tensor
from torch.optim import Optimizer

from gm_ref.checks.core.draws import Draws
from gm_ref.checks.core.guard import Guarded, flat
from gm_ref.checks.core.keeping import same
from gm_ref.checks.core.story import code_of
from gm_ref.checks.core.verdict import Problem

RANDOM = (
    "Two calls with the same arguments give different results: it draws random numbers of its own.",
    "All it needs is in its arguments; look for rand, randn, randn_like, normal_, sample() and dropout inside.",
)
PLACES = ("first", "second", "third", "fourth")
GLOBAL = {"LOAD_GLOBAL", "LOAD_NAME"}
CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]+")  # LOG_2PI is a constant that one may well read; T is not


def second_look(properties: Callable, guarded: Guarded, problem: Problem, seed: int) -> Problem:
    """Return the problem of a check that failed, or one that says more, with the names that are read elsewhere."""
    lines, kind = problem.lines, problem.kind
    if problem.status == "property" and guarded.last:
        if differs_from_itself(guarded):
            lines, kind = RANDOM, "random"
        elif order := right_order(properties, guarded, seed):
            lines, kind = (told_order(order),), "order"
    names = told_names(guarded)
    return Problem(problem.status, lines[0], names, *lines[1:], kind=kind or ("notebook" if names else ""))


def differs_from_itself(guarded: Guarded) -> bool:
    """Say whether two further calls with the arguments of the last one give different results."""
    args = guarded.last[0] if guarded.last else ()
    if guarded.in_place or any(isinstance(a, Optimizer) for a in args):
        return False
    try:
        pairs = zip(flat(guarded(*args)), flat(guarded(*args)), strict=True)
        return any(isinstance(a, Tensor) and isinstance(b, Tensor) and not same(a, b) for a, b in pairs)
    except (Problem, ValueError):
        return False


class Reordered:
    """A function that returns the results of another one in another order."""

    def __init__(self, function: Callable, order: tuple[int, ...]):
        self.function, self.order, self.__wrapped__ = function, order, function
        if hasattr(function, "gradient"):
            self.gradient = self.slope

    def __call__(self, *args: Any) -> Any:
        """Return the results in this order, or what else came."""
        result = self.function(*args)
        return tuple(result[k] for k in self.order) if is_several(result, len(self.order)) else result

    def slope(self, *args: Any) -> Tensor:
        """Return the gradient of the part that stands at a place in this order."""
        place, part = (args[-1], 0) if isinstance(args[-1], int) else args[-1]
        return self.function.gradient(*args[:-1], (place, self.order[part]))  # type: ignore[attr-defined]


def right_order(properties: Callable, guarded: Guarded, seed: int) -> tuple[int, ...]:
    """Return the order in which the results of the function pass the whole check, or ()."""
    result = guarded.last[1] if guarded.last else None
    if not (isinstance(result, (tuple, list)) and is_several(result, len(result)) and 1 < len(result) < 4):
        return ()
    for order in list(permutations(range(len(result))))[1:]:
        try:
            properties(Guarded(Reordered(guarded.function, order), guarded.name, traits=guarded.traits), Draws(seed))
        except Exception:  # a Problem, or what the check cannot work with
            continue
        return order
    return ()


def is_several(result: Any, count: int) -> bool:
    """Say whether a result consists of so many tensors."""
    parts = result if isinstance(result, (tuple, list)) else ()
    return len(parts) == count and all(isinstance(part, Tensor) for part in parts)


def told_order(order: tuple[int, ...]) -> str:
    """Return the sentence on results that are right in another order: order[k] is yours that is due at k."""
    if len(order) == 2:
        return "Both results are right, but they come in the wrong order: return the second one first."
    due = ", ".join(f"your {PLACES[k]} is due {place}" for k, place in zip(order, PLACES, strict=False))
    return f"All results are right, but they come in the wrong order: {due}."


def told_count(error: Exception, result: Any) -> str:
    """Return the sentence on a result that a check could not take apart into as many as it asks for, or ''."""
    found = re.match(r"(?:not enough|too many) values to unpack \(expected (\d+)", str(error))
    if not isinstance(error, ValueError) or not found:
        return ""
    if isinstance(result, Tensor):
        return f"It returned one tensor of shape {tuple(result.shape)}; {found[1]} results are due, in a tuple."
    several = isinstance(result, (tuple, list)) and len(result) != int(found[1])
    return (
        f"It returned {len(result)} result{'s' * (len(result) > 1)}; {found[1]} are due, in a tuple." if several else ""
    )


def told_names(guarded: Guarded) -> str:
    """Return the sentence on tensors and numbers that a learner's function reads from the notebook, or ''."""
    code = code_of(guarded.function)
    own = getattr(guarded.function, "__globals__", {})
    names = dict.fromkeys(name for name in (globals_read(code) if code else ()) if is_data(name, own.get(name)))
    if not names:
        return ""
    listed = " and ".join(names)
    which = "which is none of its arguments" if len(names) == 1 else "which are none of its arguments"
    return f"It reads {listed} from the notebook, {which}: it is right only for what other cells have put there."


def globals_read(code: CodeType) -> Iterator[str]:
    """Yield the names that code, and the functions defined in it, look up among a notebook's names."""
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in GLOBAL)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from globals_read(inner)


def is_data(name: str, value: Any) -> bool:
    """Say whether a notebook's name holds data: a tensor, an array, or a number that is not spelt as a constant."""
    if isinstance(value, (Tensor, np.ndarray)):
        return True
    return type(value) in (int, float) and not CONSTANT.fullmatch(name)
