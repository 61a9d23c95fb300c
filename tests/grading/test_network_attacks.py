"""Hostile networks gain nothing and hurt nobody.  The attacks are files in tests/grading/network_attacks."""

import inspect
import json
from contextlib import nullcontext
from importlib import import_module
from pkgutil import iter_modules

import pytest
import torch

from gm_ref.checks.core.check import SPECS, run
from gm_ref.grading.judging.judge import Judge
from gm_ref.grading.judging.record import Grade, Terms
from gm_ref.grading.sandbox.levels import best_level
from tests.grading import footprints, network_attacks
from tests.grading.networks_lesson import alternatives, answers
from tests.grading.networks_lesson.lesson import LESSON, NAMES, entered, notebook

ATTACKS = [import_module(f"{network_attacks.__name__}.{m.name}") for m in iter_modules(network_attacks.__path__)]
IDS = [a.__name__.rsplit(".", 1)[1] for a in ATTACKS]
TIMEOUT, SECONDS, MEMORY = 5.0, 240, 600
UNTRIED = ("could not finish", "not in this notebook", "not defined", "not written yet")
RIGHT = inspect.getsource(answers.small_generator).replace("small_generator(", "small_generator_right(")
SOLVED = [inspect.getsource(getattr(answers, n)) for n in ("PixelNorm", "Mapping", *NAMES)]
OTHERS = [
    *("from gm_ref import kit", *SOLVED[:1], RIGHT, "small_generator = small_generator_right"),
    *(inspect.getsource(getattr(alternatives, n)) for n in ("OwnNorm", "OutOfOrder", "Loop", "Functional")),
    "def small_generator(nz, ngf, nc):\n    return OutOfOrder(nz, ngf, nc)",
    "def small_mapping(dim, depth):\n    return Functional(dim, depth)",
    inspect.getsource(alternatives.fit_step__grads).replace("fit_step__grads", "fit_step"),
]


@pytest.fixture(scope="module", autouse=True)
def lesson():
    """The lesson for tests, entered among the others."""
    with entered() as found:
        yield found


@pytest.fixture(scope="module")
def judge(lesson):
    """A judge of the lesson at the best level that this machine can do."""
    footprints.adopt_orphans()
    with Judge(Terms(LESSON.id, 20_261_125, best_level(), TIMEOUT)) as made:
        assert made.grade("honest", "honest.ipynb", notebook(*SOLVED)).points == 6
        made.zygote.settle()
        yield made


def as_notebook(attack, variant):
    """Return an attack's notebook."""
    cells = [cell.replace("@RIGHT@", RIGHT).replace("@VARIANT@", variant) for cell in attack.CELLS]
    return notebook(*cells)


@pytest.mark.parametrize("attack", ATTACKS, ids=IDS)
def test_an_attack_gains_nothing(judge, attack):
    processes, said = len(footprints.descendants()), []
    footprints.forget_peak()
    memory = footprints.peak_memory()
    with footprints.at_most(SECONDS):
        for variant in attack.VARIANTS:
            grade = judge.grade("mallory", "mallory.ipynb", as_notebook(attack, variant))
            said += expect_nothing(grade, variant, getattr(attack, "TARGET", "small_generator"))
        assert judge.grade("honest", "honest.ipynb", notebook(*SOLVED)).points == 6, "an honest notebook suffers"
    assert any(getattr(attack, "SAYS", "") in text for text in said), said
    judge.ready().settle()
    assert footprints.settle(processes) == [], "a process is left"
    assert footprints.peak_memory() - memory < MEMORY, "the judge's memory grew"
    assert torch.get_default_dtype() == torch.float32 and torch.is_grad_enabled()


def expect_nothing(grade, variant, target):
    """Assert that a grade has no points, that the attacked exercise was tried, and return its texts."""
    said = [text for mark in grade.marks for text in (mark.headline, *mark.lines)]
    assert grade.points == 0, (variant, said)
    headline = next(mark.headline for mark in grade.marks if mark.exercise == target)
    assert not any(untried in headline for untried in UNTRIED), (variant, said)
    assert all(text.isprintable() and len(text) <= 2000 for text in said), said
    assert Grade.from_json(json.loads(json.dumps(grade.as_json()))) == grade
    return said


@pytest.mark.parametrize("level", ["L1", "best"])
def test_right_networks_have_full_marks(judge, level):
    with Judge(Terms(LESSON.id, 99, "L1", TIMEOUT)) if level == "L1" else nullcontext(judge) as court:
        for cells in (SOLVED, OTHERS):
            grade = court.grade("honest", "honest.ipynb", notebook(*cells))
            assert grade.points == 6, grade.marks


def test_there_are_many_attacks_and_each_says_what_it_tries():
    assert sum(len(a.VARIANTS) for a in ATTACKS) >= 150 and all(len(a.__doc__) > 30 for a in ATTACKS)


def test_checks_are_registered_under_the_lesson():
    assert run(SPECS["networks", "small_generator"], answers.small_generator).passed
