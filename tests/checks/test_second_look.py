"""What can be said of any function that fails: random results, their order, what is no tensor, what is not refused."""

import math

import pytest
import torch

from gm_ref.checks.core import check, expect_close, expect_in_float32, expect_raises, expect_tensor, run, wave
from gm_ref.checks.core.expect import expect_refused
from gm_ref.checks.core.guard import Guarded
from gm_ref.checks.core.precise import expect_digits
from gm_ref.checks.core.verdict import Problem
from tests.grading.loopback import Loopback

alpha_bar = torch.ones(3)
steps, LOG_2 = 3, math.log(2)


@check(probes=[lambda f: f(wave(3))])
def check_double(double, draw):
    """Probe that double doubles."""
    x = draw.normal(3)
    expect_close(double(x), 2 * x, "It does not double.")


@check(probes=[lambda f: f(wave(3))])
def check_two(two, draw):
    """Probe two results and a gradient of the first."""
    x = draw.normal(3)
    low, high = two(x)
    expect_close(low, 2 * x, "The first is off.")
    expect_close(high, 3 * x.square(), "The second is off.")
    expect_close(two.gradient(x), 2 * torch.ones(3), "The gradient is off.")


@check(probes=[lambda f: f(wave(3))])
def check_three(three, draw):
    """Probe three results."""
    x = draw.normal(3)
    a, b, c = three(x)
    for part, want in ((a, x), (b, x + 1), (c, x + 2)):
        expect_close(part, want, "A part is off.")


def lines(check, candidate):
    """Return what a learner reads."""
    verdict = run(check.spec, candidate, 0)
    assert verdict.status in ("property", "raised")
    return verdict.lines


def test_random_results_are_told_first():
    got = lines(check_double, lambda x: 2 * x + torch.randn(3))
    assert got[0].startswith("Two calls with the same arguments give different results")
    assert "It does not double." not in got


def test_a_result_that_is_wrong_but_always_the_same_is_not_called_random():
    assert lines(check_double, lambda x: torch.where(x > 0, math.nan, x))[0] == "It does not double."


def test_what_is_kept_between_calls_is_told_too():
    calls = []
    assert lines(check_double, lambda x: calls.append(1) or x * len(calls))[0].startswith("Two calls with the same")


def swapped(x):
    return 3 * x.square(), 2 * x


def test_two_results_in_the_wrong_order():
    sentence = "Both results are right, but they come in the wrong order: return the second one first."
    assert lines(check_two, swapped)[0] == sentence
    assert lines(check_two, Loopback(two=swapped).functions["two"])[0] == sentence


def test_three_results_in_the_wrong_order():
    got = lines(check_three, lambda x: (x + 1, x + 2, x))[0]
    assert got.endswith("wrong order: your third is due first, your first is due second, your second is due third.")


def test_results_that_are_wrong_in_any_order_are_told_by_their_property():
    assert lines(check_two, lambda x: (3 * x, 2 * x))[0] == "The first is off."


@pytest.mark.parametrize(
    "candidate, sentence",
    [
        (lambda x: (x, x, x), "It returned 3 results; 2 are due, in a tuple."),
        (lambda x: (x,), "It returned 1 result; 2 are due, in a tuple."),
        (lambda x: x, "It returned one tensor of shape (3,); 2 results are due, in a tuple."),
        (lambda x: 3.5, "It returned a float; return the tensor itself: no .item(), no float()."),
    ],
)
def test_another_number_of_results(candidate, sentence):
    assert lines(check_two, candidate)[0] == sentence


@pytest.mark.parametrize(
    "candidate, told",
    [
        (lambda x: x * alpha_bar, "It reads alpha_bar from the notebook, which is none of its arguments"),
        (lambda x: (lambda: x * alpha_bar * steps)(), "It reads alpha_bar and steps from the notebook, which are none"),
        (lambda x: x[:2] + alpha_bar, "It reads alpha_bar from the notebook"),
    ],
)
def test_what_is_read_from_the_notebook_is_told(candidate, told):
    assert any(line.startswith(told) for line in lines(check_double, candidate))


def takes_the_argument(x):
    alpha_bar = x
    return alpha_bar.abs() * LOG_2 + len(torch.ones(1)) * pytest.approx(1).expected


def test_arguments_constants_and_functions_are_not_told():
    assert not any("from the notebook" in line for line in lines(check_double, takes_the_argument))


NUMBERS = [
    (lambda: 2.0, "It returned a float; return the tensor itself: no .item(), no float()."),
    (lambda: 2, "It returned an int; return the tensor itself: no .item(), no int()."),
    (lambda: torch.tensor(2.0).double().numpy(), "It returned a NumPy array; return a tensor: no .numpy(), no NumPy"),
    (lambda: wave(3).numpy().sum(), "It returned a NumPy number (float64); return a tensor: no .numpy()"),
    (lambda: (torch.tensor(2.0),), "It returned a tuple of 1; one tensor of shape () was expected."),
    (lambda: [1.0], "It returned a list; a tensor of shape () was expected."),
]
EXPECTATIONS = [
    lambda got: expect_close(got, 2.0, "off"),
    lambda got: expect_digits(got, 2.0, "off"),
    lambda got: expect_in_float32(got, 2.0, "off"),
    lambda got: expect_tensor(got, ()),
]


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=["close", "digits", "float32", "tensor"])
@pytest.mark.parametrize("result, sentence", NUMBERS)
def test_what_is_no_tensor_is_told_as_that(result, sentence, expectation):
    with pytest.raises(Problem) as caught:
        expectation(result())
    assert caught.value.lines[0].startswith(sentence)


def test_a_part_that_is_a_float_is_named():
    with pytest.raises(Problem, match=r"^The mean is a float; return the tensor itself"):
        expect_tensor(0.5, (), name="the mean")


def refusing(error):
    def squeeze(x):
        if error:
            raise error
        return x if error is None else None

    return Guarded(squeeze, "squeeze")


@pytest.mark.parametrize(
    "error, sentence",
    [
        (RuntimeError("shape is invalid"), "squeeze(x: float64 (3,)) must be refused with a ValueError; yours raised "),
        (NotImplementedError("odd"), "squeeze(x: float64 (3,)) must be refused with a ValueError; yours raised NotImp"),
        (AssertionError(), "squeeze(x: float64 (3,)) must be refused with a ValueError; yours raised AssertionError"),
        (False, "squeeze(x: float64 (3,)) must be refused with a ValueError; yours returned None."),
        (None, "It is accepted."),
    ],
)
def test_what_is_to_be_refused_is_told_with_the_kind_that_is_wanted(error, sentence):
    with pytest.raises(Problem) as caught:
        expect_raises(lambda: refusing(error)(wave(3)), ValueError, "It is accepted.", "Raise ValueError.")
    assert caught.value.lines[0].startswith(sentence) and caught.value.lines[1] == "Raise ValueError."
    assert caught.value.status == "property"
    with pytest.raises(Problem) as caught:
        expect_refused(refusing(error), (wave(3),), "an odd height", "Raise ValueError.")
    told = "It accepts an odd height; raise ValueError." if error is None else "squeeze must refuse an odd height with"
    assert caught.value.lines[0].startswith(told)


def test_a_change_before_a_refusal_is_told():
    def squeeze(x):
        x.zero_()
        raise RuntimeError("odd")

    with pytest.raises(Problem, match="It changes its argument x in place") as caught:
        expect_raises(lambda: Guarded(squeeze, "squeeze")(wave(3)), ValueError, "It is accepted.")
    assert caught.value.lines[1] == "RuntimeError: odd"


def test_a_stub_refuses_nothing():
    def squeeze(x):
        raise NotImplementedError

    for ask in (
        lambda f: expect_raises(lambda: f(wave(3)), ValueError, ""),
        lambda f: expect_refused(f, (wave(3),), ""),
    ):
        with pytest.raises(Problem) as caught:
            ask(Guarded(squeeze, "squeeze"))
        assert caught.value.status == "missing"


def test_a_difference_is_shown_in_the_units_of_the_result():
    d = torch.tensor([0.25, 0.5]).double()
    for expectation in (expect_close, expect_digits):
        with pytest.raises(Problem) as caught:
            expectation(1 / d, 1 / (d + 0.1), "off", shown=(d, d + 0.1))
        assert caught.value.lines[-1] == "Yours is what was expected minus 0.1 everywhere."
    with pytest.raises(Problem) as caught:
        expect_digits(1 / d, 1 / (d + 1e-9), "off", shown=(d, d + 1e-9))
    assert caught.value.lines[-1] == "The largest difference between yours and what was expected is 1.0e-09."


def test_a_list_that_is_changed_in_a_worker_is_told_as_here():
    def reverses(x, layers):
        layers.reverse()
        return x * layers[0]

    def pops(x, layers):
        layers.pop()
        return x * layers[5]

    def spoils(x, layers):
        x.zero_()
        return x * layers[7]

    for function in (reverses, pops, spoils):
        here, there = Guarded(function, "f"), Guarded(Loopback(f=function).functions["f"], "f")
        told = []
        for guarded in (here, there):
            layers = [1.0, 2.0]
            with pytest.raises(Problem, match=r"^It changes (the list layers|its argument x)") as caught:
                guarded(wave(3), layers)
            told.append(caught.value.lines)
            assert layers == [1.0, 2.0]
        assert told[0] == told[1]
