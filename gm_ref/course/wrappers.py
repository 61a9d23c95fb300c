"""Change what goes into a reference exercise or comes out of it, and say in words what was changed."""

import inspect
import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from gm_ref.course.changes import Change
from gm_ref.course.edit_words import ARGUMENT, RESULT, SIGN

RESULT_NAMES = ("the first result", "the second result", "the third result")
Map = Callable[[Tensor], Tensor]

MAPS: dict[str, Map] = {
    "{} with the opposite sign": lambda x: -x,
    "twice {}": lambda x: 2 * x,
    "half of {}": lambda x: x / 2,
    "the square root of {}": lambda x: x**0.5,
    "the square of {}": lambda x: x**2,
    "the logarithm of {}": torch.log,
    "the exponential of {}": torch.exp,
    "the reciprocal of {}": lambda x: 1 / x,
    "1 minus {}": lambda x: 1 - x,
    "the absolute value of {}": torch.abs,
    "{} cut off at -1 and 1": lambda x: x.clamp(-1, 1),
    "{} cut off at 0 and 1": lambda x: x.clamp(0, 1),
    "{} with negative values set to 0": lambda x: x.clamp(min=0),
    "{} detached from its graph": lambda x: x.detach(),
    "{} with its rows in reverse order": lambda x: x.flip(0),
    "{} one place late along its first axis": lambda x: x.roll(1, 0),
    "{} one place early along its first axis": lambda x: x.roll(-1, 0),
    "the first row of {} for all": lambda x: x[:1].expand_as(x),
    "the mean of {} over its first axis for all": lambda x: x.mean(0, keepdim=True).expand_as(x),
    "{} transposed": lambda x: x.transpose(0, 1),
}
RESULTS: dict[str, Map] = {
    "{}, summed over everything": lambda x: x.sum(),
    "the mean of {} over everything": lambda x: x.mean(),
    "{}, summed over the first axis": lambda x: x.sum(0),
    "the mean of {} over the first axis": lambda x: x.mean(0),
    "the mean of {} over the last axis": lambda x: x.mean(-1),
    "{}, summed over the last axis": lambda x: x.sum(-1),
    "{} with an axis of size 1 at the end": lambda x: x[..., None],
    "{} with an axis of size 1 in front": lambda x: x[None],
    "{} without its axes of size 1": torch.squeeze,
    "{} as one long vector": torch.flatten,
    "{} with all samples' entries in one axis": lambda x: x.flatten(1),
    "{} divided by the batch's size": lambda x: x / len(x),
    "{} times the batch's size": lambda x: x * len(x),
    "{} in bits: divided by log 2": lambda x: x / math.log(2),
    "{} times log 2": lambda x: x * math.log(2),
    "a sigmoid of {}": torch.sigmoid,
    "{}, added up along its first axis": lambda x: x.cumsum(0),
    "zeros in place of {}": torch.zeros_like,
}
NUMBERS: dict[str, Callable[[float], float]] = {
    "{} + 1 in place of {}": lambda a: a + 1,
    "{} - 1 in place of {}": lambda a: a - 1,
    "2 {} in place of {}": lambda a: 2 * a,
    "half of {} in place of {}": lambda a: a / 2,
    "half of {}, without its remainder, in place of {}": lambda a: a // 2,
    "1 - {} in place of {}": lambda a: 1 - a,
    "the square root of {} in place of {}": lambda a: a**0.5,
    "the square of {} in place of {}": lambda a: a**2,
    "the logarithm of {} in place of {}": math.log,
    "the exponential of {} in place of {}": math.exp,
    "the reciprocal of {} in place of {}": lambda a: 1 / a,
    "minus {} in place of {}": lambda a: -a,
    "0 in place of {}": lambda a: 0 * a,
}
STEPS: dict[str, Map] = {
    "{} - 1 in place of {}": lambda t: (t - 1).clamp(min=0),
    "{} + 1 in place of {}": lambda t: t + 1,
    "the first sample's {} for all samples": lambda t: t[:1].expand_as(t),
    "the last sample's {} for all samples": lambda t: t[-1:].expand_as(t),
    "{} = 0 for all samples": torch.zeros_like,
    "{} in reverse order": lambda t: t.flip(0),
    "{} as one number, its mean": lambda t: (t * 1.0).mean().to(t.dtype).expand_as(t),
}
LOGVAR: dict[str, Map] = {
    "{} read as the variance itself": torch.log,
    "{} read as the logarithm of the standard deviation": lambda v: 2 * v,
    "{} read as the standard deviation itself": lambda v: 2 * torch.log(v),
    "the standard deviation of {} where the variance belongs": lambda v: v / 2,
    "{} read with the opposite sign: the precision in place of the variance": lambda v: -v,
}


def wrapped(function: Callable, calls: list[tuple], parts: int) -> Iterator[Change]:
    """Yield the reference with one change of its result or of an argument.

    calls: the arguments that the probes call it with, so that only changes are made that apply; parts: its results.
    """
    yield from of_results(function, parts)
    names = list(inspect.signature(function).parameters)
    for i, name in enumerate(names):
        yield from of_argument(function, i, name, [args[i] for args in calls if i < len(args)])
    for i, j in combinations(range(len(names)), 2):
        yield exchanged(function, i, j, f"{names[i]} and {names[j]} exchanged")
    for i, name in enumerate(names):
        for j, other in enumerate(names):
            if i != j:
                yield replaced(function, i, j, f"{other} in place of {name}")
    logvars = [i for i, name in enumerate(names) if "logvar" in name]
    if len(logvars) > 1:
        for words, change in LOGVAR.items():
            both = " and ".join(names[i] for i in logvars)
            yield Change(ARGUMENT, words.format(both), with_arguments(function, logvars, change))


def of_results(function: Callable, parts: int) -> Iterator[Change]:
    """Yield changes of all results, of one of several, and of their order."""
    for words, change in {**MAPS, **RESULTS}.items():
        rank = SIGN if "opposite sign" in words else RESULT
        yield Change(rank, words.format("the result"), with_results(function, change, None))
        for place, name in enumerate(RESULT_NAMES[: parts if parts > 1 else 0]):
            yield Change(rank, words.format(name), with_results(function, change, place))
    for i, j in combinations(range(parts), 2):
        yield Change(RESULT, "the results in another order", reordered(function, i, j))


def of_argument(function: Callable, place: int, name: str, values: list) -> Iterator[Change]:
    """Yield changes of one argument, by what it is at the calls: floats, whole numbers, a number, a function."""
    makers = {"float": of_floats, "number": of_numbers, "whole": of_steps, "function": of_functions}
    for kind, make in makers.items():
        if any(fits(value, kind) for value in values):
            yield from make(function, place, name)


def of_floats(function: Callable, place: int, name: str) -> Iterator[Change]:
    """Yield changes of a float tensor."""
    if "logvar" in name:
        for words, change in LOGVAR.items():
            yield Change(RESULT, words.format(name), with_arguments(function, [place], change))
    for words, change in MAPS.items():
        told = words.format(name) if words.startswith("{}") else f"{words.format(name)} in place of {name}"
        yield Change(ARGUMENT, told, with_arguments(function, [place], change))
    yield Change(ARGUMENT, f"{name} left out: 0 in its place", with_arguments(function, [place], torch.zeros_like))
    yield Change(ARGUMENT, f"1 in place of {name}", with_arguments(function, [place], torch.ones_like))


def of_numbers(function: Callable, place: int, name: str) -> Iterator[Change]:
    """Yield changes of a plain number."""
    for words, number in NUMBERS.items():
        yield Change(ARGUMENT, words.format(name, name), with_arguments(function, [place], number, "number"))


def of_steps(function: Callable, place: int, name: str) -> Iterator[Change]:
    """Yield changes of whole numbers in a tensor."""
    for words, step in STEPS.items():
        yield Change(ARGUMENT, words.format(name, name), with_arguments(function, [place], step, "whole"))


def of_functions(function: Callable, place: int, name: str) -> Iterator[Change]:
    """Yield changes of what a function that is given returns."""
    for words, output in MAPS.items():
        told = words.format(f"what {name} returns")
        yield Change(ARGUMENT, told, with_arguments(function, [place], lambda f, g=output: after(f, g), "function"))


def fits(value: Any, kind: str) -> bool:
    """Say whether an argument is of the kind that a change is for."""
    if kind == "function":
        return callable(value) and not isinstance(value, Tensor)
    if kind == "whole":
        return isinstance(value, Tensor) and not value.is_floating_point()
    if kind == "float":
        return isinstance(value, Tensor) and value.is_floating_point()
    return isinstance(value, int | float) and not isinstance(value, bool)


def with_arguments(function: Callable, places: list[int], change: Callable, kind: str = "float") -> Callable:
    """Return the function that changes its arguments at these places first, where they are of this kind."""

    def changed(*args: Any) -> Any:
        return function(*(change(a) if i in places and fits(a, kind) else a for i, a in enumerate(args)))

    return changed


def after(inner: Callable, change: Map) -> Callable:
    """Return the function given as an argument, with its tensors changed."""

    class Changed:
        def __call__(self, *args: Any) -> Any:
            return mapped(inner(*args), change, None)

        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

    return Changed()


def with_results(function: Callable, change: Map, place: int | None) -> Callable:
    """Return the function whose results, or the one at a place of several, are changed."""

    def changed(*args: Any) -> Any:
        result = function(*args)
        return result if place is not None and not isinstance(result, tuple) else mapped(result, change, place)

    return changed


def mapped(result: Any, change: Map, place: int | None) -> Any:
    """Return a result with its tensors changed, all or the one at a place."""
    if isinstance(result, tuple):
        return tuple(mapped(r, change, None) if place in (None, i) else r for i, r in enumerate(result))
    return change(result) if isinstance(result, Tensor) else result


def reordered(function: Callable, i: int, j: int) -> Callable:
    """Return the function with two of its results exchanged."""

    def changed(*args: Any) -> Any:
        result = function(*args)
        if not isinstance(result, tuple) or max(i, j) >= len(result):
            return result
        parts = list(result)
        parts[i], parts[j] = parts[j], parts[i]
        return tuple(parts)

    return changed


def exchanged(function: Callable, i: int, j: int, words: str) -> Change:
    """Return the change that exchanges two arguments."""

    def changed(*args: Any) -> Any:
        new = list(args)
        new[i], new[j] = new[j], new[i]
        return function(*new)

    return Change(ARGUMENT, words, changed)


def replaced(function: Callable, i: int, j: int, words: str) -> Change:
    """Return the change that reads argument j in the place of argument i."""

    def changed(*args: Any) -> Any:
        return function(*args[:i], args[j], *args[i + 1 :])

    return Change(ARGUMENT, words, changed)
