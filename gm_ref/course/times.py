"""What the solved notebooks cost: CPU seconds on one thread, kept in tests/times.json when they are executed.

The file is no part of a notebook, so that a notebook changes only where its content does, and a law and a person read
all costs in one place.
"""

import json
from collections.abc import Iterator
from pathlib import Path

TIMES = "tests/times.json"


def times(root: Path) -> dict:
    """Return what was measured: {"notebooks": {lesson: CPU seconds}, "tests": {part: CPU seconds}}."""
    path = root / TIMES
    return json.loads(path.read_text("utf-8")) if path.exists() else {"notebooks": {}, "tests": {}}


def record(root: Path, notebooks: dict[str, float], tests: dict[str, float] | None = None) -> Iterator[Path]:
    """Keep what was measured beside what was measured before, and yield the file; tests replace earlier ones."""
    known = times(root)
    known["notebooks"] |= {lesson: round(seconds, 1) for lesson, seconds in notebooks.items()}
    if tests is not None:
        known["tests"] = {part: round(seconds, 1) for part, seconds in tests.items()}
    path = root / TIMES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")
    yield path
