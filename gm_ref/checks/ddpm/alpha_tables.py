"""The check of alpha_tables."""

from collections.abc import Callable

import torch

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor
from gm_ref.checks.ddpm.oracles import BETA


def _tables(f: Callable) -> tuple:
    return tuple(f(BETA))


def _tables_one(f: Callable) -> tuple:
    return tuple(f(BETA[2:3]))


@check(probes=[_tables, _tables_one], rows=())
def check_alpha_tables(alpha_tables: Guarded, draw: Draws) -> None:
    """Probe each table against a walk along the chain: short, long, of one step, in float32."""
    for T, high in ((7, 0.6), (1, 0.6), (800, 0.03)):
        beta = draw.uniform(T, low=0.001, high=high)
        got = alpha_tables(beta)
        expect(
            isinstance(got, (tuple, list)) and len(got) == 3,
            "Return three tables in a tuple: alpha, alpha_bar, alpha_bar_prev.",
        )
        names = ("alpha", "alpha_bar", "alpha_bar_prev")
        alpha, bar, prev = (expect_tensor(x, (T,), like=beta, name=n) for x, n in zip(got, names, strict=True))
        expect_close(alpha, 1 - beta, "The first table is off: it is alpha, 1 - beta, and alpha_bar comes second.")
        walk = [1.0]
        for b in beta.tolist():
            walk.append(walk[-1] * (1 - b))
        shares = torch.tensor(walk, dtype=torch.float64)
        expect_close(
            bar,
            shares[1:],
            "alpha_bar is off: alpha_bar_t is the product of all alphas up to and with step t.",
            "The first entry is alpha_0 itself.",
        )
        expect(
            bool((prev[0] - 1).abs() < 1e-9),
            "alpha_bar_prev does not begin with 1: before the first step all is signal.",
            f"Yours begins with {float(prev[0]):.5g}.",
        )
        expect_close(prev, shares[:-1], "alpha_bar_prev is off: it is alpha_bar one step earlier, with a 1 in front.")
    single = tuple(alpha_tables(BETA.float()))
    for x, name in zip(single, names, strict=True):
        expect_tensor(x, (6,), like=BETA.float(), name=f"{name} of float32 betas")
    expect_close(single[2][1:], single[1][:-1].double(), "In float32, alpha_bar_prev is not alpha_bar one step late.")
    expect_close(single[1], torch.cumprod(1 - BETA, dim=0), "In float32, alpha_bar is off.")
