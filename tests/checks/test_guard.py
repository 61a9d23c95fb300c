"""What a call does to its arguments is put back, however the call ends, and is told where nothing else is wrong."""

import pytest
import torch

from gm_ref.checks.core import Guarded
from gm_ref.checks.core.keeping import Restoring
from gm_ref.checks.core.story import HERE, is_library
from gm_ref.checks.core.verdict import Problem
from gm_ref.kit.probes.ddpm import TimeScaled, TrainablePredictor
from tests.grading.loopback import Loopback


class Remote:
    """A function that knows its own gradient, as one in another process does, and spoils what it is given."""

    def __init__(self, ends):
        self.ends = ends

    def __call__(self, *args):
        return self.gradient(*args)

    def gradient(self, *args):
        for x in args:
            if isinstance(x, torch.Tensor):
                x.zero_()
        self.ends()
        return torch.ones(3)


def falls():
    raise ValueError("after the change")


@pytest.mark.parametrize("ends", [falls, list], ids=["an error", "a value"])
@pytest.mark.parametrize("how", ["call", "gradient"])
def test_arguments_are_put_back(ends, how):
    x, guarded = torch.ones(3), Guarded(Remote(ends), "f")
    with pytest.raises(Problem):
        guarded(x) if how == "call" else guarded.gradient(x)
    assert torch.equal(x, torch.ones(3))


@pytest.mark.parametrize("how", ["call", "gradient"])
def test_probes_put_arguments_back(how):
    x, restoring = torch.ones(3), Restoring(Remote(list))
    restoring(x) if how == "call" else restoring.gradient(x, 0)
    assert torch.equal(x, torch.ones(3))


def renumbers(net):
    net.a, net.extra = float("nan"), 5
    return torch.ones(2)


def test_plain_numbers_of_a_network_are_put_back():
    net = TimeScaled(0.5)
    with pytest.raises(Problem, match="It changes the network net"):
        Guarded(renumbers, "f")(net)
    assert net.a == 0.5 and not hasattr(net, "extra")


def test_where_a_network_is_trained_its_numbers_may_change():
    net = TrainablePredictor()
    Guarded(renumbers, "f", in_place=True)(net)
    assert net.extra == 5


def test_no_line_of_the_grader_is_called_the_learners():
    assert is_library("/home/ada/gm_ref/grading/talk/codec.py".replace("/home/ada/gm_ref", HERE))
    assert not is_library("<cell 3>")


def by_hand(x):
    """Differentiate a copy, and return a result that still knows of it."""
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(leaf.square().sum(), leaf, create_graph=True)
    return slope, x + 1


def with_weight(x):
    return x * torch.nn.Parameter(torch.full((3,), 2.0)), x


@pytest.mark.parametrize("given", [lambda f: f, lambda f: Loopback(f=f).functions["f"]], ids=["here", "wire"])
def test_a_result_may_know_of_a_copy_of_an_argument_but_of_no_other_tensor(given):
    x = torch.tensor([1.0, 2.0, 3.0])
    assert torch.equal(Guarded(given(by_hand), "f")(x)[0].detach(), 2 * x)
    with pytest.raises(Problem, match="Its result requires grad although nothing it was given does"):
        Guarded(given(with_weight), "f")(x)
