"""A probe as data: the calls that a candidate is asked to make, with fixed arguments."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from gm_ref.checks.core.guard import flat


@dataclass(frozen=True)
class Given:
    """One call or several; each run gets copies of the arguments, so that no candidate can spoil them.

    given(x, 5) + given(y, 7) is one probe of both calls, with all results in one tuple.
    """

    calls: tuple[tuple, ...]

    @property
    def args(self) -> tuple:
        """The arguments of the first call."""
        return self.calls[0]

    def __call__(self, f: Callable) -> Any:
        """Return what a candidate returns."""
        results = [f(*deepcopy(args)) for args in self.calls]
        return results[0] if len(results) == 1 else tuple(part for result in results for part in flat(result))

    def __add__(self, other: "Given") -> "Given":
        return Given(self.calls + other.calls)


def given(*args: Any) -> Given:
    """Return the probe that calls a candidate with these tensors, numbers and networks."""
    return Given((args,))
