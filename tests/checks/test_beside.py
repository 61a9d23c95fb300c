"""Beside, given and the traits: each circumstance of a call is probed, and bad input of an author gets one sentence."""

import pytest
import torch
from torch import nn

from gm_ref.checks.core import Beside, Draws, Guarded, Traits, check, expect_refused, given, run, wave
from gm_ref.checks.core.verdict import Problem
from gm_ref.kit.probes.ddpm import TrainablePredictor
from tests.grading.loopback import Loopback

TRAITS = Traits(rows=(0, 1), alike=("x", "mu"), slopes=("x", "mu"), tables=("table",), exact=True)
TABLE = torch.tensor([0.5, 2.0, 1.5], dtype=torch.float64)


def right(x, mu, table):
    """Return a part of the arguments' shape, and one number for each sample."""
    return table * x + mu, (x - mu).square().sum(dim=1)


def candidate(x, mu, table):
    return table.to(x.dtype) * x + mu, ((x - mu) ** 2).sum(dim=1)


def probe(function, traits=TRAITS, **more):
    """Raise the Problem of a candidate for what is right."""
    beside = Beside(Guarded(function, "toy", traits=traits), right, ("z", "the distance"))
    draw = Draws(0)
    usual = (*draw.normals(2, 4, 3), TABLE)
    beside.everywhere(usual, [(*draw.normals(2, 3, 3), TABLE)], [(*(100 * a for a in usual[:2]), TABLE)], **more)


def test_right_passes_here_and_through_the_wire():
    probe(candidate)
    probe(Loopback(toy=candidate).functions["toy"])


def changed(part, change):
    """Return the candidate with one part of its result changed."""
    return lambda *args: tuple(change(r) if k == part else r for k, r in enumerate(candidate(*args)))


SLIPS = {
    "z for x of shape (4, 3), mu of shape (4, 3), table of shape (3,) is off": changed(0, lambda z: z + 1),
    "The distance for x of shape (4, 3), mu of shape": changed(1, lambda d: d * (1 + 1e-9)),
    "z for x of shape (3, 3), mu of shape": lambda x, mu, t: candidate(x, mu.T if len(x) == 3 else mu, t),
    "The distance for a batch of one sample has shape ()": changed(1, lambda d: d.squeeze()),
    "The distance for arguments that lie apart in memory is off": lambda x, mu, t: (
        candidate(x, mu, t)[0],
        candidate(x, mu, t)[1] * (1 if x.is_contiguous() else 2),
    ),
    "z for arguments up to": lambda x, mu, t: candidate(x.clamp(-5, 5), mu, t),
    "z in float32 is float64; it must keep": lambda x, mu, t: (t * x + mu, candidate(x, mu, t)[1]),
    "In float32 the distance is off": changed(1, lambda d: d.half().float() if d.dtype == torch.float32 else d),
    "No gradient reaches x through z": changed(0, lambda z: z.detach()),
    "No gradient reaches x through the distance": changed(1, lambda d: d.detach()),
    "The gradient with respect to mu through the distance is off": lambda x, mu, t: (
        candidate(x, mu, t)[0],
        candidate(x, mu.detach() + 0.5 * (mu - mu.detach()), t)[1],
    ),
    "No gradient reaches mu through the distance": lambda x, mu, t: (
        candidate(x, mu, t)[0],
        candidate(x, mu.detach(), t)[1] + 0 * mu.sum(),
    ),
    "Return 2 results in a tuple: z, the distance; a Tensor came": lambda x, mu, t: candidate(x, mu, t)[0],
    "Return 2 results in a tuple: z, the distance; 3 came": lambda x, mu, t: (*candidate(x, mu, t), x),
}


@pytest.mark.parametrize("told", SLIPS)
def test_each_circumstance_is_told(told):
    with pytest.raises(Problem) as caught:
        probe(SLIPS[told])
    assert caught.value.status == "property" and caught.value.lines[0].startswith(told)


@pytest.mark.parametrize(
    "told, traits",
    [
        ("No gradient reaches x through z", Traits(rows=(0, 1), tables=("table",))),
        ("The distance for a batch of one sample has shape ()", Traits(rows=(), tables=("table",))),
        ("In float32 the distance is off", Traits(rows=(0, 1), tables=("table",), float32=False)),
        ("The distance for x of shape (4, 3), mu of shape", Traits(rows=(0, 1), tables=("table",))),
    ],
)
def test_what_no_trait_asks_for_is_not_probed(told, traits):
    probe(SLIPS[told], traits)


def test_a_claim_is_about_one_part_or_names_the_part():
    wrong = changed(1, lambda d: 2 * d)
    beside = Beside(Guarded(wrong, "toy", traits=TRAITS), right, ("z", "the distance"))
    args = (wave(2, 3), wave(2, 3, shift=9), TABLE)
    beside.only("z").at(args, "z is off.")
    with pytest.raises(Problem, match=r"^The distance is off at t_\{0\}"):
        beside.at(args, "{name} is off at t_{0}.", "Look there.")
    assert [name for _, _, name in beside.parts(args)] == ["z", "the distance"]


def test_a_number_for_the_whole_batch_and_parts_without_rows():
    traits = Traits(rows=(), slopes=("x",))

    def gram(x):
        return x.T @ x, x.mean()

    Beside(Guarded(gram, "gram", traits=traits), lambda x: (x.T @ x, x.sum() / x.numel()), ("gram", "mean")).everywhere(
        (wave(4, 2),), [(wave(1, 3),)]
    )


def test_gradients_reach_a_networks_parameters():
    def squared(net, x):
        return net(x, None).square().sum(dim=1)

    def cut(net, x):
        return net(x, None).detach().square().sum(dim=1) * (1 + 0 * net.weight)

    traits = Traits(rows=(1,), slopes=("net",))
    usual = (TrainablePredictor(), wave(4, 2))
    Beside(Guarded(squared, "f", traits=traits), squared, ["the loss"]).everywhere(usual)
    with pytest.raises(Problem, match="No gradient reaches the network net"):
        Beside(Guarded(cut, "f", traits=traits), squared, ["the loss"]).everywhere(usual)
    with pytest.raises(Problem, match="No gradient reaches the network net"):
        Beside(Guarded(lambda net, x: squared(net, x).detach(), "f", traits=traits), squared).everywhere(usual)


@check(probes=[given(wave(2, 3), wave(2, 3, shift=4), TABLE)], **vars(TRAITS))
def check_toy(toy, draw):
    """Probe toy."""
    Beside(toy, right, ("z", "the distance")).everywhere((*draw.normals(2, 4, 3), TABLE))


def test_results_in_another_order_and_random_ones_are_told_as_that():
    assert run(check_toy.spec, candidate).passed
    assert "wrong order" in run(check_toy.spec, lambda *args: candidate(*args)[::-1]).lines[0]
    assert "different results" in run(check_toy.spec, changed(0, torch.rand_like)).lines[0]


# probes ------------------------------------------------------------------------------------------------------------


def test_a_probe_is_data_and_hands_out_copies():
    x, net = wave(2), nn.Linear(2, 2, dtype=torch.float64)

    def spoils(x, net):
        net.weight.data.zero_()
        return x.zero_()

    one = given(x, net)
    one(spoils)
    assert torch.equal(x, wave(2)) and net.weight.any() and one.args[0] is x
    both = given(1, 2) + given(3, 4)
    assert both(lambda a, b: a + b) == (3, 7) and both(lambda a, b: (a, b)) == (1, 2, 3, 4)
    assert given(1, 2)(lambda a, b: [a, b]) == [1, 2]


# what an author may get wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "traits, told",
    [
        ({"rows": 0}, r"rows = 0 is no tuple of arguments: give their places, such as rows=\(0, 1\)"),
        ({"rows": ("x",)}, "rows = .* is no tuple of arguments: give their places"),
        ({"slopes": "x"}, r"slopes = 'x' is no tuple of arguments: give their names, such as slopes=\('x', 'mu'\)"),
        ({"alike": (0, 1)}, "alike = .* is no tuple of arguments"),
    ],
)
def test_a_trait_of_the_wrong_kind_is_refused(traits, told):
    with pytest.raises(ValueError, match=told):
        check(probes=[], **traits)(lambda f, draw: None)


def test_a_trait_that_there_is_not_is_refused():
    with pytest.raises(TypeError, match="row"):
        check(probes=[], row=(0,))(lambda f, draw: None)


@pytest.mark.parametrize(
    "traits, told",
    [
        (Traits(slopes=("y",)), "slopes names 'y', which is no argument: the arguments are x, mu, table."),
        (Traits(alike=("x", "logvar")), "alike names 'logvar', which is no argument: the arguments are x, mu, table."),
        (Traits(rows=(0, 3)), "rows names place 3, where no argument is: the arguments are x, mu, table, from place 0"),
    ],
)
def test_a_trait_that_contradicts_the_oracle_is_told(traits, told):
    with pytest.raises(ValueError, match="The traits of check_toy and its oracle contradict each other: ") as caught:
        Beside(Guarded(candidate, "toy", traits=traits), right, ("z", "the distance"))
    assert told in str(caught.value)


def test_rows_where_no_tensor_comes_and_names_too_few_are_told():
    def scaled(factor, x):
        return factor * x

    with pytest.raises(ValueError, match="rows of check_f names place 0, where no tensor comes"):
        Beside(Guarded(scaled, "f"), scaled).everywhere((2.0, wave(2)))
    with pytest.raises(ValueError, match="The oracle of toy returns 2 results; its names are"):
        Beside(Guarded(candidate, "toy"), right).at((wave(2, 3), wave(2, 3), TABLE), "off")


# refusals ----------------------------------------------------------------------------------------------------------


class Own(ValueError):
    """A person's own kind of ValueError."""


def refusing(error):
    def half(n):
        raise error

    return half


def test_a_value_error_of_any_kind_is_a_refusal():
    for error in (ValueError("odd"), Own("odd")):
        expect_refused(Guarded(refusing(error), "half"), (5,), "an odd n, 5")
        expect_refused(Guarded(Loopback(half=refusing(error)).functions["half"], "half"), (5,), "an odd n, 5")


@pytest.mark.parametrize(
    "half, told",
    [
        (lambda n: n / 2, "It accepts an odd n, 5; raise ValueError."),
        (lambda n: None, "half must refuse an odd n, 5 with a ValueError; yours returned None."),
        (refusing(TypeError("odd")), "half must refuse an odd n, 5 with a ValueError; yours raised TypeError: odd."),
        (refusing(NotImplementedError("no odd n")), "half must refuse an odd n, 5 with a ValueError; yours raised Not"),
        (refusing(AssertionError()), "half must refuse an odd n, 5 with a ValueError; yours raised AssertionError"),
    ],
)
@pytest.mark.parametrize("remote", [False, True])
def test_other_ends_are_told_as_what_they_are(half, told, remote):
    function = Loopback(half=half).functions["half"] if remote else half
    with pytest.raises(Problem) as caught:
        expect_refused(Guarded(function, "half"), (5,), "an odd n, 5", "Look at n first.")
    assert caught.value.lines[0].startswith(told) and "Look at n first." in caught.value.lines
    assert any("The call was half(" in line for line in caught.value.lines)
