"""Functions that stand in for the learner's: each call is made in a worker, by way of the wire."""

import inspect
import keyword
from typing import Any

import torch
from torch import Tensor

from gm_ref.checks.core.story import argument_names, describe
from gm_ref.checks.core.verdict import Problem
from gm_ref.grading.talk.codec import pack, restore, restore_optimizers
from gm_ref.grading.talk.problems import problem
from gm_ref.grading.talk.remote_network import RemoteNetwork

MOST_NAMES = 12


class RemoteFunction:
    """Stands in for a learner's function: calls it in its worker and returns what came back.

    A check uses it like the function itself: argument names, errors as Problems, gradients, arguments changed in
    place, and the other exercises of the submission under `__globals__`.
    """

    def __init__(self, name: str, arguments: list[str], submission: Any):
        self.__name__ = name
        self.submission = submission
        self.__globals__ = submission.functions
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(a, kind) for a in usable(arguments)])

    def __call__(self, *args: Any) -> Any:
        """Return the function's value."""
        return self.call(args, None)

    def gradient(self, *args: Any) -> Tensor:
        """Return d sum(function(*args[:-1])) / d args[args[-1]]."""
        return self.call(args[:-1], args[-1])

    def remote_network(self, *args: Any) -> RemoteNetwork | None:
        """Return the network that the function makes, which stays in the worker; None where it makes none."""
        handle = self.call(args, None, keep=True)
        return None if handle is None else RemoteNetwork(self.submission, handle)

    def call(self, args: tuple, wrt: int | None, keep: bool = False) -> Any:
        """Ask the worker; a Problem tells what went wrong there, Lost that there is no worker any more.

        keep: the result is a network that stays there, and its handle comes back.
        """
        answer = self.submission.ask({"call": self.__name__, "args": pack(args), "wrt": wrt, "keep": keep})
        if "problem" in answer:
            found = problem(answer["problem"], f"{self.__name__}({', '.join(self.named(args))})")
            found.kind = "detached" if answer.get("kind") == "detached" else ""
            raise found
        try:
            self.carry_back(args, answer)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError):
            raise Problem("property", "It changes its arguments in a way that cannot be followed.") from None
        return answer.get("value")

    def named(self, args: tuple) -> list[str]:
        """Return the arguments with their names, dtypes and shapes."""
        return [f"{n}: {describe(a)}" for n, a in zip(argument_names(self, len(args)), args, strict=True)]

    def carry_back(self, args: tuple, answer: dict[str, Any]) -> None:
        """Do to the judge's own arguments what the call did to the worker's."""
        for place, value, requires_grad in answer["changed"]:
            if args[place].shape != value.shape:  # to follow could write beyond a tensor that is part of another
                raise ValueError("an argument has another shape than before.")
            with torch.no_grad():
                args[place].copy_(value)
            args[place].requires_grad_(bool(requires_grad))
        restore(args, answer["states"])
        restore_optimizers(args, answer.get("memories", []))


def usable(names: Any) -> list[str]:
    """Return the argument names that Python would accept, up to the first that it would not."""
    kept: list[str] = []
    for name in names[:MOST_NAMES] if isinstance(names, list) else []:
        if not (isinstance(name, str) and name.isidentifier()) or keyword.iskeyword(name[:60]) or name[:60] in kept:
            break
        kept.append(name[:60])
    return kept
