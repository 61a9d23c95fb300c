"""The check of timestep_embedding."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_tensor
from gm_ref.checks.ddpm.oracles import expect_value_error


def angles_of(t: Tensor, dim: int) -> Tensor:
    """Return the angles (B, half) of the steps t, number by number."""
    half = dim // 2
    rows = [[step / 10000 ** (i / half) for i in range(half)] for step in t.tolist()]
    return torch.tensor(rows, dtype=torch.float64)


def _embedding_wide(f: Callable) -> Tensor:
    return f(torch.tensor([3, 0, 40, 7, 121]), 6)


def _embedding_square(f: Callable) -> tuple:
    return f(torch.tensor([5, 1, 30, 12]), 4), f(torch.tensor([2, 9]), 8)


@check(probes=[_embedding_wide, _embedding_square])
def check_timestep_embedding(timestep_embedding: Guarded, draw: Draws) -> None:
    """Probe the angles one by one, the order of the halves, dtypes, long chains, and the refusal of an odd dim."""
    for batch, dim in ((5, 6), (4, 4), (3, 6), (1, 8), (7, 2), (2, 32)):
        t = draw.steps(50, batch).double()
        got = expect_tensor(timestep_embedding(t, dim), (batch, dim), like=t, name="the embedding of float64 t")
        angles = angles_of(t, dim)
        look = (
            "The angles are t * 10000^(-i / half), i = 0 .. half-1, half = dim / 2: from t down to almost t / 10000.",
            f"t = {t.tolist()}, dim = {dim}.",
        )
        expect_close(
            got[:, : dim // 2], angles.sin(), "The first half is not the sines of the angles, in order.", *look
        )
        expect_close(got[:, dim // 2 :], angles.cos(), "The second half is not the cosines of the same angles.", *look)
    between = torch.tensor([2.5, 0.25, 30.75], dtype=torch.float64)
    got = expect_tensor(timestep_embedding(between, 4), (3, 4), like=between, name="the embedding of float64 t")
    expect_close(
        got[:, :2],
        angles_of(between, 4).sin(),
        f"For float64 t that are no whole numbers, t = {between.tolist()}, the sines are off.",
        "The angles are multiples of t as it comes: look for long or int.",
    )
    t = torch.tensor([999, 0, 1, 999, 500 + int(draw.steps(400, 1))])
    got = expect_tensor(timestep_embedding(t, 16), (5, 16), name="the embedding of int64 t")
    expect(
        got.dtype == torch.float32,
        f"For int64 t the features are {str(got.dtype).removeprefix('torch.')}; float32 was expected.",
    )
    angles = angles_of(t, 16)
    gap = (got.double() - torch.cat([angles.sin(), angles.cos()], dim=1)).abs().amax(dim=1)
    expect(
        bool((gap < 2e-3).all()),
        "For int64 t, such as t = 999, the features are off by more than rounding.",
        f"t = {t.tolist()}; the largest differences are {[f'{g:.1e}' for g in gap.tolist()]}.",
    )
    single = timestep_embedding(t.float(), 16)
    expect(isinstance(single, Tensor) and single.dtype == torch.float32, "For float32 t the features must be float32.")
    expect_close(
        single, got.double(), "The features of float32 t differ from those of the same whole numbers.", "Scale nothing."
    )
    for dim in (5, 1):
        expect_value_error(
            lambda d=dim: timestep_embedding(t, d),
            f"An odd dim, such as {dim}, is accepted.",
            "Half of the features are sines and half cosines: raise ValueError, where some public code pads with a zero.",
        )
