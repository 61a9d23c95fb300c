"""Judge a bank of answers that the checks' authors have not seen, and count what learners are told.

    python -m tests.benchmarks.held_out FOLDER [--stems ddpm,elbo] [--half even|odd] [--out verdicts.json]

FOLDER holds STEM/EXERCISE.py with functions wrong_01, wrong_02, ... and right_1, ...; a wrong one's docstring says
what is wrong.  Each goes through its check with seed 0.  A wrong answer is accepted, named (a mistake, a convention or
a reading, an error with
a name) or unnamed; a right one is accepted or refused.  --out writes every verdict beside the docstring, to be read
by a person: whether a name is the right one, no program can say.  The halves are the exercises at the second, fourth,
... place of their lesson (even, to develop with) and the others (odd, to measure with).
"""

import argparse
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import torch

from gm_ref.checks.core.check import SPECS, run
from gm_ref.syllabus import LESSONS

SECONDS = 20  # for one answer, which may loop for ever
NAMED = ("mistake", "convention", "reading", "error")
COLUMNS = ("wrong", "accepted", *NAMED, "earlier", "unnamed", "right", "refused")


class TooLong(BaseException):
    """The time of one answer is over; no check catches this."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TooLong inside the block when it takes too long."""

    def stop(*_: object) -> None:
        raise TooLong

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def loaded(path: Path) -> ModuleType:
    """Return the module of a bank's file."""
    spec = spec_from_file_location(f"held_out_{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file.")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answers(path: Path) -> Iterator[tuple[str, Callable]]:
    """Yield (name, function) of the wrong and the right answers of a file."""
    for name, value in vars(loaded(path)).items():
        if name.startswith(("wrong_", "right_")) and callable(value):
            yield name, value


def judged(stem: str, exercise: str, name: str, function: Callable) -> dict:
    """Return what a check says of one answer, as data."""
    began = time.perf_counter()
    told = {"stem": stem, "exercise": exercise, "answer": name, "doc": (function.__doc__ or "").strip()}
    try:
        with limited(SECONDS):
            verdict = run(SPECS[stem, exercise], function, 0)
    except TooLong:
        return {**told, "status": "stopped", "text": f"stopped after {SECONDS} s", "seconds": SECONDS}
    seconds = round(time.perf_counter() - began, 3)
    status = "error" if verdict.status == "raised" and verdict.name else verdict.status
    return {**told, "status": status, "text": str(verdict), "mistake": verdict.mistake, "seconds": seconds}


def places(stems: list[str], half: str) -> Iterator[tuple[str, str]]:
    """Yield (stem, exercise) in the course's order."""
    for lesson in LESSONS:
        for place, exercise in enumerate(lesson.exercises, start=1):
            if lesson.stem in stems and half in ("all", "even" if place % 2 == 0 else "odd"):
                yield lesson.stem, exercise.name


def count(verdicts: list[dict]) -> Counter:
    """Return how many answers came to what."""
    found: Counter = Counter()
    for v in verdicts:
        if v["answer"].startswith("right_"):
            found.update(["right"] + ["refused"] * (v["status"] != "pass"))
            continue
        status = "accepted" if v["status"] == "pass" else v["status"]
        found.update(["wrong", status if status in COLUMNS else "unnamed"])
    return found


def row(name: str, had: Counter) -> str:
    """Return one line of the table."""
    named = sum(had[key] for key in NAMED)
    share = f"{100 * named / had['wrong']:5.1f} %" if had["wrong"] else "      -"
    return f"{name:42}" + "".join(f"{had[key]:11}" for key in COLUMNS) + f"  named {share}"


def main() -> None:
    """Judge all answers and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stems", default=",".join(lesson.stem for lesson in LESSONS))
    parser.add_argument("--half", choices=("all", "even", "odd"), default="all")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'exercise':42}" + "".join(f"{key:>11}" for key in COLUMNS))
    verdicts: list[dict] = []
    for stem, exercise in places(asked.stems.split(","), asked.half):
        path = asked.folder / stem / f"{exercise}.py"
        if not path.exists():
            continue
        import_module(f"gm_ref.checks.{stem}")
        new = [judged(stem, exercise, name, function) for name, function in answers(path)]
        print(row(f"{stem}.{exercise}", count(new)), flush=True)
        verdicts += new
    print(row("all", count(verdicts)))
    if asked.out:
        asked.out.write_text(json.dumps(verdicts, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
