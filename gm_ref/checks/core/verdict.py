"""What a learner reads: one verdict, as plain text in a terminal and as a card in Jupyter."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

HEADLINES = {
    "pass": "right",
    "missing": "not written yet",
    "stopped": "stopped",
    "raised": "your code raised an error",
    "earlier": "an earlier exercise comes first",
    "convention": "right under another convention",
    "mistake": "a known mistake",
    "reading": "not right yet, it looks like",
    "property": "not right yet",
}
# Readable on white and on the black of JupyterLab Dark: contrast 3.7 and more, 4.3 but for the first.
COLOURS = {"pass": "#1d8c3d", "missing": "#717a84", "stopped": "#717a84", "convention": "#a66f00"}
WRONG = "#dd3f36"
STOPS = "The cell stops here: see the card above."
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z`])")  # the space between two sentences


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check.

    status is a key of HEADLINES; mistake is the id of a recognised mistake or convention; lines are the
    sentences below the headline: what is wrong, where to look, by how much it differs.
    """

    exercise: str
    status: str
    lines: tuple[str, ...] = ()
    name: str = ""
    mistake: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", once(self.lines))

    @property
    def passed(self) -> bool:
        """Say whether the exercise is right."""
        return self.status == "pass"

    @property
    def headline(self) -> str:
        """Return the first line: the exercise, the verdict, and the mistake's name where there is one."""
        named = f": {self.name}" if self.name else ""
        return f"{self.exercise}: {HEADLINES[self.status]}{named}"

    def __str__(self) -> str:
        return "\n".join([self.headline, *(f"  {line}" for line in self.lines)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        colour = COLOURS.get(self.status, WRONG)
        mark = "✓" if self.passed else "✗"
        body = "".join(f'<div style="margin-top:.35em;white-space:pre-wrap">{escape(x)}</div>' for x in self.lines)
        return (
            f'<div role="status" class="gm-ref-verdict" style="border-left:5px solid {colour};padding:.5em .9em;'
            f'margin:.3em 0;max-width:54em;line-height:1.45"><b style="color:{colour}">{mark} '
            f"{escape(self.headline)}</b>{body}</div>"
        )


def once(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines without the sentences that stand there already."""
    told: set[str] = set()
    kept = []
    for line in lines:
        new = [s for s in SENTENCE.split(line) if s not in told]
        told.update(new)
        kept.append(" ".join(new))
    return tuple(line for line in kept if line)


class Told(BaseException):
    """An exception that a notebook shows as its verdict's card, without a stack trace."""

    def __init__(self, verdict: Verdict):
        super().__init__(str(verdict))
        self.verdict = verdict
        self.shown = False

    def _render_traceback_(self) -> list[str]:
        """Show the card in place of a stack trace; IPython calls this, a notebook's kernel more than once."""
        from IPython.display import display

        if not self.shown:
            display(self.verdict)
        self.shown = True
        return [STOPS]


class CheckFailed(Told, AssertionError):
    """Raised by a check that does not pass; its text is what a learner reads."""


class CheckStopped(Told, KeyboardInterrupt):
    """Raised by a check that a person interrupts."""


def kind_of(error: BaseException) -> str:
    """Return the name of an error's class, with the built-in one that it is a kind of."""
    own = type(error).__name__
    builtin = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
    return own if builtin in (own, "Exception") else f"{own} ({builtin})"


class Problem(AssertionError):
    """What an expectation or a guarded call found: a status and the sentences for the verdict.

    kind: what sort of property does not hold, where that has a name of its own: a key of core.reading's tables.
    """

    def __init__(self, status: str, *lines: Any, kind: str = ""):
        self.status, self.kind = status, kind
        self.lines = tuple(str(line) for line in lines if line)
        super().__init__("\n".join(self.lines))


@contextmanager
def of_kind(kind: str) -> Iterator[None]:
    """Give the Problems of a block this kind, where they have none."""
    try:
        yield
    except Problem as problem:
        problem.kind = problem.kind or kind
        raise
