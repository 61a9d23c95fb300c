"""Show how far a class run has come and how long it will take, on standard error: a bar, or a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

LINES = 10  # about so many lines where there is no terminal


@contextmanager
def progress(total: int, stream: TextIO | None = None) -> Iterator[Callable[[], None]]:
    """Yield the function to call after each of total submissions."""
    stream = stream or sys.stderr
    with bar(total, stream) if stream.isatty() else lines(total, stream) as tell:
        yield tell


@contextmanager
def bar(total: int, stream: TextIO) -> Iterator[Callable[[], None]]:
    """Show a bar with the time left, and remove it in the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("left")
    with Progress(*columns, console=Console(file=stream), transient=True) as shown:
        task = shown.add_task("", total=total)
        yield lambda: shown.advance(task)


@contextmanager
def lines(total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[], None]]:
    """Print a line whenever another tenth is done."""
    began, done = clock(), 0

    def tell() -> None:
        nonlocal done
        done += 1
        if done * LINES // total > (done - 1) * LINES // total:
            left = (clock() - began) / done * (total - done)
            print(f"{done} of {total} done, about {in_words(left)} left", file=stream, flush=True)

    yield tell


def in_words(seconds: float) -> str:
    """Return a time as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
