"""How a mistake is written down: a wrong implementation, its name, and the sentence that cures it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


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
    """The mistakes of one lesson, in the order of definition."""

    def __init__(self) -> None:
        self.entries: list[Mistake] = []

    def mistake(self, exercise: str, name: str, cure: str, source: str = "", kind: str = "mistake") -> Callable:
        """Register the decorated function as a mistake in `exercise`; its own name is the mistake's id."""

        def register(function: Callable) -> Callable:
            self.entries.append(Mistake(exercise, function.__name__, name, cure, function, kind, source))
            return function

        return register

    def convention(self, exercise: str, name: str, cure: str, source: str = "") -> Callable:
        """Register an answer that is right under another convention; the cure says which one the course uses."""
        return self.mistake(exercise, name, cure, source, kind="convention")


def bank(stem: str) -> list[Mistake]:
    """Return all mistakes of a lesson."""
    return list(import_module(f"gm_ref.mistakes.{stem}").BANK.entries)
