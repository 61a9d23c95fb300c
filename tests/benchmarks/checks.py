"""Print how long each check takes on its reference, after import: `make bench`."""

import statistics
import time

from rich.console import Console
from rich.table import Table

from tests.checks.bench import EXERCISES, check_of, reference_of

REPEATS = 15


def seconds(check, reference):
    """Return the median wall seconds of one check."""
    times = []
    for seed in range(REPEATS):
        start = time.perf_counter()
        check(reference, seed=seed)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    """Print the table and the medians."""
    table = Table("exercise", "milliseconds", title="One check of a right answer, median")
    rows = {
        f"{lesson.id}.{e.name}": (check_of(lesson, e.name), reference_of(lesson, e.name)) for lesson, e in EXERCISES
    }
    times = {name: seconds(*pair) for name, pair in rows.items()}
    for name, value in times.items():
        table.add_row(name, f"{1000 * value:.1f}")
    Console().print(table)
    median, worst = statistics.median(times.values()), max(times.values())
    print(f"{len(times)} checks: median {1000 * median:.1f} ms, worst {1000 * worst:.1f} ms")


if __name__ == "__main__":
    main()
