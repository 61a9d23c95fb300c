"""The networks that exercises returned, kept in the worker under numbers; the judge asks about them by number."""

from typing import Any

from gm_ref.checks.core.holder import Holder
from gm_ref.checks.core.modules import is_network, not_a_network
from gm_ref.checks.core.verdict import Problem

MOST_KEPT = 8  # a check holds one or two; an older one is forgotten


class Networks:
    """Networks by number, the newest few."""

    def __init__(self) -> None:
        self.held: dict[int, Holder] = {}
        self.made = 0

    def keep(self, value: Any) -> int | None:
        """Keep a network and return its number, None for None; a Problem where it is no network that can be used."""
        if value is None:
            return None
        if not is_network(value):
            raise Problem("property", not_a_network(value))
        self.made += 1
        self.held[self.made] = Holder(value)
        self.held.pop(self.made - MOST_KEPT, None)
        return self.made

    def ask(self, number: int, question: dict[str, Any]) -> dict[str, Any]:
        """Return a network's answer to one question."""
        if number not in self.held:
            raise Problem("property", f"A check can hold {MOST_KEPT} networks, and this one is older.")
        return self.held[number].ask(question)
