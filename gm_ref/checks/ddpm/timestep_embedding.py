"""The check of timestep_embedding."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, expect_in_float32, expect_refused, given
from gm_ref.checks.core.expect import expect, short

ANGLES = "The angles are t * 10000^(-i / half), i = 0 .. half-1, half = dim / 2: from t down to almost t / 10000."


def features(t: Tensor, dim: int) -> Tensor:
    """Return the features (B, dim)."""
    periods = torch.tensor([10000 ** (2 * i / dim) for i in range(dim // 2)], dtype=torch.float64)
    angles = t.double()[:, None] / periods
    return torch.cat([angles.sin(), angles.cos()], dim=1)


PROBES = [
    given(torch.tensor([3, 0, 40, 7, 121]), 6),
    given(torch.tensor([5, 1, 30, 12]), 4) + given(torch.tensor([2, 9]), 8),
]


PROBES = PROBES


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
    claim = f"For float64 t that are no whole numbers, t = {between.tolist()}, the features are off."
    beside.at((between, 4), claim, "The angles are multiples of t as it comes: look for long or int.")
    beside.everywhere((between, 6))
    t = torch.tensor([999, 0, 1, 999, 500 + int(draw.steps(400, 1))])
    for steps in (t, t.float()):
        ((got, want, _),) = beside.parts((steps, 16), f"of {short(steps)} t")
        claim = f"For {short(steps)} t the features are {short(got)}; float32 was expected."
        expect(got.dtype == torch.float32, claim)
        claim = f"For {short(steps)} t, such as t = 999, the features are off by more than rounding."
        expect_in_float32(got, want, claim, room=1e-3)
    look = "Half of the features are sines and half cosines: raise ValueError, where some public code pads with a zero."
    for dim in (5, 1):
        expect_refused(timestep_embedding, (t, dim), f"an odd dim, such as {dim}", look)
