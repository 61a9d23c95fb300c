"""The check of beta_schedule."""

import math
from itertools import pairwise

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, expect_digits, expect_refused, given
from gm_ref.checks.core.expect import expect, is_refusal, short
from gm_ref.checks.core.verdict import Problem

DOUBLE = "Make the table with dtype=torch.float64 from the first line on; a cast at the end brings no digits back."
ENDS = "For T = 1000 they run from 1e-4 to 0.02, both included; for another T both ends are 1000 / T times that."
SHARES = "f(u) = cos(pi/2 (u + 0.008) / 1.008)^2 and beta_t = 1 - f((t+1)/T) / f(t/T): T + 1 values of f, T quotients."
CAP = "There f(1) = 0: the quotient alone gives 1, so cap beta at 0.999."
PROBES = [
    lambda f: (f("linear", 25), f("linear", 200)[::20]),
    given("cosine", 4) + given("cosine", 30),
    lambda f: 1 - f("cosine", 4)[-1:],  # the share of variance that the cap leaves
]


def one_by_one(kind: str, T: int) -> Tensor:
    """Return the betas (T,), number by number: a share of the signal is (1 + cos) / 2 of twice the angle."""
    shares = [1 + math.cos(math.pi * (step / T + 0.008) / 1.008) for step in range(T + 1)]
    line = [(0.1 * (T - 1 - k) + 20 * k) / max(T - 1, 1) / T if T > 1 else 0.1 for k in range(T)]
    cosine = [min(1 - late / early, 0.999) for early, late in pairwise(shares)]
    return torch.tensor(line if kind == "linear" else cosine, dtype=torch.float64)


@check(probes=PROBES, rows=(), float32=False)
def check_beta_schedule(beta_schedule: Guarded, draw: Draws) -> None:
    """Probe the ends and the spacing of the line, the cosine betas and their cap, and what must be refused."""
    beside = Beside(beta_schedule, one_by_one)
    for T in (1000, 200, 22, 60 + int(draw.steps(300, 1))):
        beta, want = table(beside, "linear", T)
        expect_close(beta[[0, -1]], want[[0, -1]], f"The linear betas of {T} steps begin or end elsewhere.", ENDS)
        expect_digits(beta, want, f"The linear betas of {T} steps are not evenly spaced between their ends.")
    for T in (1000, 2, 1, 20 + int(draw.steps(300, 1))):
        beta, want = table(beside, "cosine", T)
        told = f"A cosine beta of {T} steps is off."
        expect_digits(beta[:-1], want[:-1], told, SHARES, "Only the last needs the cap.")
        expect_digits(beta[-1], want[-1], f"The last cosine beta of {T} steps must be 0.999.", CAP)
    for T in (10, 19, 20):
        look = f"Its last beta would be {20 / T:.3g}, and a variance share must stay below 1: raise ValueError."
        expect_refused(beta_schedule, ("linear", T), f"T = {T} for the linear schedule", look)
    for kind in ("square", "Linear", ""):
        look = "Only 'linear' and 'cosine' are known: raise ValueError for anything else."
        expect_refused(beta_schedule, (kind, 50), f"the kind {kind!r}", look)
    for kind in ("cosine", "linear"):
        look = "A chain of no steps has no betas: raise ValueError, before anything is divided by T."
        expect_refused(beta_schedule, (kind, 0), f"T = 0 for the {kind} schedule", look)
    try:
        beside.at(("linear", 1), "For T = 1 the linear beta is its first end, 0.1; a ValueError is right as well.")
    except Problem as problem:
        expect(is_refusal(problem, ValueError), *problem.lines)


def table(beside: Beside, kind: str, T: int) -> tuple[Tensor, Tensor]:
    """Return the betas (T,) and what is right, or raise a Problem where they are no float64 table of T values."""
    ((beta, want, _),) = beside.parts((kind, T), f"for kind = {kind!r}, T = {T}")
    expect(beta.dtype == torch.float64, f"The {kind} betas are {short(beta)}; a table is float64.", DOUBLE)
    return beta, want
