"""Show how far a class run has come and how long it will take, on standard error: a bar, or a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

LINES = 10  # about so many lines where there is no terminal


@dataclass
class Pace:
    """How many of total are done, and how many of these took time: an earlier run's grades are there at once."""

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    worked: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def count(self, work: bool) -> None:
        """Count one more."""
        self.done, self.worked = self.done + 1, self.worked + work

    def left(self) -> str:
        """Return the time left as a person says it, '' as long as nothing has taken time."""
        if not self.worked:
            return ""
        return f"about {in_words((self.clock() - self.began) / self.worked * (self.total - self.done))} left"


@contextmanager
def progress(total: int, stream: TextIO | None = None) -> Iterator[Callable[[bool], None]]:
    """Yield the function to call after each of total submissions: with True if that took time, False if not."""
    stream = stream or sys.stderr
    with bar(Pace(total), stream) if stream.isatty() else lines(Pace(total), stream) as tell:
        yield tell


@contextmanager
def bar(pace: Pace, stream: TextIO) -> Iterator[Callable[[bool], None]]:
    """Show a bar with the time left, and remove it in the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}")
    with Progress(*columns, console=Console(file=stream), transient=True) as shown:
        task = shown.add_task("", total=pace.total, left="")

        def tell(work: bool) -> None:
            pace.count(work)
            shown.update(task, completed=pace.done, left=pace.left())

        yield tell


@contextmanager
def lines(pace: Pace, stream: TextIO) -> Iterator[Callable[[bool], None]]:
    """Print a line whenever another tenth is done."""

    def tell(work: bool) -> None:
        before = pace.done
        pace.count(work)
        if pace.done * LINES // pace.total > before * LINES // pace.total:
            told = (f"{pace.done} of {pace.total} done", pace.left())
            print(", ".join(filter(None, told)), file=stream, flush=True)

    yield tell


def in_words(seconds: float) -> str:
    """Return a time as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
