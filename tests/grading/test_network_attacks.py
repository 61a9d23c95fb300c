"""Hostile networks gain nothing and hurt nobody.  The attacks are files in tests/grading/network_attacks."""

import inspect
import json
from importlib import import_module
from pkgutil import iter_modules

import pytest
import torch

from gm_ref.checks.core.check import SPECS, run
from gm_ref.grading.judging.judge import Judge
from gm_ref.grading.judging.record import Grade, Terms
from gm_ref.grading.sandbox.levels import best_level, why_not
from tests.grading import footprints, network_attacks
from tests.grading.networks_lesson import alternatives, answers
from tests.grading.networks_lesson.lesson import LESSON, NAMES, entered, notebook

ATTACKS = [import_module(f"{network_attacks.__name__}.{m.name}") for m in iter_modules(network_attacks.__path__)]
CASES = [(a, v) for a in ATTACKS for v in a.VARIANTS]
IDS = [f"{a.__name__.rsplit('.', 1)[1]}-{i}" for a in ATTACKS for i, _ in enumerate(a.VARIANTS)]
TIMEOUT, SECONDS, MEMORY = 6.0, 120, 600
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
    """Return an attack's notebook: the honest mapping and step, and its own cells after them."""
    cells = [cell.replace("@RIGHT@", RIGHT).replace("@VARIANT@", variant) for cell in attack.CELLS]
    return notebook(*cells)


@pytest.mark.parametrize("attack, variant", CASES, ids=IDS)
def test_an_attack_gains_nothing(judge, attack, variant):
    processes = len(footprints.descendants())
    footprints.forget_peak()
    memory = footprints.peak_memory()
    with footprints.at_most(SECONDS):
        grade = judge.grade("mallory", "mallory.ipynb", as_notebook(attack, variant))
    earned = {m.exercise: m.points for m in grade.marks if m.points}
    told = [text for mark in grade.marks for text in (mark.headline, *mark.lines)]
    assert earned == getattr(attack, "SCORES", {}).get(variant, {}), told
    assert not any(
        "the check could not finish" in text or "not defined" in text for text in told if "fit" not in text
    ), told
    assert any(getattr(attack, "SAYS", "") in text for text in told), told
    assert all(text.isprintable() and len(text) <= 2000 for text in told)
    assert Grade.from_json(json.loads(json.dumps(grade.as_json()))) == grade
    assert judge.grade("honest", "honest.ipynb", notebook(*SOLVED)).points == 6, "an honest notebook suffers"
    judge.ready().settle()
    assert footprints.settle(processes) == [] and footprints.peak_memory() - memory < MEMORY
    assert torch.get_default_dtype() == torch.float32 and torch.is_grad_enabled()


@pytest.mark.parametrize("level", ["L1", "L2", "L3"])
def test_right_networks_have_full_marks_at_each_level(level):
    if why_not(level):
        pytest.skip(f"not possible here: {why_not(level)}")
    with Judge(Terms(LESSON.id, 99, level, TIMEOUT)) as judge:
        for cells in (SOLVED, OTHERS):
            grade = judge.grade("honest", "honest.ipynb", notebook(*cells))
            assert grade.points == 6, grade.marks


def test_there_are_many_attacks_and_each_says_what_it_tries():
    assert len(CASES) >= 150 and all(len(a.__doc__) > 30 for a in ATTACKS)


def test_checks_are_registered_under_the_lesson():
    assert run(SPECS["networks", "small_generator"], answers.small_generator).passed
