"""Slips that can happen in every exercise are made in every reference, and rejected wherever they are wrong."""

from functools import wraps

import pytest
import torch

from gm_ref.checks.core import run
from tests.checks.bench import EXERCISES, NAMES, check_of, reference_of

LOSSES = """minimax.discriminator_loss minimax.generator_loss minimax.generator_loss_minimax
    start.mc_estimate"""  # take one number a sample, return one
STEPS = "minimax.discriminator_step minimax.generator_step"  # take batches, return one number
UNBATCHED = """ddpm.alpha_tables ddpm.timestep_embedding elbo.interpolate
    realnvp.bits_per_dim"""  # take tables, single vectors or one number a sample
TABLES = "ddpm.beta_schedule realnvp.checkerboard_mask realnvp.channel_mask"  # take whole numbers, return float32
IN_PLACE = "ddpm.ema_update"  # returns nothing
RIGHT = {  # slip -> exercises in which it is none
    "squeezed": f"{LOSSES} {STEPS} {IN_PLACE} ddpm.beta_schedule",
    "no single sample": f"{LOSSES} {UNBATCHED} {TABLES} {IN_PLACE}",
    "half precision where float32 comes": f"{TABLES} {STEPS} {IN_PLACE}",
    "float32 inside": f"{TABLES} {IN_PLACE}",
    "float64 returned": f"{TABLES} {IN_PLACE} minimax.discriminator_step minimax.generator_step",
    "a small number added": f"{IN_PLACE} realnvp.channel_mask",
}


def each(result, change):
    """Return a result with every tensor of floating-point numbers in it changed."""
    if isinstance(result, (tuple, list)):
        return type(result)(each(part, change) for part in result)
    return change(result) if isinstance(result, torch.Tensor) and result.is_floating_point() else result


def returning(change):
    return lambda f: lambda *args: each(f(*args), change)


def refusing_one(f):
    """Return f, broken for a single sample."""

    def broken(*args):
        if any(isinstance(a, torch.Tensor) and a.dim() > 1 and len(a) == 1 for a in args):
            raise IndexError("a single sample")
        return f(*args)

    return broken


def in_half(f):
    """Return f, with the precision of half wherever float32 comes in."""

    def coarse(*args):
        result = f(*args)
        single = any(isinstance(a, torch.Tensor) and a.dtype == torch.float32 for a in args)
        return each(result, lambda x: x.half().to(x.dtype)) if single else result

    return coarse


SLIPS = {
    "half precision where float32 comes": in_half,
    "squeezed": returning(lambda x: x.squeeze()),
    "no single sample": refusing_one,
    "float32 inside": lambda f: (
        lambda *args: each(f(*(each(a, torch.Tensor.float) for a in args)), torch.Tensor.double)
    ),
    "float64 returned": returning(lambda x: x.double()),
    "a small number added": returning(lambda x: x + 1e-6),
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_a_slip_is_rejected_unless_it_is_none(lesson, exercise, slip):
    reference = reference_of(lesson, exercise.name)
    slipped = wraps(reference)(SLIPS[slip](reference))
    passed = [run(check_of(lesson, exercise.name).spec, slipped, seed).passed for seed in range(5)]
    none = f"{lesson.stem}.{exercise.name}" in RIGHT[slip].split()
    assert passed == [none] * 5


def test_a_copy_is_no_slip():
    lesson, exercise = EXERCISES[0]
    reference = reference_of(lesson, exercise.name)
    copied = wraps(reference)(returning(torch.Tensor.clone)(reference))
    assert run(check_of(lesson, exercise.name).spec, copied, 0).passed
