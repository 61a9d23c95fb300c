"""Exercises that return a network get the same verdict here and at the other end of the wire."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from gm_ref.checks.core.check import SPECS, run
from gm_ref.checks.core.guard import Guarded
from gm_ref.checks.core.network import Net, network
from gm_ref.checks.core.verdict import Problem
from gm_ref.grading.talk.remote_network import RemoteNetwork
from tests.grading.loopback import Loopback
from tests.grading.networks_lesson.answers import small_generator, small_mapping
from tests.grading.networks_lesson.lesson import NAMES, entered, right_answers
from tests.grading.networks_lesson.mistakes import BANK

SEEDS = (0, 1, 7)


@pytest.fixture(scope="module", autouse=True)
def lesson():
    """The lesson for tests, entered among the others."""
    with entered() as found:
        yield found


def both(name, function, seed=7):
    """Return the verdicts on a function here and at the other end of the wire."""
    spec = SPECS["networks", name]
    return run(spec, function, seed), run(spec, Loopback(**{name: function}).functions[name], seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_right_answers_pass(name, seed):
    for function in right_answers(name):
        here, there = both(name, function, seed)
        assert here.passed, f"{function.__name__}: {here}"
        assert there.passed, f"{function.__name__}: {there}"


@pytest.mark.parametrize("mistake", BANK.entries, ids=lambda m: f"{m.exercise}.{m.id}")
def test_mistakes_have_the_same_name(mistake):
    here, there = both(mistake.exercise, mistake.function)
    assert here.mistake == mistake.id, str(here)
    assert (there.status, there.mistake, there.lines) == (here.status, here.mistake, here.lines)


def of(name, function):
    """Return a function as a check has it, here and over the wire."""
    return Guarded(function, name), Guarded(Loopback(**{name: function}).functions[name], name)


def sentences(function, act=lambda net: None):
    """Return the Problem's lines that a network gives, here and over the wire, which must be the same."""
    told = []
    for guarded in of("make", function):
        with pytest.raises(Problem) as caught:
            act(network(guarded))
        told.append([line for line in caught.value.lines if not line.startswith("The call was ")])
    assert told[0] == told[1]
    return " ".join(told[0])


class Changing(nn.Linear):
    """Does something to itself at each call."""

    def __init__(self, act):
        super().__init__(2, 2)
        self.act = act

    def forward(self, x):
        self.act(self)
        return super().forward(x)


def call(net):
    """Call a network in train mode."""
    return net(torch.ones(3, 2), mode="train")


def tied():
    """Return two layers whose weights lie in the same memory."""
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = nn.Parameter(net[0].weight.data)
    return net


def with_weight(value):
    """Return a network with this for a parameter."""
    net = nn.Module()
    net.weight = nn.Parameter(value, requires_grad=False)
    return net


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: lambda x: x, "a function; return the nn.Module itself"),
        (lambda: nn.Linear, "the class Linear itself"),
        (lambda: torch.ones(2), "It returned a tensor"),
        (lambda: [nn.Linear(2, 2)], "nn.Sequential(*layers)"),
        (lambda: None, "It returned None"),
        (lambda: "net", "It returned an object of class str"),
        (lambda: nn.LazyLinear(3), "has no shape yet"),
        (lambda: nn.Linear(2, 2, device="meta"), "without numbers (device meta)"),
        (lambda: with_weight(torch.ones(2, 2).to_sparse()), "sparse_coo"),
        (lambda: with_weight(torch.ones(2, dtype=torch.complex64)), "complex64"),
        (lambda: with_weight(torch.ones(2, dtype=torch.bfloat16)), "bfloat16"),
        (lambda: with_weight(torch.zeros(1).expand(10**6, 10**6)), "Memory is shared by weight"),
        (tied, "Memory is shared by 0.weight and 1.weight"),
        (lambda: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_what_is_no_network_is_told(make, words):
    assert words in sentences(make)


def replace_weight(net):
    """Put another parameter in the place of one."""
    net.weight = nn.Parameter(net.weight + 1)


@pytest.mark.parametrize(
    "act, words",
    [
        (lambda net: net.weight.data.add_(1), "changes its own weight weight"),
        (replace_weight, "changes its own weight weight"),
        (lambda net: setattr(net, "late", nn.Linear(2, 2)), "makes or removes parameters or buffers: late.bias"),
        (lambda net: net.register_buffer("seen", torch.ones(1)), "makes or removes parameters or buffers: seen"),
        (lambda net: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_what_a_call_does_to_its_network_is_told(act, words):
    assert words in sentences(lambda: Changing(act), call)


def test_a_forward_without_value_is_told():
    assert "forward returned None" in sentences(lambda: Silent(), call)


class Silent(nn.Module):
    """Returns nothing."""

    def forward(self, x):
        x.sum()


def test_inputs_that_are_changed_are_told():
    assert "changes its input 1 in place" in sentences(lambda: nn.ReLU(inplace=True), lambda net: net(-torch.ones(2)))


@pytest.mark.parametrize("guarded", of("small_generator", small_generator), ids=["here", "wire"])
def test_no_call_depends_on_an_earlier_one(guarded):
    net, z = network(guarded, 3, 2, 1), torch.randn(4, 3, 1, 1)
    weights, buffers = net.weights(), net.buffers()
    first = net(z, mode="train")
    moved = net.buffers()
    assert not torch.equal(moved["1.running_mean"], buffers["1.running_mean"]) and moved["1.num_batches_tracked"] == 1
    net.load(weights, buffers)
    assert torch.equal(net(z, mode="train"), first) and torch.equal(
        net.buffers()["1.running_var"], moved["1.running_var"]
    )


def test_a_trained_network_of_the_notebook_is_left_as_it_was():
    kept = small_generator(3, 2, 1).eval()
    kept[0].requires_grad_(False)
    kept(torch.randn(2, 3, 1, 1)).sum().backward()
    before = {k: v.clone() for k, v in kept.state_dict().items()}
    grads = {k: p.grad if p.grad is None else p.grad.clone() for k, p in kept.named_parameters()}
    net = network(Guarded(lambda: kept, "make"))
    net.load([torch.ones(s) for s in net.shapes().values()])
    out = net(torch.randn(2, 3, 1, 1).double(), mode="train")
    net.gradients(torch.randn(2, 3, 1, 1), of=torch.ones_like(out))
    assert all(torch.equal(v, before[k]) and v.dtype == before[k].dtype for k, v in kept.state_dict().items())
    assert not kept.training and not kept[1].training and not kept[0].weight.requires_grad
    for name, p in kept.named_parameters():
        assert (p.grad is None) == (grads[name] is None) and (p.grad is None or torch.equal(p.grad, grads[name]))


@pytest.mark.parametrize("guarded", of("make", lambda x, net: Keeping(x, net)), ids=["here", "wire"])
def test_what_a_network_keeps_of_its_arguments_is_a_copy(guarded):
    x, given = torch.ones(2, 2), nn.Linear(2, 2)
    before = given.weight.detach().clone()
    net = network(guarded, x, given)
    net.load([torch.full(s, 5.0) for s in net.shapes().values()])
    net(torch.ones(1, 2), mode="train")
    assert torch.equal(x, torch.ones(2, 2)) and torch.equal(given.weight, before)


class Keeping(nn.Module):
    """Holds what it was given."""

    def __init__(self, x, net):
        super().__init__()
        self.x, self.net = nn.Parameter(x), net

    def forward(self, h):
        return self.net(h @ self.x)


@pytest.mark.parametrize("guarded", of("make", lambda: nn.Dropout(0.5)), ids=["here", "wire"])
def test_chance_begins_from_the_seed(guarded):
    net, x = network(guarded), torch.ones(50)
    one, two = net(x, mode="train", seed=1), net(x, mode="train", seed=2)
    assert torch.equal(net(x, mode="train", seed=1), one) and not torch.equal(one, two) and torch.equal(net(x), x)


def test_a_check_holds_eight_networks_over_the_wire():
    make = Guarded(Loopback(small_mapping=small_mapping).functions["small_mapping"], "small_mapping")
    nets = [network(make, 2, 1) for _ in range(9)]
    nets[1](torch.ones(1, 2))
    with pytest.raises(Problem, match="can hold 8"):
        nets[0](torch.ones(1, 2))


def test_a_large_network_is_counted_and_not_called():
    for guarded in of("make", lambda: nn.Linear(4000, 4000)):
        net = network(guarded)
        assert net.count() == 16_004_000
        with pytest.raises(Problem, match="16,004,000 numbers"):
            net(torch.ones(1, 4000))


def test_names_of_a_part_are_told():
    assert "It has no part called body." in sentences(lambda: small_mapping(2, 1), lambda net: net.part("body"))


def test_a_number_of_parameters_is_told_with_what_is_too_much():
    def fit(net):
        net.fit({"weight": (2, 4, 4, 4), "scale": (4,), "shift": (4,)})

    text = sentences(lambda: nn.Sequential(nn.ConvTranspose2d(2, 4, 4), nn.BatchNorm2d(4)), fit)
    assert "It has 140 parameters; 136 are wanted: 4 more." in text and "beside batch norm" in text
    text = sentences(lambda: nn.Sequential(nn.Conv2d(2, 4, 4), nn.BatchNorm2d(4).requires_grad_(False)), fit)
    assert (
        "132 parameters; 136 are wanted: 4 fewer" in text and "(2, 4, 4, 4)" in text and "2 parameters do not" in text
    )


class Tied(nn.Module):
    """One weight in two layers."""

    def __init__(self):
        super().__init__()
        self.enter, self.leave = nn.Linear(4, 4), nn.Linear(4, 4)
        self.leave.weight = self.enter.weight

    def forward(self, x):
        return self.leave(self.enter(x).tanh())


class Noisy(nn.Module):
    """Makes its constants without a dtype, and keeps the first one that it has made."""

    def __init__(self):
        super().__init__()
        self.layer, self.table = nn.Linear(4, 4), None

    def forward(self, x):
        if self.table is None:
            self.table = torch.linspace(0, 1, 4)
        return F.linear(x, torch.eye(4)) + self.layer(x) + self.table + torch.randn(len(x), 4)


SPECIAL = {
    "spectral": (lambda: spectral_norm(nn.Linear(4, 4)), (2, 4), 20),
    "weight": (lambda: weight_norm(nn.Linear(4, 4)), (2, 4), 24),
    "lstm": (lambda: First(nn.LSTM(4, 4)), (3, 2, 4), 160),
    "attention": (lambda: nn.TransformerEncoderLayer(4, 2, 8, 0.0), (3, 2, 4), 172),
    "tied": (Tied, (2, 4), 24),
    "noisy": (Noisy, (2, 4), 20),
    "checkpointed": (lambda: nn.Sequential(nn.Conv1d(4, 4, 1), nn.GroupNorm(2, 4), nn.SiLU()), (2, 4, 3), 28),
}


class First(nn.Module):
    """The first part of a network's value."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net(x)[0]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("name", SPECIAL)
def test_special_layers_give_what_they_give_alone(name, dtype):
    make, shape, count = SPECIAL[name]
    alone = make().to(dtype).eval()
    x = torch.randn(shape, dtype=dtype)
    found = []
    for guarded in of("make", make):
        net = network(guarded)
        assert net.count() == count
        net.load([p.detach() for p in alone.parameters()], [b for b in alone.buffers()])
        y = net(x)
        (slope,), slopes = net.gradients(x, of=torch.ones_like(y))
        found.append([y, slope, *slopes.values(), net(x, mode="train"), *net.buffers().values()])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))
    if name != "noisy":
        leaf = x.clone().requires_grad_()
        want = alone(leaf)
        grads = torch.autograd.grad(want.sum(), [leaf, *alone.parameters()])
        for a, b in zip(found[0], [want, *grads], strict=False):
            assert a.dtype == dtype and torch.allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("guarded", of("make", lambda: nn.Embedding(5, 3)), ids=["here", "wire"])
def test_whole_numbers_go_in_without_a_gradient(guarded):
    net, t = network(guarded), torch.tensor([1, 4])
    net.load([torch.arange(15.0).reshape(5, 3)])
    inputs, weights = net.gradients(t, of=torch.ones(2, 3))
    assert torch.equal(net(t), torch.tensor([[3.0, 4, 5], [12, 13, 14]])) and inputs == []
    assert torch.equal(weights["weight"].sum(1), torch.tensor([0.0, 3, 0, 0, 3]))


class Flow(nn.Module):
    """Scale and shift, set from the first batch (actnorm)."""

    def __init__(self, by_buffer):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.ones(2)), nn.Parameter(torch.zeros(2))
        self.by_buffer, self.started = by_buffer, False
        self.register_buffer("set", torch.tensor(False))

    def forward(self, x):
        if not (self.set if self.by_buffer else self.started):
            self.scale.data, self.shift.data = 1 / x.std(0), -x.mean(0) / x.std(0)
            self.set.fill_(True)
            self.started = True
        return x * self.scale + self.shift, self.scale.log().sum().expand(len(x))

    def inverse(self, z):
        return (z - self.shift) / self.scale


@pytest.mark.parametrize("by_buffer", [True, False])
@pytest.mark.parametrize("place", [0, 1], ids=["here", "wire"])
def test_a_first_call_may_set_the_weights_where_the_check_says_so(place, by_buffer):
    kept = Flow(by_buffer)
    net, x = network(of("make", lambda: kept)[place]), 3 * torch.randn(50, 2).double() + 1
    with pytest.raises(Problem, match="changes its own weight scale"):
        net(x, mode="train")
    net.settle(x)
    z, log_det = net(x, mode="train")
    assert torch.allclose(z.mean(0), torch.zeros(2).double()) and torch.allclose(z.std(0), torch.ones(2).double())
    assert torch.allclose(net.weights()["scale"], 1 / x.std(0)) and log_det.shape == (50,)
    assert torch.allclose(net.method("inverse")(z), x)
    (slope,), slopes = net.method("inverse").gradients(z, of=torch.ones_like(z))
    assert torch.allclose(slope, x.std(0).expand(50, 2)) and slopes["shift"].shape == (2,)
    both = net.gradients(x, of=(torch.zeros_like(z), torch.ones(50).double()))
    assert torch.allclose(both[1]["scale"], 50 * x.std(0)) and not both[0][0].any()
    assert not kept.started and not kept.set and torch.equal(kept.scale, torch.ones(2)), "the learner's own has changed"


def test_a_method_that_is_not_there_is_told():
    assert "no method called inverse" in sentences(
        lambda: nn.Linear(2, 2), lambda net: net.method("inverse")(torch.ones(2))
    )
    assert "no method called weight" in sentences(
        lambda: nn.Linear(2, 2), lambda net: net.method("weight")(torch.ones(2))
    )


class Queue(nn.Module):
    """A buffer that a call changes in kind."""

    def __init__(self, act):
        super().__init__()
        self.register_buffer("seen", torch.zeros(1, dtype=torch.int64))
        self.act = act

    def forward(self, x):
        self.seen = self.act(self.seen)
        return x.clone()


def test_a_buffer_keeps_its_shape_and_may_be_made_anew():
    assert "changes the shape of seen" in sentences(lambda: Queue(lambda x: torch.ones(2)), call)
    for guarded in of("make", lambda: Queue(lambda x: x + 1.0)):
        net = network(guarded)
        assert call(net) is not None and call(net) is not None and net.buffers()["seen"].tolist() == [2]


class Answers:
    """A submission whose worker answers what it likes."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def ask(self, question):
        return {"value": self.answers.pop(0)}


LOOK = {"weights": [["w", [2], "float32"]], "buffers": [["b", [], "int64"]], "frozen": [], "parts": []}
STATE = {"weights": [torch.ones(2)], "buffers": [torch.tensor(1)]}
RUN = {"value": torch.ones(3), "buffers": [torch.tensor(2)], "inputs": [], "weights": []}


def test_good_answers_of_a_worker_are_taken():
    net = Net(RemoteNetwork(Answers(LOOK, STATE, RUN), 1))
    assert torch.equal(net(torch.ones(2)), torch.ones(3)) and net.buffers()["b"] == 2 and net.count() == 2


@pytest.mark.parametrize(
    "answers",
    [
        *({**LOOK, "weights": weights} for weights in (5, [["w"]], [["w", 2, "float32"]], [["w", [-1], "float32"]])),
        *({**LOOK, "weights": [["w", shape, "float32"]]} for shape in ([True], [1.5], [1] * 9, [1 << 30, 1 << 30])),
        *({**LOOK, "weights": [[name, [2], "float32"]]} for name in ("", "x" * 201, "a\n", 5, None, "b")),
        *({**LOOK, key: value} for key in ("frozen", "parts") for value in (None, [5], ["x"] * 5000)),
        {**LOOK, "buffers": [["b", [], "object"]]},
    ],
    ids=repr,
)
def test_a_look_that_cannot_be_is_refused(answers):
    with pytest.raises(Problem, match="cannot be followed"):
        Net(RemoteNetwork(Answers(answers, STATE), 1)).weights()


@pytest.mark.parametrize("key", ["weights", "buffers"])
@pytest.mark.parametrize(
    "value", [None, [], [5], [torch.ones(3)], [torch.ones(2).double()], [torch.ones(2), torch.ones(2)], {"w": 1}]
)
def test_a_state_that_cannot_be_is_refused(key, value):
    with pytest.raises(Problem, match="cannot be followed"):
        Net(RemoteNetwork(Answers(LOOK, {**STATE, key: value}), 1)).weights()


@pytest.mark.parametrize(
    "changed",
    [
        *({"buffers": value} for value in (None, [], [5], [torch.ones(1)], [torch.tensor(2.0)], [torch.tensor(1)] * 2)),
        *({key: [torch.ones(2)]} for key in ("inputs", "weights")),
    ],
    ids=repr,
)
def test_a_run_that_cannot_be_is_refused(changed):
    with pytest.raises(Problem, match="cannot be followed"):
        Net(RemoteNetwork(Answers(LOOK, STATE, {**RUN, **changed}), 1))(torch.ones(2))


@pytest.mark.parametrize(
    "changed", [{"inputs": [torch.ones(3)]}, {"weights": [torch.ones(2).double()]}, {"weights": []}]
)
def test_gradients_that_cannot_be_are_refused(changed):
    told = {**RUN, "inputs": [torch.ones(2)], "weights": [torch.ones(2)]}
    Net(RemoteNetwork(Answers(LOOK, STATE, told), 1)).gradients(torch.ones(2), of=torch.ones(3))
    with pytest.raises(Problem, match="cannot be followed"):
        Net(RemoteNetwork(Answers(LOOK, STATE, {**told, **changed}), 1)).gradients(torch.ones(2), of=torch.ones(3))
