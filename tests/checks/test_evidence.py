"""Beside a name stands only what the named mistake itself shows, and no sentence stands twice on a card."""

import pytest

from gm_ref.checks.core import check, expect_close, expect_tensor, run, wave
from gm_ref.checks.core import diagnosis as diagnosis_module
from gm_ref.checks.core.evidence import evidence
from gm_ref.checks.core.verdict import Problem, Verdict

RIGHT, GONE = [[[2, 3], [1.0] * 6]], [[[2], [1.0] * 2]]
BANK = [[RIGHT, RIGHT], [RIGHT, "raises"], [RIGHT, RIGHT], [GONE, RIGHT]]
SHAPE = Problem("property", "The result has shape (2,); (2, 3) was expected.", "An axis is gone.")
VALUE = Problem("property", "The weight is off.", "Look at t.", "Yours has the opposite sign everywhere.")
WORDS = Problem("property", "The weight is off.", "alpha_bar before the first step is 1.")
ERROR = Problem("raised", "IndexError: 7", "Line 3 of your cell: x[7]", "The call was f(x: float64 (2,)).")


@pytest.mark.parametrize(
    "problem, outputs, lines",
    [
        (SHAPE, BANK[3], SHAPE.lines[:1]),
        (SHAPE, BANK[0], ()),
        (SHAPE, BANK[1], ()),
        (VALUE, BANK[0], ("Yours has the opposite sign everywhere.",)),
        (WORDS, BANK[0], ()),
        (ERROR, BANK[1], ERROR.lines[:2]),
    ],
)
def test_only_what_the_mistake_shows(problem, outputs, lines):
    assert evidence(problem, outputs, BANK) == lines


@check(probes=[lambda f: f(wave(3, 2))])
def check_twice(twice, draw):
    """Probe a batch of one first, then the values."""
    x = draw.normal(1, 2)
    expect_tensor(twice(x), (1, 2), name="the result")
    expect_close(twice(draw.normal(3, 2)), draw.normal(3, 2), "It is off.", "Look here.")


def test_a_second_fault_is_no_evidence_for_the_first(monkeypatch):
    outputs = [[[[3, 2], (3 * wave(3, 2)).flatten().tolist()]]]
    entry = {"id": "three", "kind": "mistake", "name": "three for two", "cure": "Take two.", "outputs": outputs}
    monkeypatch.setattr(diagnosis_module, "frozen", lambda stem: {"twice": {"mistakes": [entry]}})
    assert run(check_twice.spec, lambda x: (3 * x).squeeze(), 0).lines == ("Take two.",)
    told = run(check_twice.spec, lambda x: 3 * x, 0).lines
    assert len(told) == 2 and "yours" in told[1]


def test_no_sentence_stands_twice():
    told = Verdict(
        "f", "mistake", ("It is clipped. Do not clip.", "Do not clip.", "Yours is 2. It is clipped.", "")
    ).lines
    assert told == ("It is clipped. Do not clip.", "Yours is 2.")
