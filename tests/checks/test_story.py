"""What a learner reads of an error: whose line it is, what it means, and whether the exercise is written at all."""

import functools
import linecache

import pytest
import torch
from torch import nn

from gm_ref.checks.core import Guarded
from gm_ref.checks.core.story import describe, is_stub
from gm_ref.checks.core.verdict import Problem
from gm_ref.kit.probes.ddpm import WeightsAndStatistics


def bare(x):
    """Return nothing yet."""
    raise NotImplementedError


def with_words(x):
    raise NotImplementedError("write me")


def in_a_branch(x):
    if len(x) > 1:
        raise NotImplementedError
    return x


def after_a_line(x):
    y = 2 * x
    raise NotImplementedError(y)


def of_torch(x):
    return torch.ones(2, dtype=torch.int64).lerp_(torch.ones(2, dtype=torch.int64), 0.5)


class Callable:
    def __call__(self, x):
        raise NotImplementedError


@pytest.mark.parametrize("function", [bare, with_words, functools.wraps(bare)(lambda x: bare(x)), Callable()])
def test_a_stub_is_not_written_yet(function):
    with pytest.raises(Problem) as caught:
        Guarded(function, "f")(torch.ones(2))
    assert caught.value.status == "missing"


@pytest.mark.parametrize("function", [in_a_branch, after_a_line, of_torch, lambda x: bare(x)])
def test_what_is_written_is_not_called_unwritten(function):
    with pytest.raises(Problem, match="NotImplementedError") as caught:
        Guarded(function, "f")(torch.ones(2))
    assert caught.value.status == "raised"


@pytest.mark.parametrize("function", [len, torch.sin, functools.partial(bare, 1), lambda x: x, nn.Linear(1, 1)])
def test_what_is_no_stub(function):
    assert not is_stub(function)


def cell(name, source, names):
    """Run a notebook's cell of this file name in a namespace."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), names)


def test_a_line_of_another_cell_says_of_whose():
    names = {}
    cell("<cell 3>", "def q_sample(x, t):\n    def inner():\n        return x[t]\n    return inner()\n", names)
    cell("<cell 5>", "def ddpm_loss(x):\n    y = 1\n    return q_sample(x, 7)\n", names)
    with pytest.raises(Problem) as caught:
        Guarded(names["ddpm_loss"], "ddpm_loss")(torch.ones(2))
    assert caught.value.lines[1] == "Line 3 of q_sample's cell, called from line 3 of ddpm_loss: return x[t]"
    with pytest.raises(Problem) as caught:
        Guarded(names["q_sample"], "q_sample")(torch.ones(2), 7)
    assert caught.value.lines[1] == "Line 3 of your cell: return x[t]"


def test_a_decorators_line_is_told_of_its_cell():
    names = {"functools": functools}
    cell(
        "<cell 1>",
        "def wrap(f):\n    @functools.wraps(f)\n    def g(x):\n        return f(x) + y\n    return g\n",
        names,
    )
    cell("<cell 2>", "@wrap\ndef f(x):\n    return x\n", names)
    with pytest.raises(Problem) as caught:
        Guarded(names["f"], "f")(torch.ones(2))
    assert caught.value.lines[1] == "Line 4 of g's cell: return f(x) + y"


@pytest.mark.parametrize(
    "line, words",
    [
        ("if t > 0: return t", "`if` looks at one truth value, but t holds one for each sample: use torch.where."),
        ("while not t.isfinite(): t = t", "`while` looks at one truth value, but t holds one for each sample"),
        ("return t if t > 0 else -t", "`if` looks at one truth value, but t holds one for each sample"),
        ("return (t > 0) and (t < 1)", "combine them with & and |, choose with torch.where."),
        ("return max(t, 1 - t)", "combine them with & and |, choose with torch.where."),
    ],
)
def test_one_truth_value_of_a_batch(line, words):
    names = {}
    cell("<cell 9>", f"def p_sample(t):\n    {line}\n", names)
    with pytest.raises(Problem) as caught:
        Guarded(names["p_sample"], "p_sample")(torch.ones(3))
    assert words in caught.value.lines[2]


def test_a_network_is_called_a_network():
    assert describe(WeightsAndStatistics(0.1)) == "a network (WeightsAndStatistics)"
    assert describe(len) == "a function (len)"
    assert describe([nn.Linear(1, 1)] * 3) == "a list of 3" and describe((1, 2)) == "(1, 2)"
