"""Recognise a known mistake by what it computes.

Each lesson's frozen file, checks/frozen/STEM.json, holds what every named mistake returned on fixed probes when
the course was built, with its name and its cure; there is no code of an answer or of a mistake in it.
"""

import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.keeping import Restoring

FROZEN = Path(__file__).parents[1] / "frozen"
RELATIVE, ABSOLUTE = 1e-4, 1e-6  # wide enough for float32 tables inside a learner's code
DIGITS = 9
MOST_VALUES = 10_000


@dataclass(frozen=True)
class Known:
    """A known mistake (kind 'mistake') or another convention (kind 'convention'), as the build recorded it."""

    id: str
    kind: str
    name: str
    cure: str
    outputs: tuple


@cache
def frozen(stem: str) -> dict[str, Any]:
    """Return the frozen file of a lesson: exercise -> {"hints": [...], "mistakes": [...]}; {} where there is none."""
    path = FROZEN / f"{stem}.json"
    return json.loads(path.read_text("utf-8"))["exercises"] if path.exists() else {}


def known(stem: str, exercise: str) -> list[Known]:
    """Return the known mistakes of an exercise."""
    entries = frozen(stem).get(exercise, {}).get("mistakes", [])
    return [Known(e["id"], e["kind"], e["name"], e["cure"], tuple(e["outputs"])) for e in entries]


def recognise(stem: str, exercise: str, outputs: Sequence) -> Known | None:
    """Return the known mistake whose recorded outputs equal these, a candidate's fingerprint, or None."""
    found = (m for m in known(stem, exercise) if same_outputs(outputs, m.outputs))
    return next(found, None) if has_numbers(outputs) else None


def has_numbers(outputs: Sequence) -> bool:
    """Say whether outputs are finite somewhere: what raises, or is nan, everywhere agrees with too much."""
    return any(not isinstance(v, str) for x in outputs if not isinstance(x, str) for _, values in x for v in values)


def fingerprint(probes: Sequence[Callable], candidate: Callable) -> tuple:
    """Return what the candidate does on each probe, as plain lists ready for JSON.

    Each entry is "raises", "no number", or [[shape], [values rounded to nine digits]] for all tensors returned.
    """
    return tuple(record(probe, Restoring(candidate)) for probe in probes)


def record(probe: Callable, candidate: Restoring) -> Any:
    """Return one probe's outcome; the probe's constants are afterwards what they were."""
    try:
        return outcome(probe, candidate)
    finally:
        candidate.put_back()


def outcome(probe: Callable, candidate: Callable) -> Any:
    """Return what a probe finds, as plain lists, or a word."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = probe(candidate)
    except (Exception, SystemExit):  # a Problem too: no gradient flows, for one
        return "raises"
    parts = result if isinstance(result, (tuple, list)) else (result,)
    try:
        return [plain(torch.as_tensor(part)) for part in parts]
    except (TypeError, ValueError, RuntimeError):
        return "no number"


def plain(x: Tensor) -> list:
    """Return [shape, values] with NaN and infinities as text; no probe asks for so many values as are left out."""
    if x.numel() > MOST_VALUES:
        return [list(x.shape), []]
    values = x.detach().to("cpu", torch.float64).flatten().tolist()
    return [list(x.shape), [number(v) for v in values]]


def number(value: float) -> float | str:
    """Return value rounded to nine digits, or its name where JSON has no number for it."""
    rounded = float(f"{value:.{DIGITS}g}")
    return rounded + 0.0 if abs(rounded) < float("inf") else str(rounded)


def same_outputs(a: Sequence, b: Sequence) -> bool:
    """Say whether two fingerprints agree."""
    return len(a) == len(b) and all(same_record(x, y) for x, y in zip(a, b, strict=True))


def same_record(a: Any, b: Any) -> bool:
    """Say whether two outcomes agree: equal words, or equal shapes with close values."""
    if isinstance(a, str) or isinstance(b, str) or len(a) != len(b):
        return a == b
    return all(x[0] == y[0] and close(x[1], y[1]) for x, y in zip(a, b, strict=True))


def close(a: list, b: list) -> bool:
    """Say whether two lists of numbers agree."""
    left, right = (torch.tensor([float(v) for v in values], dtype=torch.float64) for values in (a, b))
    return bool(torch.isclose(left, right, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True).all())
