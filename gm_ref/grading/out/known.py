"""Names and cures of known mistakes, from the frozen files; without torch, for the process that writes pages."""

import json
from dataclasses import dataclass
from functools import cache

from gm_ref.desk.hints import FROZEN


@dataclass(frozen=True)
class Known:
    """A known mistake (kind 'mistake') or another convention (kind 'convention'): its name, and what learners read."""

    kind: str
    name: str
    cure: str


@cache
def known(stem: str, exercise: str) -> dict[str, Known]:
    """Return id -> known mistake of an exercise; {} where the lesson's checks are not here."""
    path = FROZEN / f"{stem}.json"
    entries = json.loads(path.read_text("utf-8"))["exercises"].get(exercise, {}) if path.exists() else {}
    return {e["id"]: Known(e["kind"], e["name"], e["cure"]) for e in entries.get("mistakes", [])}
