"""What the commands print: a notebook's verdicts, as JSON or as a list; the syllabus; the data sets."""

import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gm_ref.desk.check import Outcome
from gm_ref.syllabus import Lesson

LOOKS = {"pass": ("✓", "green"), "fail": ("✗", "red"), "error": ("✗", "red"), "missing": ("○", "dim")}
INDENT = " " * 11
WIDEST = 110


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on standard error, where that is a terminal, which step is at work; yield the function that tells it."""
    console = Console(stderr=True)
    with console.status("starting Python") as status:
        yield lambda step: status.update("loading the checks" if step == "start" else f"checking: {step}")


def as_json(lesson: Lesson, outcomes: dict[str, Outcome]) -> dict[str, dict]:
    """Return what `check --json` prints."""
    return {f"{lesson.stem}.{name}": entry(lesson, name, outcome) for name, outcome in outcomes.items()}


def entry(lesson: Lesson, name: str, outcome: Outcome) -> dict[str, Any]:
    """Return one exercise's entry."""
    return {
        "status": outcome.status,
        "mistake": outcome.mistake,
        "reading": outcome.reading,
        "message": outcome.message,
        "seconds": outcome.seconds,
        "points": earned(lesson, name, outcome),
        "out_of": worth(lesson, name),
    }


def worth(lesson: Lesson, name: str) -> int:
    """Return the points of an exercise."""
    return next(e.points for e in lesson.exercises if e.name == name)


def earned(lesson: Lesson, name: str, outcome: Outcome) -> int:
    """Return the points that an outcome brings: all or none."""
    return worth(lesson, name) if outcome.status == "pass" else 0


def show(lesson: Lesson, outcomes: dict[str, Outcome], console: Console | None = None) -> None:
    """Print the verdicts as a learner reads them, then the sum."""
    console = console or Console()
    console.print(Text(f"{lesson.id}  {lesson.title}\n", style="bold"))
    for name, outcome in outcomes.items():
        mark, style = LOOKS[outcome.status]
        points = f"{earned(lesson, name, outcome)} of {worth(lesson, name)}"
        console.print(Text(f"{mark} {points:>7}  {outcome.headline}", style=style))
        for line in said(outcome):
            console.print(Text(indented(line, console.width)), soft_wrap=True)
    console.print(Text("\n" + total(lesson, outcomes), style="bold"))


def said(outcome: Outcome) -> list[str]:
    """Return the sentences worth a line: a pass, and a stub that was not touched, need none."""
    if outcome.status == "pass" or outcome.headline.endswith("not written yet"):
        return []
    return outcome.lines


def indented(line: str, width: int) -> str:
    """Return a sentence below its headline, broken into lines of this width without spaces at their ends."""
    width = min(width, WIDEST)
    return textwrap.fill(line, width, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False)


def total(lesson: Lesson, outcomes: dict[str, Outcome]) -> str:
    """Return the last line."""
    passed = sum(outcome.status == "pass" for outcome in outcomes.values())
    points = sum(earned(lesson, name, outcome) for name, outcome in outcomes.items())
    out_of = sum(worth(lesson, name) for name in outcomes)
    checks = "check" if len(outcomes) == 1 else "checks"
    return f"{passed} of {len(outcomes)} {checks} passed: {points} of {out_of} points."


def show_syllabus(lessons: Iterable[Lesson], console: Console | None = None) -> None:
    """Print the course as a table, one row for each exercise."""
    console = console or Console()
    for lesson in lessons:
        points = sum(e.points for e in lesson.exercises)
        about = f"{lesson.family}, {lesson.minutes} min of computing, {points} points"
        console.print(Text.assemble((f"{lesson.id}  {lesson.title}", "bold"), f"  ({about})"), soft_wrap=True)
        table = Table(box=None, padding=(0, 2), pad_edge=True)
        table.add_column("exercise")
        for title in ("points", "minutes", "difficulty"):
            table.add_column(title, justify="right")
        for e in lesson.exercises:
            dots = "●" * e.difficulty + "○" * (3 - e.difficulty)
            table.add_row(e.name, str(e.points), str(e.minutes), dots)
        console.print(table)
        console.print()


def show_data(entries: Iterable[Any], console: Console | None = None) -> None:
    """Print the data sets that can be fetched, as gm_ref.kit.data.available tells them."""
    table = Table(box=None, padding=(0, 2))
    for title in ("name", "MB", "on this machine", "licence"):
        table.add_column(title, justify="right" if title == "MB" else "left")
    for item in entries:
        table.add_row(item.name, f"{item.size / 1e6:.1f}", "yes" if item.cached else "no", item.licence)
    (console or Console()).print(table)
