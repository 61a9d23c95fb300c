"""Call a learner's function so that nothing it does can hurt: errors are told, arguments and globals kept."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from gm_ref.checks.core.keeping import Kept, keep, same
from gm_ref.checks.core.story import argument_names, is_stub, story, told_call
from gm_ref.checks.core.traits import USUAL, Traits
from gm_ref.checks.core.verdict import Problem

NONE = "Look for a missing return at the end of the function, or of one of its branches."


class Guarded:
    """A learner's function, called as usual; what goes wrong becomes a Problem with a sentence.

    It says which call failed, on which line of the learner's code; it refuses None for a result unless the
    exercise works in place, and notices arguments that were changed.
    """

    def __init__(self, function: Callable, name: str, in_place: bool = False, traits: Traits = USUAL):
        self.function, self.name, self.traits = function, name, traits
        self.in_place = in_place or traits.in_place
        self.last: tuple[tuple, Any] | None = None  # arguments and result of the last call that returned

    def __call__(self, *args: Any) -> Any:
        """Return function(*args), or raise a Problem; arguments that were changed are put back."""
        result = self.watched(self.function, args)
        self.last = args, result
        if result is None and not self.in_place:
            raise Problem("property", "It returned None.", NONE, f"The call was {self.call(args)}.", kind="none")
        if not any(wants_grad(a) for a in args) and any(has_stray_gradient(r, args) for r in flat(result)):
            raise Problem(
                "property",
                "Its result requires grad although nothing it was given does.",
                "Look for a parameter, or a tensor made with requires_grad, inside the function.",
                kind="requires_grad",
            )
        return result

    def gradient(self, *args: Any, wrt: Any = 0) -> Tensor:
        """Return d sum(function(*args)) / d args[wrt], a tensor or a network; see slope."""
        if hasattr(self.function, "gradient"):
            return self.watched(self.function.gradient, args, wrt)
        return slope(self, *args, wrt=wrt)

    def watched(self, function: Callable, args: tuple, *more: Any) -> Any:
        """Return function(*args, *more); a Problem where it changes args, which are put back whatever happens."""
        may_train = self.in_place or any(isinstance(a, Optimizer) for a in args)
        before, problem = keep(args, may_train), None
        try:
            result = self.attempt(function, *args, *more)
        except Problem as raised:
            problem = raised
        finally:
            problem = self.blamed(before, problem)
            for kept in before:
                kept.put_back()
        if problem:
            raise problem
        return result

    def blamed(self, before: list[Kept], problem: Problem | None) -> Problem | None:
        """Return what to tell of a call: an argument that it changed first, and then what went wrong there."""
        labels = argument_names(self.function, len(before))
        told = next(filter(None, (kept.told(label) for kept, label in zip(before, labels, strict=True))), "")
        if not told or (problem and problem.status == "missing"):
            return problem
        return Problem("property", told, *(problem.lines if problem else ()), kind="changes")

    def attempt(self, function: Callable, *args: Any) -> Any:
        """Return function(*args); an error becomes a Problem with its story."""
        call = self.call(args)  # as it is now: the function may change what it is given
        try:
            return function(*args)
        except Problem:
            raise
        except (Exception, SystemExit) as error:
            if isinstance(error, NotImplementedError) and is_stub(self.function):
                look = "Write it in the cell above, run that cell, then run this one again."
                raise Problem("missing", look) from None
            raise Problem("raised", *story(error, self.function, call)) from None

    def call(self, args: tuple) -> str:
        """Describe the call with names, dtypes and shapes."""
        return told_call(self.name, self.function, args)


def slope(function: Callable, *args: Any, wrt: Any = 0) -> Tensor:
    """Return d sum(function(*args)) / d args[wrt], or raise a Problem where no gradient flows.

    args[wrt] is a tensor, or a network: then the gradients of all its parameters in one vector.  Of several results
    the first counts; where wrt is a pair (place, part), that part.  A function that knows its own gradient (one in
    another process) is asked for it.
    """
    if hasattr(function, "gradient") and not isinstance(function, Guarded):
        return function.gradient(*args, wrt)
    place, part = (wrt, 0) if isinstance(wrt, int) else wrt
    network = args[place] if isinstance(args[place], nn.Module) else None
    leaf = network or args[place].detach().clone().requires_grad_()
    leaves = list(network.parameters()) if network else [leaf]
    first = flat(function(*args[:place], leaf, *args[place + 1 :]))[part]
    if not isinstance(first, Tensor) or not first.requires_grad:
        look = "Look for detach, item, numpy or no_grad on the way from the arguments to the result."
        raise Problem("property", "No gradient flows through it.", look, kind="detached")
    found = torch.autograd.grad(first.sum(), leaves, allow_unused=True)
    grads = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, found, strict=True)]
    return torch.cat([g.flatten() for g in grads]) if network else grads[0]


def wants_grad(value: Any) -> bool:
    """Say whether a tensor, or any parameter of a network, requires grad."""
    if isinstance(value, nn.Module):
        return any(p.requires_grad for p in value.parameters())
    return isinstance(value, Tensor) and value.requires_grad


def has_stray_gradient(part: Any, args: tuple) -> bool:
    """Say whether a result requires grad by way of a tensor that is no copy of an argument.

    A copy is what one differentiates by oneself; that the result still knows of it does no harm.
    """
    if not isinstance(part, Tensor) or not part.requires_grad:
        return wants_grad(part)
    given = [a for a in args if isinstance(a, Tensor)]
    return not all(any(same(leaf.detach(), a) for a in given) for leaf in leaves_of(part))


def leaves_of(x: Tensor) -> list[Tensor]:
    """Return the tensors at the ends of the graph that x was computed in."""
    if x.grad_fn is None:
        return [x]
    seen, todo, found = {x.grad_fn}, [x.grad_fn], []
    while todo:
        step = todo.pop()
        found += [step.variable] if hasattr(step, "variable") else []
        new = {before for before, _ in step.next_functions if before is not None} - seen
        seen |= new
        todo += new
    return found


def flat(result: Any) -> tuple:
    """Return the parts of a result as a tuple, whether it is one thing or several."""
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


@contextmanager
def untouched_globals() -> Iterator[None]:
    """Put back whatever a learner's code or a check may change: random states, threads, dtype, grad mode."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else []
    try:
        with torch.random.fork_rng(devices), torch.enable_grad():
            yield
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)
        torch.set_default_dtype(dtype)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
