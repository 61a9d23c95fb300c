"""A judge that runs nothing: each notebook says what becomes of it, so that class runs can be tested in a second.

A notebook is JSON: {"right": how many exercises are right, "log": a file that gets the student's name, ...} with
deeds: "die" (kill this process), "die once" (a file that notes the first time), "raise" (an error of the judge's own),
"hold" (a named pipe: tell this process's number there and wait until somebody writes to the pipe beside it).
"""

import hashlib
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from gm_ref.grading.judging.record import Grade, nothing

JUDGE = "tests.grading.fakes:FakeJudge"
UNFIT = "tests.grading.fakes:UnfitJudge"
MISTAKE = "sd_for_variance"


class FakeJudge:
    """What a pool needs of a judge."""

    def __init__(self, terms):
        self.terms = terms

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def grade(self, student, file, notebook):
        """Do what the notebook says, then give as many points as it says."""
        wish = json.loads(notebook)
        with open(wish["log"], "a") as log:
            log.write(f"{student}\n")
        misbehave(wish)
        marks = [
            replace(mark, points=mark.out_of, status="pass", headline=f"{mark.exercise}: right")
            if number < wish["right"]
            else replace(mark, status="fail", headline=f"{mark.exercise}: wrong", mistake=wish.get("mistake"))
            for number, mark in enumerate(nothing(self.terms.lesson, "fail", ""))
        ]
        digest, terms = hashlib.sha256(notebook).hexdigest(), self.terms
        return Grade(student, terms.lesson, file, digest, terms.level, terms.fingerprint, tuple(marks))


class UnfitJudge(FakeJudge):
    """A judge that cannot begin."""

    def __init__(self, terms):
        raise RuntimeError("no checks here")


def misbehave(wish):
    """Kill this process, raise, or wait, as the notebook wishes."""
    once = Path(wish.get("die once") or os.devnull)
    if "hold" in wish and not (wish.get("die once") and once.exists()):
        Path(wish["hold"]).write_text(f"{os.getpid()}\n")
        Path(wish["hold"] + ".go").read_text()
    if "die" in wish or ("die once" in wish and not once.exists()):
        if "die once" in wish:
            once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "raise" in wish:
        raise RuntimeError("a judge's own mistake")


def pipes(folder):
    """Make the two pipes of a notebook that holds; return the first's name."""
    for name in ("hold", "hold.go"):
        os.mkfifo(folder / name)
    return str(folder / "hold")


def held(pipe, ended=lambda: False):
    """Wait for a notebook that holds; return the number of the process that grades it, 0 if the run ended first."""
    descriptor, told = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), b""
    while not told and not ended():
        time.sleep(0.02)
        with suppress(BlockingIOError):
            told = os.read(descriptor, 20)
    os.close(descriptor)
    return int(told or 0)


class Room:
    """A folder of submissions and one for grades."""

    def __init__(self, folder):
        self.folder, self.submissions, self.out, self.log = folder, folder / "in", folder / "out", folder / "log"
        self.submissions.mkdir()

    def hand_in(self, student, right=11, **deeds):
        """Save a student's notebook."""
        wish = {"right": right, "log": str(self.log), **deeds}
        (self.submissions / f"{student}.ipynb").write_text(json.dumps(wish))

    def graded(self):
        """Return the students that judges were given since the last call, in alphabetical order."""
        names = self.log.read_text().split() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return sorted(names)

    def rows(self):
        """Return the rows of grades.csv, but for its header."""
        return (self.out / "grades.csv").read_text().splitlines()[1:]
