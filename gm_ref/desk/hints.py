"""Hints in three steps, read from the frozen file that the build writes beside the checks."""

import json
import re
from pathlib import Path

from gm_ref.desk import BadInput
from gm_ref.desk.names import find_exercise

FROZEN = Path(__file__).parents[1] / "checks" / "frozen"
SOLVED = Path(__file__).parents[2] / "solutions"
KINDS = ("a nudge", "the formula", "a sketch in words")


def hint(name: str, step: int = 1, folder: Path = FROZEN) -> str:
    """Return one hint for an exercise with a headline, and how to see the next; BadInput where there is none."""
    lesson, exercise = find_exercise(name)
    hints = read_hints(folder / f"{lesson.stem}.json", exercise.name)
    if not 1 <= step <= len(hints):
        raise BadInput(f"there is no hint {step} for {lesson.stem}.{exercise.name}: it has {len(hints) or 'none'}.")
    head = f"Hint {step} of {len(hints)} for {lesson.stem}.{exercise.name}: {KINDS[step - 1]}"
    text = re.sub(r"\n +", "\n", hints[step - 1])  # the indent of a numbered list in the notebook
    return f"{head}\n\n{text}\n\n{what_next(lesson.stem, exercise.name, step, len(hints))}"


def read_hints(path: Path, exercise: str) -> list[str]:
    """Return the hints of an exercise, in order; [] where there are none."""
    if not path.exists():
        return []
    return json.loads(path.read_text("utf-8"))["exercises"].get(exercise, {}).get("hints", [])


def what_next(stem: str, exercise: str, step: int, last: int) -> str:
    """Return how to go on after a hint."""
    if step < last:
        return f"Still stuck? gm-ref hint {stem}.{exercise} --step {step + 1}"
    if not SOLVED.exists():  # in a class release
        return "That was the last hint."
    return "That was the last hint: the whole answer is in the solved lesson, in solutions/."
