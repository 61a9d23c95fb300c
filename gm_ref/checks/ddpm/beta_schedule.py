"""The check of beta_schedule."""

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor
from gm_ref.checks.ddpm.oracles import expect_value_error


def cosine_share(u: float) -> float:
    """Return cos(pi/2 (u + 0.008) / 1.008)^2, the share of signal before it is divided by its value at 0."""
    return math.cos(math.pi / 2 * (u + 0.008) / 1.008) ** 2


def _beta_linear(f: Callable) -> tuple:
    return f("linear", 25), f("linear", 200)[::20]


def _beta_cosine(f: Callable) -> tuple:
    return f("cosine", 4), f("cosine", 30)


def expect_double(got: Tensor, want: Tensor, kind: str) -> None:
    """Raise a Problem where got equals want only to the seven digits of float32."""
    expect(
        bool(((got - want).abs() <= 1e-9 * want).all()),
        f"The {kind} betas are float64 in name only: they were computed in float32.",
        "Make the table with dtype=torch.float64 from the first line on; a cast at the end brings no digits back.",
    )


def expect_table(beta_schedule: Guarded, kind: str, T: int) -> Tensor:
    """Return the betas (T,), or raise a Problem where they are no float64 table of T values."""
    beta = expect_tensor(beta_schedule(kind, T), (T,), name=f"beta_schedule({kind!r}, {T})")
    expect(
        beta.dtype == torch.float64,
        f"The {kind} betas are {str(beta.dtype).removeprefix('torch.')}; a table is float64.",
        "Make it with dtype=torch.float64 from the first line on; a cast at the end brings no digits back.",
    )
    return beta


@check(probes=[_beta_linear, _beta_cosine], rows=(), float32=False)
def check_beta_schedule(beta_schedule: Guarded, draw: Draws) -> None:
    """Probe the ends and the spacing of the line, the shares that cosine betas leave, and what must be refused."""
    for T in (1000, 200, 22, 60 + int(draw.steps(300, 1))):
        beta = expect_table(beta_schedule, "linear", T)
        ends = torch.tensor([1e-4, 0.02], dtype=torch.float64) * 1000 / T
        expect_close(
            beta[[0, -1]],
            ends,
            f"The linear betas of {T} steps begin or end elsewhere.",
            "For T = 1000 they run from 1e-4 to 0.02, both included; for another T both ends are 1000 / T times that.",
        )
        line = ends[0] + (ends[1] - ends[0]) * torch.arange(T, dtype=torch.float64) / (T - 1)
        expect_close(beta, line, f"The linear betas of {T} steps are not evenly spaced between their ends.")
        expect_double(beta, line, "linear")
    for T in (1000, 2, 20 + int(draw.steps(300, 1))):
        beta = expect_table(beta_schedule, "cosine", T)
        f = [cosine_share(step / T) for step in range(T + 1)]
        share = torch.tensor(f[1:-1], dtype=torch.float64) / f[0]
        expect_close(
            torch.cumprod(1 - beta, dim=0)[:-1],
            share,
            f"After step t the cosine betas of {T} steps do not leave the share f((t+1)/T) / f(0) of the signal.",
            "f(u) = cos(pi/2 (u + 0.008) / 1.008)^2 and beta_t = 1 - f((t+1)/T) / f(t/T): T + 1 values of f, T quotients.",
        )
        expect_close(
            beta[-1],
            0.999,
            f"The last cosine beta of {T} steps must be 0.999.",
            "There f(1) = 0: the quotient alone gives 1, so cap beta at 0.999.",
        )
        want = torch.tensor([1 - b / a for a, b in pairwise(f[:-1])], dtype=torch.float64)
        expect_close(beta[:-1], want, f"A cosine beta of {T} steps is off.", "Only the last needs the cap.")
        expect_double(beta[:-1], want, "cosine")
    for T in (10, 19):
        expect_value_error(
            lambda T=T: beta_schedule("linear", T),
            f"T = {T} is accepted for the linear schedule.",
            f"Its last beta would be {20 / T:.3g}, and a variance share must stay below 1: raise ValueError.",
        )
    for kind in ("square", "Linear", ""):
        expect_value_error(
            lambda k=kind: beta_schedule(k, 50),
            f"The kind {kind!r} is accepted.",
            "Only 'linear' and 'cosine' are known: raise ValueError for anything else.",
        )
    for kind in ("cosine", "linear"):
        expect_value_error(
            lambda k=kind: beta_schedule(k, 0),
            f"T = 0 is accepted for the {kind} schedule.",
            "A chain of no steps has no betas: raise ValueError, before anything is divided by T.",
        )
