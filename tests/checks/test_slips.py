"""Slips that can happen anywhere are made in every reference, and rejected wherever the traits of its check ask."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import pytest
import torch
from torch import Tensor

from gm_ref.checks.core import run
from gm_ref.checks.core.guard import same
from tests.checks.bench import EXERCISES, NAMES, check_of, reference_of

SEEDS = range(5)


def numbers(value):
    """Return the tensors of floating-point numbers in a result."""
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return [part for part in parts if isinstance(part, Tensor) and part.is_floating_point()]


def each(value, change):
    """Return a result with every tensor of floating-point numbers in it changed."""
    if isinstance(value, (tuple, list)):
        return type(value)(each(part, change) for part in value)
    return change(value) if numbers(value) else value


def returning(change):
    """Return the slip that changes what is returned."""

    def slip(f, args, traits, shows):
        result = f(*args)
        changed = each(result, change)
        shows(not all(map(same, numbers(result), numbers(changed))))
        return changed

    return slip


def refusing_one(f, args, traits, shows):
    """Break where a sample comes alone."""
    if traits.rows and all(isinstance(args[place], Tensor) and args[place].shape[:1] == (1,) for place in traits.rows):
        shows(True)
        raise IndexError("a single sample")
    return f(*args)


def in_half(f, args, traits, shows):
    """Return the precision of half wherever float32 comes in."""
    coarse = returning(lambda x: x.half().to(x.dtype))
    single = any(x.dtype == torch.float32 for x in numbers(args))
    return coarse(f, args, traits, shows) if single else f(*args)


def in_single(f, args, traits, shows):
    """Compute in float32 and return float64."""
    if not numbers(args):
        return f(*args)
    shows(any(x.dtype == torch.float64 for x in numbers(args)))
    return each(f(*each(args, Tensor.float)), Tensor.double)


@dataclass(frozen=True)
class Slip:
    """A slip, where it must be rejected if it shows, and where it must show, or the check never looks there."""

    make: Callable
    wrong: Callable = lambda traits: True
    must_show: Callable = lambda traits: False


SLIPS = {
    "half precision where float32 comes": Slip(in_half, lambda t: t.float32, lambda t: t.float32),
    "squeezed": Slip(returning(lambda x: x.squeeze()), must_show=lambda t: t.rows),
    "no single sample": Slip(refusing_one, lambda t: t.rows, lambda t: t.rows),
    "float32 inside": Slip(in_single),
    "float64 returned": Slip(returning(lambda x: x.double()), lambda t: t.float32, lambda t: t.float32),
    "a small number added": Slip(returning(lambda x: x + 1e-6 if x.dtype == torch.float64 else x)),
}


def slipped(slip, reference, traits, shows):
    """Return a reference with a slip in it; shows(True) is called wherever the slip makes a difference."""

    @wraps(reference)
    def function(*args):
        return slip.make(reference, args, traits, shows)

    return function


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_a_slip_is_rejected_unless_it_is_none(lesson, exercise, slip):
    spec, reference = check_of(lesson, exercise.name).spec, reference_of(lesson, exercise.name)
    place = f"at @check in gm_ref/checks/{lesson.stem}/{exercise.name}.py"
    told = f"{lesson.stem}.{exercise.name}, slip {slip!r}:"
    for seed in SEEDS if SLIPS[slip].wrong(spec.traits) else ():
        shown = []
        passed = run(spec, slipped(SLIPS[slip], reference, spec.traits, shown.append), seed).passed
        assert not (passed and any(shown)), (
            f"{told} it passes with seed {seed}; add a property, or say {place} that it is none: rows=(), float32=False"
        )
        assert any(shown) or not SLIPS[slip].must_show(spec.traits), (
            f"{told} the check never makes the call in which it would show, though the traits {place} ask for it; "
            "Beside.everywhere makes these calls, or declare rows=() or float32=False"
        )


def test_a_copy_is_no_slip():
    lesson, exercise = EXERCISES[0]
    spec, reference = check_of(lesson, exercise.name).spec, reference_of(lesson, exercise.name)
    copied = slipped(Slip(returning(Tensor.clone)), reference, spec.traits, lambda shown: None)
    assert run(spec, copied, 0).passed


@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_no_trait_contradicts_the_signature(lesson, exercise):
    arguments = list(inspect.signature(reference_of(lesson, exercise.name)).parameters)
    told = check_of(lesson, exercise.name).spec.traits.against(arguments)
    assert not told, f"gm_ref/checks/{lesson.stem}/{exercise.name}.py: {told}"
