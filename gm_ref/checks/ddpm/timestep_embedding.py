"""The check of timestep_embedding."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect, expect_close, expect_refused, given

ANGLES = "The angles are t * 10000^(-i / half), i = 0 .. half-1, half = dim / 2: from t down to almost t / 10000."


def features(t: Tensor, dim: int) -> Tensor:
    """Return the features (B, dim), number by number."""
    half = dim // 2
    angles = torch.tensor(
        [[step / 10000 ** (i / half) for i in range(half)] for step in t.tolist()], dtype=torch.float64
    )
    return torch.cat([angles.sin(), angles.cos()], dim=1)


PROBES = [
    given(torch.tensor([3, 0, 40, 7, 121]), 6),
    given(torch.tensor([5, 1, 30, 12]), 4) + given(torch.tensor([2, 9]), 8),
]


@check(
    probes=PROBES,
)
def check_timestep_embedding(timestep_embedding: Guarded, draw: Draws) -> None:
    """Probe the angles one by one, the order of the halves, dtypes, long chains, and the refusal of an odd dim."""
    beside = Beside(timestep_embedding, features, ["the embedding"])
    for batch, dim in ((5, 6), (4, 4), (3, 6), (1, 8), (7, 2), (2, 32)):
        t = draw.steps(50, batch).double()
        ((got, want, _),) = beside.parts((t, dim), "of float64 t")
        told, half = (ANGLES, f"t = {t.tolist()}, dim = {dim}."), dim // 2
        expect_close(got[:, :half], want[:, :half], "The first half is not the sines of the angles, in order.", *told)
        expect_close(got[:, half:], want[:, half:], "The second half is not the cosines of the same angles.", *told)
    between = torch.tensor([2.5, 0.25, 30.75], dtype=torch.float64)
    beside.at(
        (between, 4),
        f"For float64 t that are no whole numbers, t = {between.tolist()}, the features are off.",
        "The angles are multiples of t as it comes: look for long or int.",
    )
    beside.everywhere((between, 6))
    t = torch.tensor([999, 0, 1, 999, 500 + int(draw.steps(400, 1))])
    for steps, kind in ((t, "int64"), (t.float(), "float32")):
        ((got, want, _),) = beside.parts((steps, 16), f"of {kind} t")
        came = str(got.dtype).removeprefix("torch.")
        expect(came == "float32", f"For {kind} t the features are {came}; float32 was expected.")
        gap = (got.double() - want).abs().amax(dim=1)
        expect(
            bool((gap < 2e-3).all()),
            f"For {kind} t, such as t = 999, the features are off by more than rounding.",
            f"t = {t.tolist()}; the largest differences are {[f'{g:.1e}' for g in gap.tolist()]}.",
        )
    look = "Half of the features are sines and half cosines: raise ValueError, where some public code pads with a zero."
    for dim in (5, 1):
        expect_refused(timestep_embedding, (t, dim), f"an odd dim, such as {dim}", look)
