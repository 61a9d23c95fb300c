"""The check of linear_vae_posterior."""

import torch
from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_close, given, wave

W32 = torch.tensor([[0.9, 0.1], [-0.3, 0.8], [0.4, -0.5]], dtype=torch.float64)
W22 = torch.tensor([[0.9, 0.4], [-0.3, 0.8]], dtype=torch.float64)
PROBES = [given(W32, 0.3, wave(4, 3)), given(W22, 0.6, wave(2, 2))]


def by_conditioning(W: Tensor, noise_var: float, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and covariance of z given x by conditioning the joint Gaussian of z and x."""
    marginal = W @ W.T + noise_var * torch.eye(len(W), dtype=W.dtype)
    gain = torch.linalg.solve(marginal, W).T
    return x @ gain.T, torch.eye(W.shape[1], dtype=W.dtype) - gain @ W


@check(probes=PROBES, rows=(), same_dtype=("W", "x"), slopes=("W", "x"), exact=True)
def check_linear_vae_posterior(linear_vae_posterior: Guarded, draw: Draws) -> None:
    """Probe it against conditioning the joint Gaussian of (z, x), for latent spaces of several sizes."""
    beside = Beside(linear_vae_posterior, by_conditioning, ("mean", "covariance"))
    for D, K, B in ((5, 2, 3), (6, 3, 4), (3, 3, 3), (4, 1, 2), (2, 4, 1)):
        args = draw.normal(D, K), 0.1 + float(draw.uniform(1)), draw.normal(B, D)
        where = f"W has shape {(D, K)}, x {(B, D)}."
        beside.only("covariance").at(
            args,
            "The covariance is not that of z given x.",
            "It is noise_var times the inverse of M = W^T W + noise_var I, a K x K matrix, the same for every x.",
            where,
        )
        beside.at(
            args,
            "The mean is not that of z given x.",
            "It is the inverse of M = W^T W + noise_var I, applied to W^T x.",
            where,
        )
    for D, K, noise_var in ((5, 2, 1e-3), (5, 2, 50.0), (2, 3, 1e-4)):
        for got, want, name in beside.parts((draw.normal(D, K), noise_var, draw.normal(3, D))):
            expect_close(got, want, f"The {name} is off.", f"W has shape {(D, K)}, noise_var is {noise_var:g}.")
    W, x = draw.normal(5, 2), draw.normal(3, 5)
    beside.at((W, 0.4, 100 * x), "For x far from the data the {name} is off.")
    beside.everywhere((W, 0.4, x))
