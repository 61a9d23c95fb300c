"""What several checks of lesson 31 share: oracles, inputs, expectations."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, expect, expect_close, expect_raises, expect_tensor, slope
from gm_ref.checks.core.precise import SINGLE, expect_slope
from gm_ref.checks.core.verdict import Problem
from gm_ref.kit.probes.ddpm import (
    TimeScaled,
    TrainablePredictor,
)

ALPHA_BAR = torch.tensor([0.95, 0.8, 0.6, 0.35, 0.1, 0.02], dtype=torch.float64)  # well-spread shares of signal


BAR_EDGES = torch.tensor([1 - 1e-6, 0.5, 1e-4, 1e-9], dtype=torch.float64)


BETA = torch.tensor([0.07, 0.11, 0.3, 0.18, 0.45, 0.62], dtype=torch.float64)  # not monotone: no table is sorted


SMALL = torch.tensor([1e-4, 2e-4, 1e-3, 0.3], dtype=torch.float64)  # betas as at the start of a long chain


def over(v: Tensor, x: Tensor) -> Tensor:
    """Return v (B,) as (B, 1, ...) to go with x (B, *)."""
    return v.reshape(-1, *[1] * (x.dim() - 1))


def chain(beta: Tensor) -> tuple[Tensor, ...]:
    """Walk a chain step by step and return, each (T,), what conditioning the Gaussian (x_{t-1}, x_t) on x_t gives.

    signal, noise_var: x_t is N(signal x0, noise_var); to_x0, to_x_t, var: x_{t-1} given x_t is
    N(to_x0 x0 + to_x_t x_t, var).
    """
    rows, signal, noise_var = [], 1.0, 0.0
    for b in beta.tolist():
        shrink = math.sqrt(1 - b)
        total = shrink**2 * noise_var + b
        gain = shrink * noise_var / total
        rest = (signal * (1 - gain * shrink), gain, noise_var * b / total)
        signal, noise_var = shrink * signal, total
        rows.append((signal, noise_var, *rest))
    return tuple(torch.tensor(rows, dtype=torch.float64).unbind(1))


SHAPES = ((6, 2, 4, 5), (3, 1, 2, 4), (4, 4), (3, 3, 3, 3), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3))


UNCUT = "Later a loss is sent back through this function: cut nothing out of the graph."


OWN_STEP = "Each sample has its own step t: index the table with the whole of t, then give it axes of size 1."


def own_steps(draw: Draws, T: int, batch: int) -> Tensor:
    """Return a step for each sample: all different; the last for a batch of 1; for 5, repeated, 0 first."""
    fixed = {1: [T - 1], 5: [0, T - 1, T - 1, 2, 0]}
    return torch.tensor(fixed[batch]) if batch in fixed else draw.steps(T, batch)


def expect_same_twice(f: Guarded, *args: object) -> None:
    """Raise a Problem where two calls with the same arguments differ: the function draws noise of its own."""
    first, second = f(*args), f(*args)
    expect(
        not isinstance(first, Tensor) or torch.equal(first, second),
        "Two calls with the same arguments give different results: it draws random numbers of its own.",
        "All it needs is in its arguments; look for randn, randn_like, randint or normal_ inside.",
    )


def expect_nothing_from_nothing(f: Guarded, *args: object) -> None:
    """Raise a Problem where f makes something of data and noise that are all 0."""
    got = f(*args)
    expect(
        not isinstance(got, Tensor) or not bool(got.any()),
        "With data and noise all 0, the result must be 0.",
        "Something else comes in: noise drawn inside, after manual_seed too, or a number added.",
    )


def expect_value_error(call: Callable, claim: str, look: str) -> None:
    """Raise a Problem unless call() raises ValueError; another error is told for what it is."""
    try:
        expect_raises(call, ValueError, claim, look)
    except Problem as problem:
        if problem.status != "raised":
            raise
        raise Problem("property", "It stops, but not with a ValueError.", look, *problem.lines) from None


def expect_two_parts(
    f: Guarded, draw: Draws, tables: tuple[Tensor, Tensor], weigh: Callable, told: tuple[tuple[str, str], ...]
) -> None:
    """Probe f(x, t, eps, table) = a[t] x + b[t] eps with a, b = weigh(table): each part alone, the sum, gradients.

    tables: a moderate one, and one that comes close to 0 and 1.
    told: claim and place to look for the x part, then for the eps part.
    """
    table, T = tables[0], len(tables[0])
    weights = weigh(table)
    expect_same_twice(f, draw.normal(2, 3), draw.steps(T, 2), draw.normal(2, 3), table)
    nothing = torch.zeros(2, 3, dtype=torch.float64)
    expect_nothing_from_nothing(f, nothing, draw.steps(T, 2), nothing, table)
    expect_any_size(f, draw, table)
    for shape in SHAPES:
        x, eps, t = 3 * draw.normal(*shape), draw.normal(*shape), own_steps(draw, T, shape[0])
        zero, (a, b) = torch.zeros_like(x), (over(w[t], x) for w in weights)
        first = expect_tensor(f(x, t, zero, table), shape, like=x, name=f"the result for x of shape {shape}")
        expect_close(first, a * x, *told[0], f"x has shape {shape}, t = {t.tolist()}.")
        second = expect_tensor(f(zero, t, eps, table), shape, like=x)
        expect_close(second, b * eps, *told[1], f"x has shape {shape}, t = {t.tolist()}.")
        whole = expect_tensor(f(x, t, eps, table), shape, like=x)
        expect_close(whole, first + second, "The result is not the sum of its two parts.", "It must not be clipped.")
    expect_edges(f, draw, tables[1], weigh)
    x, eps, t = draw.normal(2, T, 5).transpose(0, 1), draw.normal(T, 2, 5), draw.steps(T, T)
    a, b = (over(w[t], eps) for w in weights)
    expect_close(f(x, t, eps, table), a * x + b * eps, "For an x that is not contiguous the result is off.")
    t = torch.tensor([T - 1, 0, T - 1, 2])
    x, eps = draw.normal(4, 3).float(), draw.normal(4, 3).float()
    a, b = (over(w[t], x) for w in weights)
    for kept in (table, table.float()):
        single = expect_tensor(f(x, t, eps, kept), x.shape, like=x, name="the result for float32 data")
        expect_close(single, a * x.double() + b * eps.double(), "In float32 the result is off.", SINGLE)
    for place, weight, name in ((0, a, "the data"), (2, b, "eps")):
        expect_slope(f, (x.double(), t, eps.double(), table), place, name, weight.expand_as(x).double(), UNCUT)


def expect_any_size(f: Guarded, draw: Draws, table: Tensor) -> None:
    """Raise a Problem where the result depends on the size of a batch or of a sample."""
    x, eps, t = draw.normal(4, 3), draw.normal(4, 3), draw.steps(4, 4)
    usual = expect_tensor(f(x, t, eps, table), (4, 3), like=x, name="the result for x of shape (4, 3)")
    expect_close(
        f(100 * x, t, 100 * eps, table),
        100 * usual,
        "With x and eps 100 times larger, the result is not 100 times larger.",
        "Look for a clamp or a clip: data may be of any size.",
    )


def expect_edges(f: Guarded, draw: Draws, edges: Tensor, weigh: Callable) -> None:
    """Raise a Problem where the weights are off at the ends of the table."""
    x, eps, t = draw.normal(4, 3), draw.normal(4, 3), draw.steps(4, 4)
    a, b = (over(w[t], x) for w in weigh(edges))
    expect_close(
        f(x, t, eps, edges),
        a * x + b * eps,
        "With a table that comes close to 0 and to 1, as at the two ends of a real chain, the result is off.",
        "Look for a small number added to the table, or a clamp on it.",
        f"The table is {edges.tolist()}, t = {t.tolist()}.",
    )


def expect_trainable(loss: Guarded, right: Callable, *args: Tensor) -> None:
    """Raise a Problem where no gradient, or another one, reaches the network's parameters."""
    net = TrainablePredictor()
    got = loss(net, *args)
    expect(
        net.training and net.weight.grad is None,
        "It leaves the network in evaluation mode, or with gradients.",
        "The training step decides on train and eval and calls backward; here the network is only asked.",
    )
    reached = isinstance(got, Tensor) and got.requires_grad and loss.gradient(net, *args, wrt=0)
    expect(
        isinstance(reached, Tensor) and bool(reached.any()),
        "No gradient reaches the network: it could not be trained with this loss.",
        "Look for no_grad, detach, item or numpy after the call of net.",
    )
    want = slope(lambda module: right(module, *args), net)
    expect_close(reached, want, "The gradient that trains the network is off although the loss is right.")


def expect_slope_if_any(loss: Guarded, rights: tuple[Callable, ...], *args: Tensor) -> None:
    """Compare the gradient with respect to x0; x_t made without a graph is right for training, so none may be."""
    net, (x0, t, eps, table) = TimeScaled(), args
    try:
        got = loss.gradient(net, x0, t, eps, table, wrt=1)
    except Problem as problem:
        if problem.status == "property":
            return
        raise
    wants = [slope(lambda x, r=right: r(net, x, t, eps, table), x0) for right in rights]
    if not any(got.shape == want.shape and torch.allclose(got.double(), want, rtol=1e-7) for want in wants[1:]):
        claim = "The gradient with respect to x0 is off although the value is right."
        expect_close(got, wants[0], claim, "Look for a detach on the way.")
