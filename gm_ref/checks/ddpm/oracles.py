"""What several checks of lesson 31 share: oracles, inputs, expectations."""

import math

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, expect_close

ALPHA_BAR = torch.tensor([0.95, 0.8, 0.6, 0.35, 0.1, 0.02], dtype=torch.float64)  # well-spread shares of signal
BAR_EDGES = torch.tensor([1 - 1e-6, 0.5, 1e-4, 1e-9], dtype=torch.float64)
BETA = torch.tensor([0.07, 0.11, 0.3, 0.18, 0.45, 0.62], dtype=torch.float64)  # not monotone: no table is sorted
SMALL = torch.tensor([1e-4, 2e-4, 1e-3, 0.3], dtype=torch.float64)  # betas as at the start of a long chain
SHAPES = ((6, 2, 4, 5), (3, 1, 2, 4), (4, 4), (3, 3, 3, 3), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3))
SIGNAL = "A share of the variance scales the signal by its square root."
UNBOUNDED = "Look for a clamp or a clip, and for something added that grows with neither: data may be of any size."
OWN_STEP = "Each sample has its own step t: index the table with the whole of t, then give it axes of size 1."


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


def turned(x: Tensor, eps: Tensor, noise_var: Tensor) -> Tensor:
    """Return what noise of this variance, (B,), makes of x: a turn from x towards eps, which keeps variance 1."""
    angle = over(torch.asin(noise_var.double().sqrt()), x)
    return angle.cos() * x + angle.sin() * eps


def own_steps(draw: Draws, T: int, batch: int) -> Tensor:
    """Return a step for each sample: all different; the last for a batch of 1; for 5, repeated, 0 first."""
    fixed = {1: [T - 1], 5: [0, T - 1, T - 1, 2, 0]}
    return torch.tensor(fixed[batch]) if batch in fixed else draw.steps(T, batch)


def cases(draw: Draws) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return data, steps and noise for batches of many shapes, on a chain of six steps."""
    return [(draw.normal(*shape), own_steps(draw, 6, shape[0]), draw.normal(*shape)) for shape in SHAPES]


def expect_two_parts(beside: Beside, draw: Draws, tables: tuple, first: tuple, second: tuple) -> None:
    """Probe f(x, t, eps, table): the part of x and that of eps alone, their sum, the ends of the table, and all else.

    tables: a moderate one, and one that comes close to 0 and 1; first, second: a part's claim and where to look.
    """
    (table, edges), t = tables, own_steps(draw, 6, 6)
    x, eps, told = 3 * draw.normal(6, 2, 4), draw.normal(6, 2, 4), f"t = {t.tolist()}."
    (mine, _, _), (large, _, _) = (beside.parts((k * x, t, k * eps, table))[0] for k in (1, 100))
    expect_close(large, 100 * mine, "With x and eps 100 times larger, the result is not 100 times larger.", UNBOUNDED)
    beside.at((x, t, 0 * eps, table), *first, OWN_STEP, told)
    beside.at((0 * x, t, eps, table), *second, OWN_STEP, told)
    beside.at((x, t, eps, table), "The result is not the sum of its two parts.", "It must not be clipped.")
    few = draw.steps(4, 4)
    claim = "With a table that comes close to 0 and to 1, as at the two ends of a real chain, the result is off."
    look = "Look for a small number added to the table, or a clamp on it."
    beside.at((x[:4], few, eps[:4], edges), claim, look, f"The table is {edges.tolist()}, t = {few.tolist()}.")
    beside.everywhere((x, t, eps, table), [(*case, table) for case in cases(draw)])
