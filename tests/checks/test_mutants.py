"""Every mutant of every reference exercise is rejected, or listed as equivalent with the reason."""

import pytest
import torch
from torch import Tensor

from gm_ref.checks.core import Traits
from gm_ref.checks.core.check import Spec
from tests.checks.bench import EXERCISES, NAMES, check_of, equivalents_of, reference_of
from tests.checks.equal_by_traits import equal_by_traits
from tests.checks.mutation import Mutant, mutants, survives


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_every_mutant_is_rejected_or_equivalent(lesson, exercise):
    reference, traits = reference_of(lesson, exercise.name), check_of(lesson, exercise.name).spec.traits
    found, listed = list(mutants(reference)), set(equivalents_of(lesson, exercise.name))
    assert len(found) >= 5, f"{exercise.name}: a function without mutants proves nothing"
    alive = {m.change for m in found if survives(lesson.stem, m)}
    equal = {m.change for m in found if equal_by_traits(m, reference, traits)}
    table = f"EQUIVALENT in tests/checks/alternatives/{lesson.stem}/{exercise.name}.py"
    check = f"gm_ref/checks/{lesson.stem}/{exercise.name}.py"
    for changes, what in (
        (alive - equal - listed, f"pass: add a property to {check}, or list them with the reason as {table}"),
        (listed - alive, f"are rejected or gone: take them out of {table}"),
        (listed & equal, f"are equal by the traits of the check: take them out of {table}"),
        (equal - alive, f"are equal by the traits at @check in {check}, which rejects them: declare slopes, or fewer "
                        "arguments that are alike"),
    ):  # fmt: skip
        assert not changes, f"these mutants of {lesson.stem}.{exercise.name} {what}\n" + "\n".join(sorted(changes))


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

    weak = Spec("ddpm", "q_sample", lambda candidate, draw: None, probes=())
    monkeypatch.setitem(mutation.SPECS, ("ddpm", "q_sample"), weak)
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


def alike(x: Tensor, mu: Tensor, W: Tensor):
    """Return something that reads dtypes, devices and shapes."""
    table = torch.zeros(len(x), dtype=x.dtype, device=x.device).reshape(x.dim(), x[0].numel())
    return table + W.to(W.dtype)


def test_what_traits_call_equal():
    traits = Traits(alike=("x", "mu"), same_dtype=("W",))
    equal = {m.change.split("  ->  ")[1] for m in mutants(alike) if equal_by_traits(m, alike, traits)}
    start, end = "table = torch.zeros(len(x), dtype=x.dtype", ").reshape(x.dim(), x[0].numel())"
    assert equal == {
        start + end,
        "table = torch.zeros(len(mu), dtype=x.dtype, device=x.device" + end,
        *(f"table = torch.zeros(len(x), dtype={name}.dtype, device=x.device{end}" for name in ("mu", "W")),
        *(f"{start}, device={name}.device{end}" for name in ("mu", "W")),
        f"{start}, device=x.device).reshape(mu.dim(), x[0].numel())",
        f"{start}, device=x.device).reshape(x.dim(), mu[0].numel())",
        f"{start}, device=x.device).reshape(x.dim(), x[-1].numel())",
        *(f"return table + W.to({name}.dtype)" for name in ("x", "mu")),
        "return (table + W.to(W.dtype)).detach()",
    }
    asked = Traits(slopes=("x",))
    assert not [m for m in mutants(alike) if equal_by_traits(m, alike, asked) and "detach" in m.change]
