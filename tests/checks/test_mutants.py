"""Every mutant of every reference exercise is rejected, or listed as equivalent with the reason."""

import pytest

from tests.checks.bench import EXERCISES, NAMES, check_of, equivalents_of, reference_of
from tests.checks.mutation import Mutant, mutants, survives


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_every_mutant_is_rejected_or_equivalent(lesson, exercise):
    check_of(lesson, exercise.name)
    found = list(mutants(reference_of(lesson, exercise.name)))
    assert len(found) >= 5, "a function without mutants proves nothing"
    alive = {m.change for m in found if survives(lesson.stem, m)}
    listed = set(equivalents_of(lesson, exercise.name))
    assert not alive - listed, "these mutants pass the check: add a property, or list them with the reason"
    assert not listed - alive, "these are listed as equivalent but are rejected or gone: take them out"


@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_every_reason_is_given(lesson, exercise):
    assert all(len(reason) > 15 for reason in equivalents_of(lesson, exercise.name).values())


# the tool itself ---------------------------------------------------------------------------------------------------


def toy(a, b):
    """Return something with one of everything."""
    if a.sum() > 3:
        raise ValueError("too much")
    return (a - 2 * b).exp()[1:], -b


def test_the_tool_makes_the_mutants_it_promises():
    afters = [m.change.split("  ->  ")[1] for m in mutants(toy)]
    for wanted in (
        "if a.sum() >= 3:",
        "if a.sum() < 3:",
        "if a.mean() > 3:",
        "if a.sum() > 4:",
        "if not a.sum() > 3:",
        "if b.sum() > 3:",
        "pass",
        "return ((a + 2 * b).exp()[1:], -b)",
        "return ((a - 2 / b).exp()[1:], -b)",
        "return ((a - 2 * b).log()[1:], -b)",
        "return ((a - 2 * b)[1:], -b)",
        "return ((a - 2 * b).exp()[:-1], -b)",
        "return ((a - 2 * b).exp()[:], -b)",
        "return ((a - 2 * b).exp()[1:], b)",
        "return (-b, (a - 2 * b).exp()[1:])",
        "return ((a - 2 * a).exp()[1:], -b)",
        "return ((a - b).exp()[1:], -b)",
    ):
        assert any(wanted in after for after in afters), wanted
    assert len(afters) == len(set(m.change for m in mutants(toy)))


def test_a_weak_check_is_caught(monkeypatch):
    from tests.checks import mutation

    class Weak:
        stem, exercise, in_place = "ddpm", "q_sample", False

        @staticmethod
        def properties(candidate, draw):
            """Probe nothing."""

    monkeypatch.setitem(mutation.SPECS, ("ddpm", "q_sample"), Weak)
    from gm_ref.diffusion.ddpm import q_sample

    assert all(survives("ddpm", m) for m in mutants(q_sample))


def test_a_mutant_that_never_returns_is_noticed(monkeypatch):
    from gm_ref.checks import ddpm  # noqa: F401
    from tests.checks import mutation

    def endless(*args):
        while True:
            pass

    monkeypatch.setattr(mutation, "SECONDS", 0.2)
    assert not survives("ddpm", Mutant("q_sample", "", endless))
