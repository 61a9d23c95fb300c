"""Call a learner's function so that nothing it does can hurt: errors are told, arguments and globals kept."""

import inspect
import linecache
import random
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from gm_ref.checks.core.verdict import Problem, kind_of

HERE = __file__.rsplit("gm_ref", 1)[0] + "gm_ref"


class Guarded:
    """A learner's function, called as usual; what goes wrong becomes a Problem with a sentence.

    It says which call failed, on which line of the learner's code; it refuses None for a result unless the
    exercise works in place, and notices arguments that were changed.
    """

    def __init__(self, function: Callable, name: str, in_place: bool = False):
        self.function, self.name, self.in_place = function, name, in_place

    def __call__(self, *args: Any) -> Any:
        """Return function(*args), or raise a Problem; arguments that were changed are put back."""
        result = self.watched(self.function, args)
        if result is None and not self.in_place:
            raise Problem(
                "property", "It returned None.", "Look for a missing return at the end of the function.", kind="none"
            )
        if not any(wants_grad(a) for a in args) and any(wants_grad(r) for r in flat(result)):
            raise Problem(
                "property",
                "Its result requires grad although nothing it was given does.",
                "Look for a parameter, or a tensor made with requires_grad, inside the function.",
                kind="requires_grad",
            )
        return result

    def gradient(self, *args: Any, wrt: int = 0) -> Tensor:
        """Return d sum(function(*args)) / d args[wrt], a tensor or a network.  Of several results the first counts."""
        if hasattr(self.function, "gradient"):
            return self.watched(self.function.gradient, args, wrt)
        return slope(self, *args, wrt=wrt)

    def watched(self, function: Callable, args: tuple, *more: Any) -> Any:
        """Return function(*args, *more); a Problem where it changes args, which are put back whatever happens."""
        may_train = self.in_place or any(isinstance(a, Optimizer) for a in args)
        before = [Kept(a) for a in args if isinstance(a, Tensor) or (isinstance(a, nn.Module) and not may_train)]
        try:
            result = self.attempt(function, *args, *more)
        finally:
            changed = [kept.put_back() for kept in before if kept.differs()]
        for arg, label in zip(args, argument_names(self.function, len(args)), strict=True):
            if any(arg is other for other in changed):
                raise Problem("property", changes(label, arg), kind="changes")
        return result

    def attempt(self, function: Callable, *args: Any) -> Any:
        """Return function(*args); an error becomes a Problem with its story."""
        try:
            return function(*args)
        except NotImplementedError as error:
            if not is_stub(function, error):
                raise Problem("raised", *self._story(error, args)) from None
            raise Problem("missing", "Write it in the cell above, run that cell, then run this one again.") from None
        except Problem:
            raise
        except (Exception, SystemExit, RecursionError) as error:
            raise Problem("raised", *self._story(error, args)) from None

    def _story(self, error: BaseException, args: tuple) -> list[str]:
        first = (str(error).strip().splitlines() or ["no message"])[0][:300]
        return [f"{kind_of(error)}: {first}", learners_line(error), f"The call was {self.call(args)}."]

    def call(self, args: tuple) -> str:
        """Describe the call with names, dtypes and shapes."""
        names = argument_names(self.function, len(args))
        return f"{self.name}({', '.join(f'{n}: {describe(a)}' for n, a in zip(names, args, strict=True))})"


class Kept:
    """A tensor or a network as it was before a call."""

    def __init__(self, value: Tensor | nn.Module):
        self.value = value
        self.old = [(x.detach().clone(), x.requires_grad) for x in tensors(value)]
        self.numbers = numbers(value)

    def differs(self) -> bool:
        """Say whether anything has changed since."""
        now = tensors(self.value)
        kept = [same(x.detach(), old) and x.requires_grad == g for x, (old, g) in zip(now, self.old, strict=False)]
        return numbers(self.value) != self.numbers or len(now) != len(self.old) or not all(kept)

    def put_back(self) -> Tensor | nn.Module:
        """Make it again what it was, and return it."""
        for name in numbers(self.value):
            del vars(self.value)[name]
        vars(self.value).update(self.numbers)
        with torch.no_grad():
            for x, (old, needed_grad) in zip(tensors(self.value), self.old, strict=False):
                x.requires_grad_(needed_grad)
                if not same(x, old):
                    (x if x.shape == old.shape else x.resize_(old.shape)).copy_(old)
        return self.value


class Restoring:
    """A function that gets copies of its tensor arguments, for probes that use constants."""

    def __init__(self, function: Callable):
        self.function = function
        if hasattr(function, "gradient"):
            self.gradient = partial(self.restoring, function.gradient)

    def __call__(self, *args: Any) -> Any:
        """Return function(*args)."""
        return self.restoring(self.function, *args)

    def restoring(self, function: Callable, *args: Any) -> Any:
        """Return function(*args); what it does to its tensor arguments is done to copies."""
        return function(*(a.clone() if isinstance(a, Tensor) else a for a in args))


def tensors(value: Tensor | nn.Module) -> list[Tensor]:
    """Return a tensor alone, or all parameters and buffers of a network."""
    return [value] if isinstance(value, Tensor) else [*value.parameters(), *value.buffers()]


def numbers(value: Tensor | nn.Module) -> dict[str, bool | int | float]:
    """Return the numbers that a network carries as plain attributes; {} for a tensor."""
    plain = vars(value) if isinstance(value, nn.Module) else {}
    return {k: v for k, v in plain.items() if type(v) in (bool, int, float) and k != "training"}


def changes(label: str, value: Tensor | nn.Module) -> str:
    """Return the sentence on an argument that was changed."""
    if isinstance(value, nn.Module):
        return f"It changes the network {label} that it is given; this exercise may only use it."
    return f"It changes its argument {label} in place; return a new tensor instead."


def slope(function: Callable, *args: Any, wrt: int = 0) -> Tensor:
    """Return d sum(function(*args)) / d args[wrt], or raise a Problem where no gradient flows.

    args[wrt] is a tensor, or a network: then the gradients of all its parameters in one vector.  A function that
    knows its own gradient (one in another process) is asked for it.
    """
    if hasattr(function, "gradient") and not isinstance(function, Guarded):
        return function.gradient(*args, wrt)
    network = args[wrt] if isinstance(args[wrt], nn.Module) else None
    leaf = network or args[wrt].detach().clone().requires_grad_()
    leaves = list(network.parameters()) if network else [leaf]
    first = flat(function(*args[:wrt], leaf, *args[wrt + 1 :]))[0]
    if not isinstance(first, Tensor) or not first.requires_grad:
        look = "Look for detach, item, numpy or no_grad on the way from the arguments to the result."
        raise Problem("property", "No gradient flows through it.", look, kind="detached")
    found = torch.autograd.grad(first.sum(), leaves, allow_unused=True)
    grads = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, found, strict=True)]
    return torch.cat([g.flatten() for g in grads]) if network else grads[0]


def is_stub(function: Callable, error: NotImplementedError) -> bool:
    """Say whether the function itself raised the error, and not another one that it calls."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    *_, last = (frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__))
    return code is None or last is code


def argument_names(function: Callable, count: int) -> list[str]:
    """Return the function's own names for its first count arguments, or 'argument 1', ... where it has none."""
    try:
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"argument {i + 1}" for i in range(count)]


def describe(value: Any) -> str:
    """Say what a value is in a few words: a tensor by dtype and shape, a network or an optimiser by its class."""
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    if isinstance(value, nn.Module) or callable(value):
        return f"a function ({getattr(value, '__name__', type(value).__name__)})"
    if isinstance(value, Optimizer):
        return f"an optimiser ({type(value).__name__})"
    return repr(value)[:60]


def learners_line(error: BaseException) -> str:
    """Return the last line of the learner's own code that the error passed through, or ''."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not is_library(f.filename)]
    if not frames:
        return ""
    line = (frames[-1].line or linecache.getline(frames[-1].filename, frames[-1].lineno or 0)).strip()
    return f"Line {frames[-1].lineno} of your cell: {line}" if line else ""


def is_library(filename: str) -> bool:
    """Say whether a stack frame belongs to installed code or to the course, not to the learner."""
    own = tuple(f"{HERE}/{room}/" for room in ("checks", "desk", "grading", "kit"))
    return "site-packages" in filename or "/lib/python" in filename or filename.replace("\\", "/").startswith(own)


def wants_grad(value: Any) -> bool:
    """Say whether a tensor, or any parameter of a network, requires grad."""
    if isinstance(value, nn.Module):
        return any(p.requires_grad for p in value.parameters())
    return isinstance(value, Tensor) and value.requires_grad


def flat(result: Any) -> tuple:
    """Return the parts of a result as a tuple, whether it is one thing or several."""
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


def same(a: Tensor, b: Tensor) -> bool:
    """Say whether two tensors are equal, NaN counting as equal to NaN."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return torch.equal(a, b) or bool(((a == b) | ((a != a) & (b != b))).all())


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
