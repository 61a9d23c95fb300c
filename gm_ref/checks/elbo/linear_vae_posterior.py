"""The check of linear_vae_posterior."""

from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_close,
    expect_tensor,
    wave,
)
from gm_ref.checks.core.precise import expect_digits, expect_in_float32

W32 = torch.tensor([[0.9, 0.1], [-0.3, 0.8], [0.4, -0.5]], dtype=torch.float64)


W22 = torch.tensor([[0.9, 0.4], [-0.3, 0.8]], dtype=torch.float64)


def _posterior(f: Callable) -> tuple:
    return f(W32, 0.3, wave(4, 3))


def _posterior_square(f: Callable) -> tuple:
    return f(W22, 0.6, wave(2, 2))


@check(probes=[_posterior, _posterior_square], rows=(), same_dtype=("W", "x"))
def check_linear_vae_posterior(linear_vae_posterior: Guarded, draw: Draws) -> None:
    """Probe it against conditioning the joint Gaussian of (z, x), for latent spaces of several sizes."""
    for sizes in ((5, 2, 3), (6, 3, 4), (3, 3, 3), (4, 1, 2), (2, 4, 1)):
        _expect_posterior(linear_vae_posterior, draw, sizes)
    for D, K, noise_var in ((5, 2, 1e-3), (5, 2, 50.0), (2, 3, 1e-4)):
        W, x = draw.normal(D, K), draw.normal(3, D)
        gain = _gain(W, noise_var)
        where = f"W has shape {(D, K)}, noise_var is {noise_var:g}."
        mean, cov = linear_vae_posterior(W, noise_var, x)
        expect_close(cov, torch.eye(K, dtype=torch.float64) - gain @ W, "The covariance is off.", where)
        expect_close(mean, x @ gain.T, "The mean is off.", where)
    W, x = draw.normal(5, 2), draw.normal(3, 5)
    gain = _gain(W, 0.4)
    expect_close(linear_vae_posterior(W, 0.4, 100 * x)[0], 100 * x @ gain.T, "For x far from the data the mean is off.")
    small = linear_vae_posterior(W.float(), 0.4, x.float())
    expect_tensor(small[0], (3, 2), like=x.float(), name="mean in float32")
    expect_tensor(small[1], (2, 2), like=x.float(), name="cov in float32")
    expect_in_float32(small[0], x @ gain.T, "In float32 the mean is off.")
    expect_in_float32(small[1], torch.eye(2, dtype=torch.float64) - gain @ W, "In float32 the covariance is off.")


def _gain(W: Tensor, noise_var: float) -> Tensor:
    """Return what takes x to E[z | x], (K, D), by conditioning the joint Gaussian."""
    marginal = W @ W.T + noise_var * torch.eye(len(W), dtype=torch.float64)
    return torch.linalg.solve(marginal, W).T


def _expect_posterior(f: Guarded, draw: Draws, sizes: tuple[int, int, int]) -> None:
    D, K, B = sizes
    W, s2, x = draw.normal(D, K), 0.1 + float(draw.uniform(1)), draw.normal(B, D)
    parts = f(W, s2, x)
    expect(isinstance(parts, (tuple, list)) and len(parts) == 2, "Return two things in a tuple: mean and covariance.")
    mean = expect_tensor(parts[0], (B, K), like=x, name="mean")
    cov = expect_tensor(parts[1], (K, K), like=x, name="cov")
    gain, where = _gain(W, s2), f"W has shape {(D, K)}, x {(B, D)}."
    expect_digits(
        cov,
        torch.eye(K, dtype=torch.float64) - gain @ W,
        "The covariance is not that of z given x.",
        "It is noise_var times the inverse of M = W^T W + noise_var I, a K x K matrix, the same for every x.",
        where,
    )
    expect_digits(
        mean,
        x @ gain.T,
        "The mean is not that of z given x.",
        "It is the inverse of M = W^T W + noise_var I, applied to W^T x.",
        where,
    )
