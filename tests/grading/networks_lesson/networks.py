"""The checks of the lesson for tests."""

import copy

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, AdamW

from gm_ref.checks.core import check, expect, expect_close, expect_tensor, wave
from gm_ref.checks.core.network import network

MODES = "Look at the mode: batch norm uses the batch in training, and its running averages afterwards."


def filled(net):
    """Load fixed numbers by a network's own shapes, whatever they are."""
    net.load([wave(*shape, shift=7.0 * i) * 0.4 for i, shape in enumerate(net.shapes().values())])
    return net


def _generator_outputs(f):
    net = filled(network(f, 3, 2, 1))
    z = wave(4, 3, 1, 1, shift=3)
    before = net(z)[:2, :, ::3, ::5]
    return (
        torch.tensor([net.count(), len(net.buffers())]),
        before,
        net(z, mode="train")[:2, :, ::3, ::5],
        net(z)[:2, :, ::3, ::5],
    )


def _mapping_outputs(f):
    net = filled(network(f, 4, 3))
    return torch.tensor(net.count()), net(wave(3, 4, shift=2))


def generator_shapes(nz, ngf, nc):
    """Return the wanted shapes of weights and buffers."""
    norms = {f"{kind}{i}": (n,) for i, n in ((1, 2 * ngf), (2, ngf)) for kind in ("scale", "shift")}
    weights = {"conv1": (nz, 2 * ngf, 4, 4), "conv2": (2 * ngf, ngf, 4, 4), "conv3": (ngf, nc, 4, 4), **norms}
    return weights, {f"{kind}{i}": (n,) for i, n in ((1, 2 * ngf), (2, ngf)) for kind in ("mean", "var")}


STARTS = {f"{kind}{i}": value for i in (1, 2) for kind, value in (("shift", 0.0), ("mean", 0.0), ("var", 1.0))}


def generator_values(weights, buffers, z, mode):
    """Return the images, and the running averages afterwards, from the definition."""
    h, after = z, {}
    for i, (stride, padding) in enumerate(((1, 0), (2, 1), (2, 1)), start=1):
        h = F.conv_transpose2d(h, weights[f"conv{i}"].to(z.dtype), stride=stride, padding=padding)
        if i < 3:
            axes, many = (0, 2, 3), h.numel() // h.shape[1]
            mean, var = h.mean(axes), h.var(axes, correction=0)
            after |= {f"mean{i}": 0.9 * buffers[f"mean{i}"] + 0.1 * mean.detach()}
            after |= {f"var{i}": 0.9 * buffers[f"var{i}"] + 0.1 * var.detach() * many / (many - 1)}
            if mode == "eval":
                mean, var = buffers[f"mean{i}"], buffers[f"var{i}"]
            unit = (h - over(mean)) / (over(var) + 1e-5).sqrt()
            h = torch.relu(unit * over(weights[f"scale{i}"]) + over(weights[f"shift{i}"]))
    return torch.tanh(h), after if mode == "train" else buffers


def over(v):
    """Return v (C,) as (C, 1, 1), for images."""
    return v.reshape(-1, 1, 1)


@check(probes=[_generator_outputs])
def check_small_generator(small_generator, draw):
    """Compare with the definition under the check's own numbers, in both modes, with all gradients."""
    for nz, ngf, nc in ((3, 2, 1), (2, 3, 2)):
        net = network(small_generator, nz, ngf, nc)
        net.fit(*generator_shapes(nz, ngf, nc), STARTS, look="Count the channels of each layer.")
        weights = {name: 0.5 * draw.normal(*shape) for name, shape in net.shapes().items()}
        for mode in ("eval", "train", "eval"):
            _, shapes = generator_shapes(nz, ngf, nc)
            buffers = {
                k: draw.uniform(*s, low=0.3, high=2.0) if "var" in k else draw.normal(*s) for k, s in shapes.items()
            }
            _expect_generator(net, weights, buffers, (draw.normal(3, nz, 1, 1), mode))
        alone = net(draw.normal(1, nz, 1, 1).float())
        expect_tensor(alone, (1, nc, 16, 16), like=torch.zeros(1))


def _expect_generator(net, weights, buffers, call):
    z, mode = call
    net.load(weights, buffers)
    got = expect_tensor(net(z, mode=mode), (len(z), *generator_values(weights, buffers, z, mode)[0].shape[1:]), like=z)
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    z = z.clone().requires_grad_()
    want, after = generator_values(leaves, buffers, z, mode)
    expect_close(got, want, f"In {mode} mode its images are not those of the layers that are asked for.", MODES)
    for name, value in after.items():
        expect_close(net.buffers()[name], value, f"After a call in {mode} mode the running {name} is off.", MODES)
    net.load(weights, buffers)
    of = torch.ones_like(got) + got
    (slope,), slopes = net.gradients(z.detach(), of=of, mode=mode)
    z_slope, *others = torch.autograd.grad((want * of).sum(), [z, *leaves.values()])
    expect_close(slope, z_slope, f"In {mode} mode the gradient with respect to z is off.")
    for name, other in zip(leaves, others, strict=True):
        expect_close(slopes[name], other, f"In {mode} mode the gradient with respect to the {name} is off.")


@check(probes=[_mapping_outputs])
def check_small_mapping(small_mapping, draw):
    """Compare the parts, then the whole, with the definition."""
    for dim, depth in ((4, 3), (3, 1), (5, 2)):
        net = network(small_mapping, dim, depth)
        shapes = {
            f"{kind}{i}": (dim, dim) if kind == "weight" else (dim,)
            for i in range(depth)
            for kind in ("weight", "bias")
        }
        net.fit(shapes)
        weights = {name: draw.normal(*shape) for name, shape in shapes.items()}
        net.load(weights)
        z = draw.normal(6, dim)
        unit = z / (z.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
        expect_close(net.part("norm")(z), unit, "Its part norm does not divide by the root of the mean square.")
        h = z
        for i in range(depth):
            h = F.leaky_relu(h @ weights[f"weight{i}"].T + weights[f"bias{i}"], 0.2)
        expect_close(net.part("layers")(z), h, "Its part layers is not what the text asks for.")
        for mode in ("train", "eval"):
            again = expect_tensor(net(z, mode=mode), (6, dim), like=z)
            expect_close(again, net.part("layers")(unit), "The whole is not the norm and then the layers.")
        expect(not net.own_buffers, "It has buffers; nothing is kept here.")


def _step_outputs(f):
    net = small_net()
    optimizer = Adam(net.parameters(), lr=0.1)
    return [f(net, wave(4, 2), wave(4, 3, shift=5), optimizer) for _ in range(2)], *net.parameters()


def small_net():
    """Return a linear layer with fixed numbers."""
    net = nn.Linear(2, 3, dtype=torch.float64)
    with torch.no_grad():
        net.weight.copy_(wave(3, 2, shift=1))
        net.bias.copy_(wave(3, shift=9))
    return net


OPTIMIZERS = (
    lambda p: SGD(p, lr=0.3),
    lambda p: SGD(p, lr=0.3, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda p: SGD(p, lr=0.3, momentum=0.8, dampening=0.2),
    lambda p: Adam(p, lr=0.2, betas=(0.5, 0.9)),
    lambda p: Adam(p, lr=0.2, amsgrad=True),
    lambda p: AdamW(p, lr=0.2, weight_decay=0.3),
)


@check(probes=[_step_outputs])
def check_fit_step(fit_step, draw):
    """Make three steps beside torch's own, with each optimiser."""
    for make in OPTIMIZERS:
        net = small_net()
        twin = copy.deepcopy(net)
        own, other = make(net.parameters()), make(twin.parameters())
        for _ in range(3):
            x, y = draw.normal(5, 2), draw.normal(5, 3)
            got, loss = fit_step(net, x, y, own), (twin(x) - y).square().mean()
            other.zero_grad()
            loss.backward()
            other.step()
            expect_close(got, loss, "The loss is not the mean squared error before the step.")
            for p, q in zip(net.parameters(), twin.parameters(), strict=True):
                expect_close(p, q, f"A step of {type(own).__name__} does not bring the weights where they belong.")
            _expect_memory(own, other)


def _expect_memory(own, other):
    left, right = own.state_dict()["state"], other.state_dict()["state"]
    for place, state in right.items():
        for key, value in state.items():
            if value is not None:
                expect_close(left[place][key], value, f"The optimiser's {key} is off: step it once.")
