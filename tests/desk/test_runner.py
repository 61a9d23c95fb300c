"""Loading cells as a notebook would, and the sentence for each way an exercise can go wrong."""

import io
import json
import sys
from unittest.mock import patch

import pytest

import gm_ref.checks.ddpm  # noqa: F401  registers the checks that examine() looks up
from gm_ref.desk.cells import Cell
from gm_ref.desk.runner import Desk, examine, guarded, work
from tests.checks.bench import MISTAKES
from tests.desk.desk import RIGHT, SETUP, SPREAD, TRAINING

HEAD = "def q_sample(x0, t, eps, alpha_bar):\n    "
BODY = RIGHT.split("\n", 1)[1]


def desk_with(*cells):
    """Return a desk with the set-up cell, cells that are run whole, and definitions of the rest."""
    desk = Desk()
    for number, source in enumerate([SETUP, *cells], start=1):
        desk.load(Cell(number, source), whole=number == 1 or "def q_sample" in source)
    return desk


def outcome_of(*cells):
    return examine(desk_with(*cells), "ddpm", "q_sample", 0)


def test_a_helper_of_another_cell_is_found_and_training_is_not_run():
    outcome = outcome_of(TRAINING, SPREAD, RIGHT + "check_q_sample(None)\n")
    assert outcome["status"] == "pass" and outcome["mistake"] is None


def test_a_later_definition_wins():
    assert outcome_of(SPREAD, HEAD + "return None", RIGHT)["status"] == "pass"
    assert outcome_of(SPREAD, RIGHT, HEAD + "return None")["status"] == "fail"


def test_a_named_mistake_keeps_its_id():
    known = {m.id for _, m in MISTAKES if m.exercise == "q_sample"}
    outcome = outcome_of(SPREAD, RIGHT.replace("torch.sqrt(1 - share)", "(1 - share)"))
    assert outcome["status"] == "fail" and outcome["mistake"] in known


def test_a_wrong_result_without_a_name_says_what_it_looks_like():
    outcome = outcome_of(SPREAD, HEAD + "return 0 * x0")
    assert outcome["status"] == "fail" and outcome["mistake"] is None
    assert outcome["reading"] == "0 everywhere for the result"
    assert outcome["headline"] == "q_sample: not right yet, it looks like: 0 everywhere for the result"


@pytest.mark.parametrize(
    "source, status, sentence",
    [
        (HEAD + "raise NotImplementedError", "missing", "Write it in its cell, save the notebook, then check again."),
        (HEAD + "x0 + eps", "fail", "It returned None."),
        (
            HEAD + "return x0[0] + eps[0]",
            "fail",
            "The result has shape (2, 4); (6, 2, 4) was expected.",
        ),
        (
            HEAD + "return (x0 + eps).half()",
            "fail",
            "The result is float16; it must keep the dtype that came in, float64.",
        ),
        (
            HEAD + "return x0 * torch.ones(1, requires_grad=True).double()",
            "fail",
            "Its result requires grad although nothing it was given does.",
        ),
        (
            HEAD + "return 'x_t'",
            "fail",
            "It returned a str; a tensor of shape (6, 2, 4) was expected.",
        ),
        (HEAD + "return input()", "error", "EOFError: EOF when reading a line"),
        (HEAD + "exit(3)", "error", "SystemExit: 3"),
        (HEAD + "raise KeyboardInterrupt", "error", "KeyboardInterrupt escaped from the check: "),
        (HEAD + "return q_sample(x0, t, eps, alpha_bar)", "error", "RecursionError: maximum recursion depth exceeded"),
        (HEAD + "return bytearray(10**15)", "error", "MemoryError: no message"),
        ("q_sample = 3  # def q_sample", "missing", "q_sample is a int, not a function."),
    ],
)
def test_each_way_to_be_wrong_has_a_sentence(source, status, sentence, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # as in the child
    outcome = guarded(lambda: outcome_of(source))
    lines = [line.replace(" in comparison", "") for line in outcome["lines"]]
    assert outcome["status"] == status and sentence in lines[:2], lines


def test_an_error_shows_the_learners_line():
    outcome = outcome_of("\n" + HEAD + "y = 1\n    return y + wrong")
    assert outcome["lines"][:2] == ["NameError: name 'wrong' is not defined", "Line 4 of your cell: return y + wrong"]


def test_a_name_from_a_cell_that_was_not_run_is_explained():
    outcome = outcome_of("scale = torch.rand(3)", HEAD + "return scale * x0")
    assert outcome["lines"][-1].startswith("Cell 2 computes scale, and only set-up and exercise cells are run here")


def test_a_helper_that_could_not_be_defined_is_explained():
    outcome = outcome_of("from nowhere_at_all import helper", HEAD + "return helper(x0)")
    assert outcome["lines"][-1].startswith("Cell 2 stopped at line 1 with ModuleNotFoundError")


def test_a_cell_that_stops_before_its_exercise_says_where():
    outcome = outcome_of("\n\n@nothing\n" + RIGHT)
    assert outcome["headline"] == "q_sample: not defined"
    assert outcome["lines"] == ["Cell 2 stopped at line 4 with NameError: name 'nothing' is not defined"]


def test_a_line_that_fails_costs_no_other_line():
    assert outcome_of(SPREAD, "print(nothing)\n" + RIGHT + "exit()\n1 / 0\n")["status"] == "pass"


def test_annotations_from_the_future_last_and_dataclasses_work():
    cells = "from __future__ import annotations\n", "def q_sample(x: Nowhere): pass"
    assert "q_sample" in desk_with(*cells).names
    desk = Desk()
    with patch.dict(sys.modules, {"__main__": desk.module}):
        desk.load(Cell(1, "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int' = 3"), whole=True)
    assert desk.names["A"]().x == 3


def test_a_megabyte_of_print_reaches_nobody_in_full(capsys):
    outcome = outcome_of(SPREAD, HEAD + "print('x' * 1_000_000)\n" + BODY)
    assert outcome["status"] == "pass"
    assert len(capsys.readouterr().out) < 100_000


def test_a_job_tells_each_step_and_stands_in_for_what_is_lost(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # put back what work() replaces
    cells = [{"number": 4, "source": SETUP, "whole": True}]
    job = {"stem": "ddpm", "seed": 0, "cells": cells, "lost": {"q_sample": "it is gone"}, "exercises": ["q_sample"]}
    messages = []
    work(job, lambda message: messages.append(json.loads(json.dumps(message))))
    assert messages[:3] == [{"begin": 4}, {"end": 4}, {"begin": "q_sample"}]
    assert messages[3]["outcome"]["status"] == "error"
    assert messages[3]["outcome"]["lines"][0] == "RuntimeError: it is gone"
    assert not any("line" in line.lower() for line in messages[3]["outcome"]["lines"])


def test_a_stub_that_is_called_by_another_exercise_is_not_that_exercise_missing():
    stub, caller = "def inner(x):\n    raise NotImplementedError", HEAD + "return inner(x0)"
    outcome = outcome_of(stub, caller)
    assert outcome["status"] == "error" and "raise NotImplementedError" in outcome["lines"][1]
