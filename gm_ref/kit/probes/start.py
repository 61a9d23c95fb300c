"""Functions, invertible maps and base densities that checks hand to a learner's code: exact, with plain state."""

import math

import torch
from torch import Tensor, nn


class Quadratic(nn.Module):
    """a |x|^2 + b (sum of x) + c, one number for each sample: x (N, *) -> (N,)."""

    def __init__(self, a: float, b: float, c: float) -> None:
        super().__init__()
        self.a, self.b, self.c = a, b, c

    def forward(self, x: Tensor) -> Tensor:
        """Return the values (N,)."""
        rows = x.reshape(len(x), -1)
        return self.a * rows.square().sum(dim=1) + self.b * rows.sum(dim=1) + self.c


class AffineMap(nn.Module):
    """z = A x + shift: x (B, D) -> (B, D)."""

    A: Tensor
    shift: Tensor

    def __init__(self, A: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("A", A)
        self.register_buffer("shift", shift)

    def forward(self, x: Tensor) -> Tensor:
        """Return z (B, D)."""
        return x @ self.A.T.to(x.dtype) + self.shift.to(x.dtype)


class AffineLogAbsDet(nn.Module):
    """log |det A|, the same for every sample: x (B, D) -> (B,)."""

    A: Tensor

    def __init__(self, A: Tensor) -> None:
        super().__init__()
        self.register_buffer("A", A)

    def forward(self, x: Tensor) -> Tensor:
        """Return log |det dz/dx|, (B,)."""
        return torch.linalg.slogdet(self.A).logabsdet.to(x.dtype).expand(len(x))


class SinhMap(nn.Module):
    """z = sinh(rate x) in every entry: it stretches the more, the farther out: x (B, D) -> (B, D)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Return z (B, D)."""
        return torch.sinh(self.rate * x)


class SinhLogAbsDet(nn.Module):
    """Sum of log |rate cosh(rate x)|, large far out: x (B, D) -> (B,)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Return log |det dz/dx|, (B,)."""
        return (math.log(abs(self.rate)) + torch.log(torch.cosh(self.rate * x))).sum(dim=1)


class GaussianLogProb(nn.Module):
    """log N(z; m, s2 I) in nats: z (B, D) -> (B,)."""

    def __init__(self, m: float, s2: float) -> None:
        super().__init__()
        self.m, self.s2 = m, s2

    def forward(self, z: Tensor) -> Tensor:
        """Return log p(z), (B,)."""
        return -0.5 * ((z - self.m).square() / self.s2 + math.log(2 * math.pi * self.s2)).sum(dim=1)
