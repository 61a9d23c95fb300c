"""The machinery of checks: calls are guarded, globals stay, verdicts come in order, differences are put in words."""

import random

import numpy as np
import pytest
import torch

from gm_ref.checks.core import (
    CheckFailed,
    Draws,
    Guarded,
    check,
    expect,
    expect_close,
    expect_raises,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.checks.core import diagnosis as diagnosis_module
from gm_ref.checks.core.check import PRINT_LIMIT
from gm_ref.checks.core.verdict import STOPS, Problem, Verdict


def _probe(f):
    return f(wave(3))


@check(probes=[_probe])
def check_first(first, draw):
    """Probe that first doubles."""
    x = draw.normal(4)
    expect_close(first(x), 2 * x, "It does not double.", "Look at the factor.")


@check(probes=[_probe], uses=("first",))
def check_second(second, draw):
    """Probe that second quadruples."""
    x = draw.normal(4)
    expect_close(second(x), 4 * x, "It does not quadruple.")


@check(probes=[_probe], in_place=True)
def check_third(third, draw):
    """Probe that third returns nothing."""
    third([1])


def verdict_of(check, candidate, seed=0):
    """Return the verdict on a candidate that must fail."""
    with pytest.raises(CheckFailed) as caught:
        check(candidate, seed=seed)
    assert str(caught.value) == str(caught.value.verdict)
    return caught.value.verdict


def first(x):
    return 3 * x


def second(x):
    return first(x) * 2


def test_right_is_a_quiet_verdict(capsys):
    verdict = check_first(lambda x: x + x)
    assert verdict.passed and str(verdict).startswith("first: right")
    assert capsys.readouterr().out == ""


def test_not_written_yet_comes_first():
    def stub(x):
        raise NotImplementedError

    assert verdict_of(check_first, stub).headline == "first: not written yet"


def test_an_error_is_told_with_the_line_and_the_shapes():
    def broken(x):
        return x @ torch.ones(7, dtype=x.dtype)

    verdict = verdict_of(check_first, broken)
    assert verdict.status == "raised" and verdict.lines[0].startswith("RuntimeError")
    assert "x @ torch.ones(7" in verdict.lines[1] and "first(x: float64 (4,))" in verdict.lines[2]


def test_an_exercise_whose_cell_has_not_been_run_is_named():
    verdict = verdict_of(check_first, lambda x: third(x))  # noqa: F821 (not defined: that is the case)
    assert verdict.status == "raised" and verdict.lines[0] == "NameError: name 'third' is not defined"
    assert verdict.lines[-1].startswith("third is an exercise of this lesson, and its cell has not been run")


def test_a_call_with_an_optimiser_is_told_on_one_line():
    optimiser = torch.optim.SGD([torch.zeros(2)], lr=0.1)
    assert Guarded(first, "step").call((optimiser,)) == "step(x: an optimiser (SGD))"


def test_a_failed_property_points_to_the_hints():
    line = verdict_of(check_first, first).lines[-1]
    assert "folded below" in line and line.endswith("gm-ref hint test_core.first")


@pytest.mark.parametrize("error", [SystemExit(3), RecursionError("deep"), ValueError(""), MemoryError()])
def test_no_error_escapes(error):
    def broken(x):
        raise error

    assert verdict_of(check_first, broken).lines[0].startswith(type(error).__name__)


@check(probes=[_probe])
def check_fourth(fourth, draw):
    """Probe fourth, and take for granted that a tensor comes back."""
    expect_close(fourth(draw.normal(4)).sum(dim=0), torch.tensor(0.0), "It does not cancel.")


def test_a_result_that_stops_the_check_is_told_without_a_stack_trace():
    verdict = verdict_of(check_fourth, lambda x: "zero")
    assert verdict.status == "property" and verdict.lines[0] == "It returned what this check cannot work with."
    assert verdict.lines[2] == "The check stopped with AttributeError: 'str' object has no attribute 'sum'"


def test_an_interrupt_does_escape():
    def endless(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        check_first(endless)
    assert caught.value.verdict.lines[1].startswith("It was at line ") and "raise Keyboard" in str(caught.value)
    assert caught.value._render_traceback_() == [STOPS]


@pytest.mark.parametrize(
    "candidate, sentence",
    [
        (lambda x: None, "It returned None."),
        (lambda x: x.mul_(2), "It changes its argument x in place"),
        (lambda x: 2 * x.requires_grad_().detach(), "It changes requires_grad of its argument x in place"),
        (lambda x: [2 * v for v in x], "It returned a list of 4; one tensor of shape (4,) was expected."),
        (lambda x: (2 * x)[None], "extra axis of size 1"),
        (lambda x: (2 * x).sum(), "An axis is gone"),
        (lambda x: 2 * x * torch.ones(3, 1, dtype=x.dtype), "an axis too many"),
        (lambda x: 2 * x * torch.ones(4, requires_grad=True), "requires grad"),
        (lambda x: x * float("nan"), "Yours is nan at [0]"),
        (lambda x: x, "Yours is exactly 1/2 times"),
    ],
)
def test_each_slip_has_its_sentence(candidate, sentence):
    assert sentence in str(verdict_of(check_first, candidate))


def test_what_is_no_function_is_said(capsys):
    assert "is a Tensor, not a function" in str(verdict_of(check_first, torch.ones(2)))


def test_an_earlier_exercise_is_named_first():
    verdict = verdict_of(check_second, second)
    assert verdict.status == "earlier" and verdict.lines[0].startswith("first is not right yet, and this uses it.")


def test_an_exercise_that_does_not_use_the_wrong_one_passes():
    assert check_second(lambda x: 4 * x).passed


def test_nothing_is_returned_where_nothing_is_asked():
    assert check_third(lambda x: None).passed


def test_a_mistake_and_a_convention_are_recognised(monkeypatch):
    triple, square = ([[[3], (k * wave(3)).tolist()]] for k in (3.0, 5.0))
    bank = [
        {"id": "triple", "kind": "mistake", "name": "three for two", "cure": "Take two.", "outputs": [triple]},
        {"id": "five", "kind": "convention", "name": "five for two", "cure": "Here it is two.", "outputs": [square]},
    ]
    monkeypatch.setattr(diagnosis_module, "frozen", lambda stem: {"first": {"mistakes": bank}})
    named = verdict_of(check_first, lambda x: 3 * x)
    assert named.headline == "first: a known mistake: three for two" and named.lines[0] == "Take two."
    assert (named.status, named.mistake) == ("mistake", "triple")
    other = verdict_of(check_first, lambda x: 5 * x)
    assert other.headline == "first: right under another convention: five for two"
    assert verdict_of(check_first, lambda x: 7 * x).status == "property"


def test_nothing_global_changes():
    def meddler(x):
        torch.manual_seed(1), random.seed(1), np.random.seed(1)
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(torch.get_num_threads() % 2 + 1)
        return 2 * x

    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    check_first(meddler)
    assert torch.equal(before[0], torch.get_rng_state()) and before[1] == random.getstate()
    assert (before[2] == np.random.get_state()[1]).all()
    assert (threads, dtype) == (torch.get_num_threads(), torch.get_default_dtype())


def test_a_check_works_inside_no_grad():
    with torch.no_grad():
        assert check_first(lambda x: 2 * x).passed
        assert not torch.is_grad_enabled()


def test_a_flood_of_prints_is_cut(capsys):
    def chatty(x):
        print("x" * 1_000_000)
        return 2 * x

    check_first(chatty)
    out = capsys.readouterr().out
    assert len(out) < PRINT_LIMIT + 200 and "the rest is dropped" in out


def test_a_seed_gives_the_same_verdict_and_another_seed_other_inputs():
    assert str(verdict_of(check_first, first, seed=3)) == str(verdict_of(check_first, first, seed=3))
    assert not torch.equal(Draws(0).normal(3), Draws(1).normal(3))
    assert torch.equal(Draws(5).steps(6, 3), Draws(5).steps(6, 3))


def test_half_and_single_precision_are_compared_to_their_own_digits():
    x = wave(50) + 3
    expect_close(x.float() * (1 + 1e-6), x, "")
    expect_close(x.half(), x, "")
    with pytest.raises(Problem):
        expect_close(x * (1 + 1e-6), x, "float64 carries more")


def test_dtype_and_raises():
    with pytest.raises(Problem, match="must keep the dtype"):
        expect_tensor(wave(2), (2,), like=wave(2).float())
    expect_raises(lambda: int("x"), ValueError, "")
    with pytest.raises(Problem, match="claim"):
        expect_raises(lambda: 1, ValueError, "claim")


def test_a_persons_own_kind_of_error_counts_as_what_it_is():
    class TooShort(ValueError):
        pass

    def refuses(x):
        raise TooShort("two at least")

    guarded = Guarded(refuses, "refuses")
    expect_raises(lambda: guarded(wave(2)), ValueError, "")
    with pytest.raises(Problem, match=r"with a TypeError; yours raised TooShort \(ValueError\): two at least\."):
        expect_raises(lambda: guarded(wave(2)), TypeError, "")


def test_what_is_expected_and_true_says_nothing():
    expect(True, "")


def test_a_card_is_escaped_and_names_the_verdict():
    card = Verdict("f", "mistake", ("<script>alert(1)</script>",), "a name")._repr_html_()
    assert "<script>" not in card and "f: a known mistake: a name" in card


def test_jupyter_shows_the_card_in_place_of_a_stack_trace(capsys):
    with pytest.raises(CheckFailed) as caught:
        check_first(first)
    for _ in range(2):
        assert caught.value._render_traceback_() == [STOPS]
    assert capsys.readouterr().out.count("Yours is exactly 1.5 times") == 1


def test_a_detached_loss_that_claims_a_gradient_is_refused():
    from gm_ref.checks.ddpm import check_ddpm_loss, check_vlb_terms
    from gm_ref.diffusion.ddpm import ddpm_loss, vlb_terms

    for proof, right in ((check_ddpm_loss, ddpm_loss), (check_vlb_terms, vlb_terms)):
        with pytest.raises(CheckFailed, match="No gradient reaches the network"):
            proof(lambda net, *args, right=right: right(net, *args).detach().requires_grad_(net_trains(net)))


def net_trains(net):
    return any(p.requires_grad for p in net.parameters())


def test_slope_of_a_network_is_the_gradient_of_its_parameters():
    net = torch.nn.Linear(3, 1)
    x = torch.arange(6.0).reshape(2, 3)
    got = slope(lambda module, x: module(x), net, x, wrt=0)
    assert torch.allclose(got, torch.tensor([3.0, 5.0, 7.0, 2.0]))
