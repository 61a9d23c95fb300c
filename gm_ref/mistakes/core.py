"""How a mistake is written down: a wrong implementation, its name, and the sentence that cures it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pkgutil import iter_modules


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, or (kind 'convention') a right one under other conventions."""

    exercise: str
    id: str
    name: str
    cure: str
    function: Callable
    kind: str = "mistake"
    source: str = ""


class Bank:
    """The mistakes of one lesson."""

    def __init__(self) -> None:
        self.entries: list[Mistake] = []

    def of(self, exercise: str) -> tuple[Callable, Callable]:
        """Return the decorators `mistake` and `convention` of an exercise.

        Each takes the entry's name, and the source where one is known; the decorated function's own name is the
        entry's id, and its docstring is the cure: the sentence for a learner, which for a convention says which one
        the course uses.
        """
        return partial(self.entry, exercise, "mistake"), partial(self.entry, exercise, "convention")

    def entry(self, exercise: str, kind: str, name: str, source: str = "") -> Callable:
        """Register the decorated function as an entry of this kind."""

        def register(function: Callable) -> Callable:
            cure = " ".join((inspect.getdoc(function) or "").split())
            if not cure:
                raise ValueError(f"{exercise}: {function.__name__} has no docstring; write the sentence that cures it.")
            self.entries.append(Mistake(exercise, function.__name__, name, cure, function, kind, source))
            return function

        return register


def bank(stem: str) -> list[Mistake]:
    """Return all mistakes of a lesson, from all files of its folder."""
    folder = import_module(f"gm_ref.mistakes.{stem}")
    for module in iter_modules(folder.__path__):
        import_module(f"{folder.__name__}.{module.name}")
    return list(folder.BANK.entries)
