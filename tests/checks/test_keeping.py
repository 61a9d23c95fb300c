"""Whatever a function does to what it is given is told as that, for every kind of argument, and is put back."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD

from gm_ref.checks.core import Guarded
from gm_ref.checks.core.keeping import Restoring, kept
from gm_ref.checks.core.verdict import Problem
from gm_ref.kit.probes.ddpm import TrainablePredictor, WeightsAndStatistics

ONE = torch.ones(1)


def told(function, *args, in_place=False):
    """Return the sentences of the Problem that a call must raise."""
    with pytest.raises(Problem) as caught:
        Guarded(function, "f", in_place)(*args)
    return caught.value.lines


def returning(change):
    """Return a function of one argument that changes it and returns a tensor."""

    def function(given):
        change(given)
        return ONE

    return function


LISTS = {
    "reverse": lambda v: v.reverse(),
    "pop": lambda v: v.pop(),
    "append": lambda v: v.append(3),
    "item": lambda v: v.__setitem__(0, 9),
    "sort": lambda v: v.sort(),
    "clear": lambda v: v.clear(),
}


@pytest.mark.parametrize("change", LISTS.values(), ids=LISTS)
def test_a_list_that_is_changed(change):
    layers = [2, 1, 3]
    assert told(returning(change), layers)[0].startswith("It changes the list given that it is given; leave it as it")
    assert layers == [2, 1, 3]


def test_a_dict_that_is_changed():
    settings = {"a": 1, "b": 2}
    assert told(returning(lambda d: d.pop("a")), settings)[0].startswith("It changes the dict given")
    assert list(settings.items()) == [("a", 1), ("b", 2)]


def test_a_tensor_in_a_tuple_and_a_network_in_a_list():
    pair = (torch.ones(2), torch.ones(2))
    assert told(returning(lambda p: p[1].zero_()), pair)[0].startswith("It changes its argument given[1] in place")
    assert torch.equal(pair[1], torch.ones(2))
    nets = [TrainablePredictor()]
    assert told(returning(lambda n: n[0].weight.data.zero_()), nets)[0].startswith("It changes the network given[0]")
    assert nets[0].weight.item() == 0.4


def test_layers_of_a_module_list():
    layers = nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 2)])
    before = list(layers)
    assert told(returning(lambda v: v.pop(0)), layers)[0].startswith("It changes the network given")
    assert len(layers) == 2 and all(a is b for a, b in zip(layers, before, strict=True))


def test_what_stopped_the_code_after_the_change_is_told_second():
    def function(layers):
        layers.pop()
        return layers[5]

    lines = told(function, [ONE])
    assert lines[0].startswith("It changes the list layers") and lines[1] == "IndexError: list index out of range"


def test_gradients_and_flags_of_tensors_are_told_and_put_back():
    x = torch.ones(2, requires_grad=True)
    assert told(returning(lambda v: v.sum().backward()), x)[0].startswith("It leaves a gradient in its argument given")
    assert x.grad is None
    x.grad = torch.full((2,), 3.0)
    told(returning(lambda v: v.sum().backward()), x)
    assert torch.equal(x.grad, torch.full((2,), 3.0))
    assert "changes requires_grad of its argument given" in told(returning(lambda v: v.requires_grad_(False)), x)[0]
    assert x.requires_grad


def test_a_tensor_that_becomes_part_of_a_graph_is_a_leaf_again():
    x, weight = torch.ones(2), torch.ones(2, requires_grad=True)
    assert told(returning(lambda v: v.mul_(2 * weight)), x)[0].startswith("It changes its argument given in place")
    assert x.is_leaf and not x.requires_grad and torch.equal(x, torch.ones(2))


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda n: n(torch.ones(2, 1), None).sum().backward(), "It leaves gradients in the network given"),
        (lambda n: n.requires_grad_(False), "It changes requires_grad in the network given"),
        (lambda n: setattr(n, "weight", nn.Parameter(torch.zeros(()))), "It changes the network given"),
        (lambda n: n.register_buffer("more", torch.zeros(1)), "It changes the network given"),
        (lambda n: n.add_module("more", nn.Linear(1, 1)), "It changes the network given"),
    ],
)
def test_a_network_that_is_changed_is_told_and_put_back(change, words):
    net = TrainablePredictor()
    weight = net.weight
    assert told(returning(change), net)[0].startswith(words)
    assert net.weight is weight and weight.item() == 0.4 and weight.requires_grad and weight.grad is None
    assert len(net.state_dict()) == 1


def test_weights_that_are_made_one_are_two_again():
    net = WeightsAndStatistics(0.5)
    before = copy.deepcopy(net.state_dict())

    def ties(given):
        given.body[0].bias.data = given.gain.data
        given.gain.data.zero_()

    told(returning(ties), net)
    assert all(torch.equal(x, before[name]) for name, x in net.state_dict().items())
    net.gain.data.fill_(7)
    assert torch.equal(net.body[0].bias, before["body.0.bias"])


def test_modes_and_hooks_are_put_back_without_a_word():
    net = WeightsAndStatistics(0.5)

    def asks(given):
        given.eval()
        given.register_forward_hook(lambda *args: None)
        return given(torch.ones(2, 3).double()).detach().sum()

    Guarded(asks, "f")(net)
    assert net.training and net.body.training and not net._forward_hooks


def test_an_optimiser_steps_but_keeps_its_settings():
    net = nn.Linear(1, 1)
    optimiser = SGD(net.parameters(), lr=0.1, momentum=0.9)

    def steps(given):
        net(torch.ones(1)).sum().backward()
        given.step()
        return ONE

    Guarded(steps, "f")(optimiser)
    lines = told(returning(lambda o: o.param_groups[0].update(lr=5.0)), optimiser)
    assert lines[0] == "It changes lr of the optimiser given that it is given."
    assert optimiser.param_groups[0]["lr"] == 0.1


def test_where_an_exercise_works_in_place_lists_and_networks_may_change():
    values = [1]
    Guarded(returning(lambda v: v.append(2)), "f", in_place=True)(values)
    assert values == [1, 2]


def test_what_is_not_changed_is_not_told():
    args = ([1, ONE], {"a": ONE}, (ONE, 2), nn.Linear(1, 1), 3, "text", None, len, float("nan"), [float("nan")])
    Guarded(lambda *given: ONE + 1, "f")(*args)
    assert not any(kept(a).told("x") for a in args)


def test_an_interrupt_puts_back_as_well():
    def interrupted(values):
        values.clear()
        raise KeyboardInterrupt

    values = [1]
    with pytest.raises(KeyboardInterrupt):
        Guarded(interrupted, "f")(values)
    assert values == [1]


def test_probes_put_lists_back():
    layers = [1, 2]
    Restoring(lambda v: v.reverse())(layers)
    assert layers == [1, 2]
