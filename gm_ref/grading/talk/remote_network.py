"""Stands in for a network that an exercise returned: it stays in the worker, and the judge sees numbers only.

The questions are those of checks/core/holder.py.  Every answer is verified here: so many tensors, names of letters,
shapes and dtypes as they were asked for.
"""

import math
from typing import Any

from torch import Tensor

from gm_ref.checks.core.holder import call_name
from gm_ref.checks.core.modules import MOST_PARTS, MOST_TENSORS, good_name
from gm_ref.checks.core.story import describe
from gm_ref.checks.core.verdict import Problem
from gm_ref.grading.talk.problems import problem
from gm_ref.grading.talk.wire import DTYPES

MOST_AXES, LARGEST = 8, 1 << 40


class RemoteNetwork:
    """A network in a worker, by the number under which it is kept there."""

    def __init__(self, submission: Any, handle: Any):
        self.submission, self.handle = submission, handle if type(handle) is int else -1
        self.seen: dict[str, Any] = {}

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the worker's answer to one question, or raise a Problem."""
        answer = self.submission.ask({"network": self.handle, "question": question})
        if "problem" in answer:
            raise problem(answer["problem"], called(question))
        try:
            return getattr(self, f"take_{question['do']}")(answer.get("value"), question)
        except (TypeError, ValueError, LookupError, AttributeError, RuntimeError):
            raise Problem("property", "It returned a network that cannot be followed.") from None

    def take_look(self, value: Any, question: dict[str, Any]) -> dict[str, Any]:
        """Return names and shapes; ValueError and the like where they are none."""
        weights, buffers = ([entry(e) for e in bounded(value[key], MOST_TENSORS)] for key in ("weights", "buffers"))
        frozen, parts = ([name_of(n) for n in bounded(value[key], MOST_PARTS)] for key in ("frozen", "parts"))
        distinct([name for name, *_ in (*weights, *buffers)])
        self.seen = {"weights": weights, "buffers": buffers, "frozen": frozen, "parts": parts}
        return self.seen

    def take_state(self, value: Any, question: dict[str, Any]) -> dict[str, Any]:
        """Return all numbers; they must have the shapes and dtypes that were told."""
        return {key: [number(x, *like[1:]) for x, like in pairs(value[key], self.seen[key])] for key in BOTH}

    def take_settle(self, value: Any, question: dict[str, Any]) -> dict[str, Any]:
        """Return all numbers after a call, in the shapes and dtypes of what was sent."""
        return {key: like_these(value[key], question[key]) for key in BOTH}

    def take_run(self, value: Any, question: dict[str, Any]) -> dict[str, Any]:
        """Return a call's value, the buffers after it, and gradients, in the shapes and dtypes of what was sent."""
        told = {"value": value["value"], "buffers": like_these(value["buffers"], question["buffers"])}
        floating = [a for a in question["args"] if isinstance(a, Tensor) and a.is_floating_point()]
        asked = question["of"] is not None
        inputs = like_these(value["inputs"], floating if asked else [])
        return {**told, "inputs": inputs, "weights": like_these(value["weights"], question["weights"] if asked else [])}


BOTH = ("weights", "buffers")


def called(question: dict[str, Any]) -> str:
    """Return a question's call in words."""
    return f"{call_name(question)}({', '.join(map(describe, question['args']))})" if "args" in question else "net"


def bounded(value: Any, most: int) -> list:
    """Return a list of not too many entries."""
    if type(value) is not list or len(value) > most:
        raise ValueError("a list was expected.")
    return value


def name_of(value: Any) -> str:
    """Return the dotted name of a tensor or a part."""
    if not good_name(value):
        raise ValueError("a name was expected.")
    return value


def distinct(names: list[str]) -> None:
    """Raise ValueError where a name stands twice."""
    if len(set(names)) < len(names):
        raise ValueError("two tensors have one name.")


def entry(value: Any) -> tuple[str, tuple[int, ...], str]:
    """Return name, shape and dtype of a tensor that is not here."""
    name, shape, dtype = value
    if not all(type(n) is int and n >= 0 for n in bounded(shape, MOST_AXES)) or math.prod(shape) > LARGEST:
        raise ValueError("a shape was expected.")
    return name_of(name), tuple(shape), dtype if dtype in DTYPES else "none"


def number(x: Any, shape: tuple[int, ...], dtype: str) -> Tensor:
    """Return a tensor of this shape and dtype, plain and contiguous."""
    if not isinstance(x, Tensor) or tuple(x.shape) != shape or x.dtype != DTYPES[dtype]:
        raise ValueError("a tensor of another shape or dtype was expected.")
    return x.detach().contiguous()


def like_these(values: Any, those: list[Tensor]) -> list[Tensor]:
    """Return tensors that have the shapes and dtypes of those."""
    return [number(x, tuple(y.shape), str(y.dtype).removeprefix("torch.")) for x, y in pairs(values, those)]


def pairs(values: Any, those: Any) -> list[tuple]:
    """Return pairs of a list and another one of the same length."""
    return list(zip(bounded(values, MOST_TENSORS), those, strict=True))
