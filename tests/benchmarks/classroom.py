"""A class for the benchmarks: students of lesson 31 who are right, right in another way, mistaken, or not done."""

import ast
import json
import re

from gm_ref.course.excerpt import definition
from gm_ref.course.paths import Rooms
from gm_ref.syllabus import find_lesson
from tests.benchmarks.others import notebook

LESSON = find_lesson("31_ddpm")
NAMES = [e.name for e in LESSON.exercises]
SETUP = """import math
from collections.abc import Callable
import torch
from torch import Tensor, nn
from torch.nn import functional as F
"""
WRONG = {  # exercise -> how its answer is spoiled
    "q_sample": ("torch.sqrt(1 - share)", "(1 - share)"),
    "beta_schedule": ("1000 / T", "T / 1000"),
    "p_sample": ("t > 0", "t >= 0"),
}
OTHERWISE = {  # exercise -> an accepted alternative that needs no more imports than SETUP makes
    "beta_schedule": "lists",
    "alpha_tables": "logs",
    "q_step": "einsum",
    "q_sample": "angles",
    "predict_x0": "transposed",
    "q_posterior": "by_eps",
    "vlb_terms": "weighted_noise",
    "ddpm_loss": "norm",
    "timestep_embedding": "complex",
    "ema_update": "foreach",
    "p_sample": "masked",
}
KINDS = ("right", "right", "right", "q_sample", "beta_schedule", "p_sample", "unwritten", "alternative")


def alternative(name):
    """Return the source of an accepted alternative, under the names that the lesson asks for."""
    path = Rooms(LESSON).alternatives / f"{name}.py"
    source = definition(path, f"{name}__{OTHERWISE[name]}")
    return re.sub(rf"\b({'|'.join(NAMES)})__\w+", r"\1", source)


def answer(kind, name):
    """Return the source that a student of this kind hands in for an exercise."""
    if kind == "alternative":
        return alternative(name)
    right = definition(Rooms(LESSON).answers, name)
    if kind == "unwritten" and name == "q_sample":
        return f"def q_sample({ast.unparse(ast.parse(right).body[0].args)}):\n    raise NotImplementedError\n"
    if kind != name:
        return right
    spoiled = right.replace(*WRONG[name])
    assert spoiled != right, f"WRONG[{name!r}] no longer fits the reference: correct it."
    return spoiled


def kind_of(number):
    """Return what kind of student the one with this number is."""
    return KINDS[number % len(KINDS)]


def class_of(count, names):
    """Return student -> exercise -> source."""
    return {f"student{i:04d}": {name: answer(kind_of(i), name) for name in names} for i in range(count)}


def lost(kind):
    """Return the exercises that a student of this kind gets nothing for: the one that is wrong, and what uses it."""
    wrong = "q_sample" if kind == "unwritten" else kind
    return {e.name for e in LESSON.exercises if wrong in (e.name, *e.uses)}


def deserved(count, names):
    """Return student -> how many of these exercises are right."""
    return {f"student{i:04d}": len(set(names) - lost(kind_of(i))) for i in range(count)}


def as_ours(sources):
    """Return a submission of lesson 31 as bytes."""
    made = json.loads(notebook((SETUP, None), *((s, None) for s in sources.values())))
    made["cells"][0]["metadata"]["tags"] = ["setup"]
    made["metadata"]["gm_ref"] = {"lesson": LESSON.id}
    return json.dumps(made).encode()
