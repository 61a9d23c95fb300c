"""What a wrong result without a name is read as: the simplest change with the same numbers, or where it is off."""

import json
import math
from time import perf_counter

import pytest
import torch

from gm_ref.checks.core import CheckFailed, diagnosis, wave
from gm_ref.checks.core import reading as reading_module
from gm_ref.checks.core.circumstances import circumstances
from gm_ref.checks.core.diagnosis import fingerprint, plain
from gm_ref.checks.core.error_words import error_words
from gm_ref.checks.core.plausible import exact, is_plausible
from gm_ref.checks.core.projection import agree, all_agree, project
from gm_ref.checks.core.reading import Case, changed, readings
from gm_ref.checks.core.relations import relation
from gm_ref.checks.core.verdict import Problem
from gm_ref.course import readings as maker
from gm_ref.course.changes import changes
from gm_ref.course.paths import Rooms
from gm_ref.diffusion.ddpm import q_sample
from gm_ref.syllabus import LESSONS
from tests.checks.bench import EXERCISES, NAMES, alternatives_of, check_of, reference_of

each_exercise = pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)


def entry_of(lesson, exercise):
    return readings(lesson.stem)[exercise.name]


def verdict_of(check, candidate, seed=0):
    with pytest.raises(CheckFailed) as caught:
        check(candidate, seed=seed)
    return caught.value.verdict


# the frozen readings ------------------------------------------------------------------------------------------------


@each_exercise
def test_an_exercise_has_readings_and_no_right_answer_is_read_as_a_change(lesson, exercise):
    entry, spec = entry_of(lesson, exercise), check_of(lesson, exercise.name).spec
    assert len(entry["changes"]) >= 15
    for answer in [reference_of(lesson, exercise.name), *alternatives_of(lesson, exercise.name)]:
        outputs = fingerprint(spec.probes, answer)
        case = Case(lesson.stem, exercise.name, spec.probes, answer, outputs, Problem("property", "x"))
        assert changed(case, entry) is None


@each_exercise
def test_changes_can_be_told_apart_and_their_words_are_generic(lesson, exercise):
    found = list(reading_module.changes(entry_of(lesson, exercise)))
    for i, (_, one) in enumerate(found):
        assert not any(all_agree(one, other) for _, other in found[:i])
    code = (";", "torch.", "lambda", "self.", "](", "):")
    assert not [w for words, _ in found for w in words if len(w) > 90 or any(c in w for c in code)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_the_readings_are_those_that_the_builder_makes(lesson):
    old = json.loads(Rooms(lesson).readings.read_text("utf-8"))
    assert maker.as_text(maker.readings(Rooms(lesson), old)) == Rooms(lesson).readings.read_text("utf-8")
    name = min(old["exercises"], key=lambda name: len(old["exercises"][name]["changes"]))
    without = {"exercises": {k: v for k, v in old["exercises"].items() if k != name}}
    new = maker.readings(Rooms(lesson), without)["exercises"][name]
    assert new["made_from"] == old["exercises"][name]["made_from"]
    assert [words for words, _ in new["changes"]] == [words for words, _ in old["exercises"][name]["changes"]]


def test_an_entry_is_made_anew_when_the_reference_or_a_probe_changes():
    lesson, spec = LESSONS[3], check_of(LESSONS[3], "q_sample").spec
    entry = readings("ddpm")["q_sample"]
    right = [q_sample, *maker.alternatives(Rooms(lesson), "q_sample")]
    assert maker.is_current(entry, spec, right)
    assert not maker.is_current(entry, spec, right[1:])
    moved = [[[shape, [v + 1 for v in values]] for shape, values in outcome] for outcome in entry["right"]]
    assert not maker.is_current({**entry, "right": moved}, spec, right)


def toy(a, b):
    """Return something with one of everything."""
    return (a - 2 * b).exp()[1:].sum(dim=0) / b.sqrt(), -b


def test_a_change_says_what_was_changed():
    words = {c.words for c in changes(toy)}
    for wanted in (
        "exp left out (at a and b)",
        "sqrt left out (at b)",
        "the factor 2 left out",
        "the term a left out",
        "a minus sign left out (at b)",
        "a sum in place of a difference (at a and b)",
        "mean in place of sum (at a and b)",
        "b in place of a",
        "the divisor sqrt(...) left out",
        "a square root too many at a",
    ):
        assert wanted in words, wanted


# recognising --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_a_change_that_no_bank_names_is_read(seed):
    def slip(x0, t, eps, alpha_bar):
        a = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
        return torch.sqrt(a) * x0 + torch.sqrt(1 + a) * eps

    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), slip, seed)
    assert verdict.status == "reading" and verdict.mistake is None
    assert verdict.name == "a sum in place of a difference (at alpha_bar)" and "one change" in verdict.lines[0]
    assert "variance 1 - alpha_bar_t" in verdict.lines[1]


def test_the_bank_comes_before_a_reading():
    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), lambda x0, t, eps, a: q_sample(x0, t, eps, a * a))
    assert verdict.status in ("mistake", "reading")


def test_an_argument_that_is_not_read_is_told():
    table = torch.linspace(0.9, 0.1, 6, dtype=torch.float64)
    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), lambda x0, t, eps, alpha_bar: q_sample(x0, t, eps, table))
    assert verdict.name == "alpha_bar makes no difference"


def test_random_results_are_told():
    def noisy(x0, t, eps, alpha_bar):
        return q_sample(x0, t, torch.randn_like(eps), alpha_bar)

    assert verdict_of(check_of(LESSONS[3], "q_sample"), noisy).name == "a random result"


def test_right_values_without_a_gradient_are_told():
    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), lambda *args: q_sample(*args).detach())
    assert (verdict.status, verdict.name) == ("reading", "no gradient flows")


def test_an_error_is_told_with_its_meaning_and_stays_an_error():
    def asks(x0, t, eps, alpha_bar):
        return x0 if t > 0 else eps

    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), asks)
    assert verdict.status == "raised" and verdict.name == "one truth value asked of a whole tensor"
    assert verdict.lines[0].startswith("RuntimeError") and any("torch.where" in line for line in verdict.lines)


def test_without_frozen_readings_a_verdict_is_the_property(monkeypatch):
    monkeypatch.setattr(reading_module, "readings", lambda stem: {})
    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), lambda x0, t, eps, a: x0)
    assert verdict.status == "property"


def test_a_failing_check_stays_fast():
    check = check_of(LESSONS[3], "vlb_terms")
    wrong = [lambda net, x0, t, eps, beta, k=k: x0.flatten(1).sum(1) * k for k in (1.3, 1.7)]
    verdict_of(check, wrong[0])
    began = perf_counter()
    verdict_of(check, wrong[1])
    assert perf_counter() - began < 1


# projections --------------------------------------------------------------------------------------------------------


def outcome(*parts):
    return [[plain(x.double()) for x in parts]]


def test_float32_rounding_agrees_and_a_percent_in_one_entry_does_not():
    for k in range(200):
        x = wave(24, shift=100.0 * k) * 10 ** (k % 5 - 2)
        assert all_agree(project(outcome(x)), project(outcome(x.float())))
        moved = x.clone()
        moved[k % 24] += 0.05 * x.abs().max()
        assert not all_agree(project(outcome(x)), project(outcome(moved)))


def test_shapes_and_what_is_not_finite_are_told_apart():
    x = wave(2, 3)
    a, b, c = (project(outcome(y))[0] for y in (x, x.T, x.flatten()))
    assert not agree(a, b) and not agree(a, c)
    nan, inf = x.clone(), x.clone()
    nan[0, 0], inf[0, 0] = math.nan, math.inf
    a, b = (project(outcome(y))[0] for y in (nan, inf))
    assert not agree(a, b) and agree(a, a)
    assert agree("raises", "raises") and not agree("raises", a)


# relations ----------------------------------------------------------------------------------------------------------

RIGHT = [[wave(4, 3)], [wave(5, 2, shift=9)]]


def probes(change):
    return [([change(x) for x in parts], parts) for parts in RIGHT]


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda x: -x, "the result with the opposite sign"),
        (lambda x: x / 2, "1/2 times the result"),
        (lambda x: x * 1.37, "1.37 times the result"),
        (lambda x: x / len(x), "the result divided by a size (4 and 5 on the probes), as by a mean in place of a sum"),
        (lambda x: x + 0.25, "the result plus 0.25"),
        (lambda x: x.clamp(-0.5, 0.7), "the result cut off below -0.5 and above 0.7"),
        (lambda x: 0 * x, "0 everywhere for the result"),
        (lambda x: x.T, "the result transposed"),
        (lambda x: x.flip(0), "the result in reverse order along the first axis"),
        (lambda x: torch.where(x > 1, math.nan, x), "the result right but where it is nan"),
        (lambda x: x.flatten().roll(2).reshape(x.shape), "the right values, at other places, for the result"),
        (lambda x: x + wave(*x.shape, shift=77), ""),
        (lambda x: x, ""),
        (lambda x: x.clamp(max=float(x.max()) - 1e-7), ""),
    ],
)
def test_each_rule_is_found(change, words):
    assert relation(probes(change)) == words


def test_results_in_another_order_or_left_out_are_found():
    pairs = [[wave(3), wave(3, shift=5), wave(3, shift=8)], [wave(2), wave(2, shift=5), wave(2, shift=8)]]
    assert relation([([c, a, b], [a, b, c]) for a, b, c in pairs]) == "the results in another order"
    assert relation([([a, b], [a, b, c]) for a, b, c in pairs]) == "the third of 3 results left out"
    assert relation([([a, -b, c], [a, b, c]) for a, b, c in pairs]) == "the second result with the opposite sign"
    assert (
        relation([([*a.unbind()], [a, b, c]) for a, b, c in pairs]) == "the second and the third of 3 results left out"
    )


# circumstances ------------------------------------------------------------------------------------------------------


def seen(args_of_calls, off):
    """Return calls and outcomes of probes whose results are off where off(args) says."""
    right = [[plain(torch.ones(args[0].shape).double())] for args in args_of_calls]
    got = [[plain(torch.where(off(args), 2.0, 1.0).double())] for args in args_of_calls]
    return [[args] for args in args_of_calls], got, right


@pytest.mark.parametrize(
    "off, words",
    [
        (lambda a: (a[1] == 0)[:, None].expand_as(a[0]), "t is 0"),
        (lambda a: a[0] < 0, "x is negative"),
        (lambda a: a[0].abs() > 30, "x is large"),
        (lambda a: torch.full(a[0].shape, bool((a[0].abs() > 30).any())), "inputs are large"),
        (lambda a: torch.full(a[0].shape, a[2] == "cosine"), "kind is 'cosine'"),
        (lambda a: a[0] > 1.0, ""),
    ],
)
def test_circumstances_are_found(off, words):
    large = wave(3, 2, shift=3)
    large[1, 1] = 80.0
    args = [(wave(4, 2), torch.tensor([2, 0, 1, 5]), "cosine"), (large, torch.tensor([0, 3, 4]), "linear")]
    calls, got, right = seen(args, off)
    assert circumstances(calls, got, right, ["x", "t", "kind"]) == words


def test_errors_without_a_plain_meaning_have_none():
    assert error_words("ZeroDivisionError: division by zero", "Line 2 of your cell: return 1 / 0") is None
    assert error_words("ValueError: no", "Line 3 of your cell: raise ValueError('no')")[0] == "right input is refused"


def test_the_frozen_diagnosis_is_not_asked_for_what_it_does_not_hold(monkeypatch):
    monkeypatch.setattr(diagnosis, "frozen", lambda stem: {})
    verdict = verdict_of(check_of(LESSONS[3], "q_sample"), lambda x0, t, eps, a: -q_sample(x0, t, eps, a))
    assert verdict.status == "reading" and "opposite sign" in verdict.name


@pytest.mark.parametrize(
    "words",
    [
        ["< in place of > (at t)", "two arguments of where exchanged"],
        ["_ in place of x_t in one place", "beta in place of x_t in one place"],
        ["a in place of b in one place", "b in place of a in one place"],
        ["ones_like in place of zeros_like (at y)"],
        ["0 in place of 1", "logvar in place of cov in one place"],
        ["negative values cut off at 0", "values cut off at 0 and 1"],
    ],
)
def test_an_edit_that_only_a_machine_makes_is_not_told(words):
    assert not is_plausible(words)


def test_what_a_hand_does_is_told_once():
    assert is_plausible(["the factor 0.5 left out", "the divisor 2 left out"])
    assert exact(["a sign", "a sign (at x)"]) == ["a sign (at x)"] and exact(["a", "b"]) == ["a", "b"]
