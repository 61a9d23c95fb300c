"""What several checks of lesson 00 share: oracles, inputs, expectations."""

import torch
from torch import Tensor
from torch.distributions import Normal

from gm_ref.checks.core import expect_tensor
from gm_ref.checks.core.precise import expect_in_float32


def log_pdf(x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the log-density of each entry by itself, from torch's own normal distribution; all of one shape."""
    return Normal(mu, torch.exp(logvar / 2)).log_prob(x)


def strided(x: Tensor) -> Tensor:
    """Return x with the same values and another layout in memory."""
    return x.t().contiguous().t()


def expect_single(got: Tensor, want: Tensor, name: str) -> None:
    """Raise a Problem unless got is float32, of want's shape, and equal to want but for rounding."""
    got = expect_tensor(got, tuple(want.shape), like=torch.empty(0, dtype=torch.float32), name=name)
    expect_in_float32(got, want, f"{name[0].upper()}{name[1:]} is off by more than rounding.")


LEVELS = torch.tensor([[-4.0], [4.0]], dtype=torch.float64)  # 400 such variances multiply to 0, and to infinity
