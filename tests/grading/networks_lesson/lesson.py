"""Enter the lesson for tests among the course's lessons: for checks in this process, for a judge and its workers."""

import json
import sys
from contextlib import contextmanager

import pytest

from gm_ref import syllabus
from gm_ref.checks.core import diagnosis
from gm_ref.checks.core.check import SPECS
from gm_ref.course.freeze import recorded
from gm_ref.course.paths import Rooms
from gm_ref.grading.sandbox import worker_files
from gm_ref.syllabus import Exercise, Lesson
from tests.desk.desk import code
from tests.grading.networks_lesson import alternatives, answers, networks
from tests.grading.networks_lesson.mistakes import BANK

NAMES = ("small_generator", "small_mapping", "fit_step")
LESSON = Lesson(98, "networks", "gan", "Networks, for tests", 1, tuple(Exercise(n, 2, 5, 1) for n in NAMES))
SETUP = """import math
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, AdamW, Optimizer
"""


def right_answers(name):
    """Return all right answers to an exercise."""
    return [getattr(answers, name), *(f for key, f in vars(alternatives).items() if key.startswith(f"{name}__"))]


def frozen():
    """Return what a frozen file of the lesson would hold."""
    rooms = Rooms(LESSON)
    known = {n: [recorded(rooms, m) for m in BANK.entries if m.exercise == n] for n in NAMES}
    return {name: {"hints": [], "mistakes": entries} for name, entries in known.items()}


@contextmanager
def entered():
    """Make the lesson one of the course."""
    assert all(("networks", name) in SPECS for name in NAMES)
    known, real_frozen, real_lay_out = frozen(), diagnosis.frozen, worker_files.lay_out

    def lay_out(folder, *more):
        real_lay_out(folder, *more)
        add_to(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(syllabus, "LESSONS", (*syllabus.LESSONS, LESSON))
        patch.setattr(diagnosis, "frozen", lambda stem: known if stem == LESSON.stem else real_frozen(stem))
        patch.setattr(worker_files, "lay_out", lay_out)
        patch.setitem(sys.modules, "gm_ref.checks.networks", networks)
        yield LESSON


def add_to(folder):
    """Add the lesson to the files that a worker sees."""
    table = folder / "gm_ref" / "syllabus" / "__init__.py"
    exercises = ", ".join(f"Exercise({n!r}, 2, 5, 1)" for n in NAMES)
    text = f'LESSONS = (*LESSONS, Lesson(98, "networks", "gan", "Networks, for tests", 1, ({exercises},)))'
    table.write_text(f"{table.read_text('utf-8')}\n\n{text}\n", "utf-8")
    (folder / "gm_ref" / "checks" / "networks.py").write_text(worker_files.STAND_IN, "utf-8")
    (folder / "notebooks" / "98_networks.ipynb").write_bytes(notebook())


def notebook(*cells):
    """Return a notebook of the lesson, as bytes."""
    made = [code(SETUP, "setup"), *map(code, cells)]
    metadata = {"gm_ref": {"lesson": LESSON.id}}
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}).encode()
