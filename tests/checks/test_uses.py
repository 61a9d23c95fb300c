"""An exercise may build on those of earlier lessons; a verdict names first the one that is wrong."""

import pytest
import torch

from gm_ref.checks.core import Draws, Guarded, check, expect_close
from gm_ref.checks.core.check import SPECS, run, spec_of
from gm_ref.diffusion.ddpm import predict_x0 as right_predict_x0


@check(probes=[], uses=("alone", "ddpm.predict_x0"))
def check_twice(twice: Guarded, draw: Draws) -> None:
    """Probe an exercise that calls one of its own lesson and one of lesson 31."""
    x, table = draw.normal(2, 3), torch.tensor([0.9, 0.5], dtype=torch.float64)
    t = torch.tensor([0, 1])
    expect_close(twice(x, t, table), 2 * right_predict_x0(x, t, 0 * x, table), "It is off.")


@check(probes=[])
def check_alone(alone: Guarded, draw: Draws) -> None:
    """Probe that it doubles."""
    expect_close(alone(torch.ones(2)), torch.full((2,), 2.0), "It is off.")


def twice(names):
    """Return the exercise, with what it uses."""
    exec("def twice(x, t, table): return alone(predict_x0(x, t, 0 * x, table))", names)
    return names["twice"]


def upside_down(x_t, t, eps, alpha_bar):
    """Return a wrong answer to lesson 31's exercise."""
    return right_predict_x0(x_t, t, -eps, alpha_bar) * 2


def doubled(x):
    """Return a right answer."""
    return 2 * x


def verdict_of(**names):
    """Return the verdict on the exercise."""
    return run(SPECS["test_uses", "twice"], twice(names))


def test_right_ones_pass():
    assert verdict_of(alone=doubled, predict_x0=right_predict_x0).passed


def test_an_exercise_of_an_earlier_lesson_is_named():
    verdict = verdict_of(alone=doubled, predict_x0=upside_down)
    assert verdict.status == "earlier"
    assert verdict.lines[0].startswith("predict_x0 of lesson ddpm is not right yet, and this uses it.")


def test_the_earlier_lesson_comes_first():
    verdict = verdict_of(alone=lambda x: 3 * x, predict_x0=upside_down)
    assert verdict.lines[0].startswith("predict_x0 of lesson ddpm")
    assert verdict_of(alone=lambda x: 3 * x, predict_x0=right_predict_x0).lines[0].startswith("alone is not right yet")


@pytest.mark.parametrize("name", ["nothing.exercise", "ddpm.nothing"])
def test_a_check_that_is_not_there_says_nothing(name):
    assert spec_of(SPECS["test_uses", "twice"], name) is None
