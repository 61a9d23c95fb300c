"""Freeze what each named mistake computes, with its cure and the hints, into data beside the checks."""

import json
import re
from importlib import import_module

import torch

from gm_ref.checks.core.check import SPECS
from gm_ref.checks.core.diagnosis import fingerprint, same_outputs
from gm_ref.checks.core.guard import untouched_globals
from gm_ref.course.notebooks import hints
from gm_ref.course.paths import Rooms
from gm_ref.mistakes.core import Mistake, bank


def freeze(rooms: Rooms) -> dict:
    """Return the frozen file of a lesson: for each exercise its hints and its mistakes with recorded outputs."""
    import_module(f"gm_ref.checks.{rooms.lesson.stem}")
    steps, known = hints(rooms), bank(rooms.lesson.stem)
    names = [e.name for e in rooms.lesson.exercises]
    return {
        "exercises": {
            name: {"hints": steps[name], "mistakes": [recorded(rooms, m) for m in known if m.exercise == name]}
            for name in names
        }
    }


def recorded(rooms: Rooms, mistake: Mistake) -> dict:
    """Return one mistake as data: no code, only what it computes on the fixed probes."""
    spec = SPECS[rooms.lesson.stem, mistake.exercise]
    with untouched_globals():
        torch.manual_seed(0)
        outputs = fingerprint(spec.probes, mistake.function)
    return {
        "id": mistake.id,
        "kind": mistake.kind,
        "name": mistake.name,
        "cure": mistake.cure,
        "outputs": list(outputs),
    }


def settled(new: dict, old: dict | None) -> dict:
    """Return new with old's numbers wherever they agree, so that another machine's last digit changes no file."""
    before = {key: m["outputs"] for key, m in entries(old or {"exercises": {}})}
    for key, m in entries(new):
        if key in before and same_outputs(m["outputs"], before[key]):
            m["outputs"] = before[key]
    return new


def entries(data: dict) -> list[tuple[tuple[str, str], dict]]:
    """Return ((exercise, id), mistake) for every mistake of a frozen file."""
    return [((name, m["id"]), m) for name, e in data["exercises"].items() for m in e["mistakes"]]


def as_text(data: dict) -> str:
    """Return the frozen file's text: indented for reading, each mistake's outputs on one line."""
    outputs = [m["outputs"] for _, m in entries(data)]
    marked = iter(range(len(outputs)))
    shown = {
        e: {**v, "mistakes": [{**m, "outputs": f"@{next(marked)}@"} for m in v["mistakes"]]}
        for e, v in data["exercises"].items()
    }
    text = json.dumps({"exercises": shown}, indent=1, ensure_ascii=False)
    return re.sub(r'"@(\d+)@"', lambda m: json.dumps(outputs[int(m[1])]), text) + "\n"
