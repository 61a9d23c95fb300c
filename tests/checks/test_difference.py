"""Differences are put in words that are true of them: a rule, the entries, the samples that agree."""

import math

import pytest
import torch

from gm_ref.checks.core import wave
from gm_ref.checks.core.difference import tell_difference


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda w: -w, "opposite sign"),
        (lambda w: 2 * w, "exactly 2 times"),
        (lambda w: w / 5, "exactly 1/5 times"),
        (lambda w: -3.7 * w, "exactly -3.7 times"),
        (lambda w: w + 0.25, "plus 0.25 everywhere"),
        (lambda w: w.sqrt(), "square root"),
        (lambda w: w.square(), "the square of"),
        (lambda w: w.log(), "logarithm"),
        (lambda w: w.exp(), "exponential"),
        (lambda w: w.flip(0), "reverse order along axis 0"),
        (lambda w: w.roll(1, 0), "one place late"),
        (lambda w: w.roll(-1, 1), "one place early"),
        (
            lambda w: torch.cat([w[:2], w[2:] ** 1.5]),
            "Along the first axis, samples 0 and 1 agree; samples 2 and 3 do not.",
        ),
    ],
)
def test_differences_in_words(change, words):
    want = wave(4, 3).abs() + 0.5
    assert words in tell_difference(change(want), want)


@pytest.mark.parametrize(
    "got, want, words",
    [
        ([math.nan, 1.0], [-math.inf, 1.0], "Yours is nan at [0], where -inf was expected"),
        ([-math.inf, 2.0], [-math.inf, 1.0], "1 of 2 entries differ"),
        ([0.0, 5e-8], [0.0, 0.0], "1 of 2 entries differ"),
        (2.0, 1.0, "exactly 2 times"),
        (2.3, 1.0, "yours 2.3, expected 1"),
        ([2.3, 2.3], [1.0, 1.0], "Yours is 2.3 everywhere, where 1 was expected."),
        ([2.3, 3.3], [1.0, 2.0], "plus 1.3 everywhere"),
        (math.inf, 400.0, "Yours is inf, where 400 was expected."),
        (-2.0, 2.0, "Yours has the opposite sign: yours -2, expected 2."),
        (1.0, 3.0, "Yours is exactly 1/3 times what was expected: yours 1, expected 3."),
        ([1.0, 1.0], [3.0, 3.0], "Yours is exactly 1/3 times what was expected: yours 1, expected 3."),
        ([math.exp(-2)] * 2, [-2.0] * 2, "Yours is the exponential of what was expected: yours 0.13534, expected -2."),
        (
            [math.nan, 1.0, 2.0],
            [0.0, 1.0, 2.0],
            "at [0], where 0 was expected. Only entry 0 does not agree.",
        ),
        ([1.0, 1.0, 5.0], [0.0, 3.0, 5.0], "yours 1, expected 3. Only entry 2 agrees."),
        ([1.0, 5.0], [0.0, 5.0], "at [0]: yours 1, expected 0."),
        (0.0, 1.0, "The difference is 1: yours 0, expected 1."),
        ([[1.0], [5.0]], [[0.0], [5.0]], "Along the first axis, only sample 1 agrees."),
        ([5.0] * 9 + [1.0], [5.0] * 9 + [2.0], "yours 1, expected 2."),
        (
            [[1.0], [1.0], [7.0]] * 3,
            [[1.0], [1.0], [8.0]] * 3,
            "samples 0, 1, 3, 4, ... agree; samples 2, 5 and 8 do not.",
        ),
    ],
)
def test_differences_at_the_edges(got, want, words):
    assert words in tell_difference(torch.tensor(got).double(), torch.tensor(want).double())
