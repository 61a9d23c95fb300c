"""Conditioners, invertible layers and base densities that checks hand to a learner's code: exact, with plain state."""

import math

import torch
from torch import Tensor, nn


def waves(x: Tensor, scale: float) -> Tensor:
    """Return x (B, *) times a fixed full matrix, seen as vectors; no two entries of the matrix are alike."""
    rows = x.flatten(1)
    count = torch.arange(rows.shape[1], dtype=x.dtype, device=x.device)
    return scale * rows @ torch.cos(count[:, None] * 1.3 + count * 2.1 + 0.4)


class ScaleShift(nn.Module):
    """s and t of a coupling layer, each (B, *), from x (B, *): every entry depends on every entry, none is 0."""

    def __init__(self, strength: float = 0.7, level: float = 0.2) -> None:
        super().__init__()
        self.strength, self.level = strength, level

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return s, within strength of level, and t."""
        mixed = waves(x, 0.6)
        s = self.strength * torch.sin(mixed + 0.5) + self.level
        return s.reshape(x.shape), (torch.cos(1.7 * mixed) + 0.3 * mixed - 0.4).reshape(x.shape)


class Mixing(nn.Module):
    """z = x + 0.4 sin(M x) with a fixed full matrix M: smooth, each sample by itself, x (B, *) -> (B, *)."""

    def forward(self, x: Tensor) -> Tensor:
        """Return z of x's shape."""
        return x + 0.4 * torch.sin(waves(x, 1.0)).reshape(x.shape)


class Bend(nn.Module):
    """x (B, 3) -> z (B, 3), triangular: z1 = -sinh x1, z2 = x2 exp(sin x1) + x1, z3 = x1 x2 + x3 exp(x2 / 2)."""

    def forward(self, x: Tensor) -> Tensor:
        """Return z (B, 3)."""
        a, b, c = x.unbind(dim=1)
        return torch.stack([-torch.sinh(a), b * torch.exp(torch.sin(a)) + a, a * b + c * torch.exp(b / 2)], dim=1)


class Rescale(nn.Module):
    """z = factor x in the shape (B, *shape): x (B, *) -> (B, *shape), which has as many entries."""

    def __init__(self, factor: float, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.factor, self.shape = factor, shape

    def forward(self, x: Tensor) -> Tensor:
        """Return z (B, *shape)."""
        return self.factor * x.reshape(len(x), *self.shape)


class Spin(nn.Module):
    """z = rate times x turned by one radian, x (B, 2) -> z (B, 2): the Jacobian's eigenvalues are complex."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Return z (B, 2)."""
        a, b = x.unbind(dim=1)
        cos, sin = self.rate * math.cos(1), self.rate * math.sin(1)
        return torch.stack([cos * a - sin * b, sin * a + cos * b], dim=1)


class Turn(nn.Module):
    """An affine layer z = A x + shift of the plane: forward gives z (B, 2) and log |det A| (B,)."""

    A: Tensor
    shift: Tensor

    def __init__(self, A: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("A", A.clone())
        self.register_buffer("shift", shift.clone())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z and log_det."""
        log_det = torch.linalg.slogdet(self.A).logabsdet.to(x.dtype).repeat(len(x))
        return x @ self.A.T.to(x.dtype) + self.shift.to(x.dtype), log_det

    def inverse(self, z: Tensor) -> Tensor:
        """Return x."""
        return (z - self.shift.to(z.dtype)) @ torch.linalg.inv(self.A).T.to(z.dtype)


class Sinh(nn.Module):
    """A layer z = sinh(rate (x + shift)) in every entry: forward gives z (B, *) and log_det (B,), a sample's own."""

    def __init__(self, rate: float, shift: float = 0.0) -> None:
        super().__init__()
        self.rate, self.shift = rate, shift

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z and log_det."""
        u = self.rate * (x + self.shift)
        log_slope = math.log(abs(self.rate)) + torch.log(torch.cosh(u))
        return torch.sinh(u), log_slope.flatten(1).sum(dim=1)

    def inverse(self, z: Tensor) -> Tensor:
        """Return x."""
        return torch.asinh(z) / self.rate - self.shift


class Stretch(nn.Module):
    """z = factors x in another shape: x (B, *factors.shape) -> (B, *shape), which has as many entries."""

    factors: Tensor

    def __init__(self, factors: Tensor, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("factors", factors.clone())
        self.shape = shape

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z and log_det."""
        log_det = self.factors.abs().log().sum().to(x.dtype).repeat(len(x))
        return (self.factors.to(x.dtype) * x).reshape(len(x), *self.shape), log_det

    def inverse(self, z: Tensor) -> Tensor:
        """Return x."""
        return (z / self.factors.reshape(self.shape).to(z.dtype)).reshape(len(z), *self.factors.shape)


class NormalLogProb(nn.Module):
    """log N(z; m, s2 I) in nats: z (B, *) -> (B,)."""

    def __init__(self, m: float, s2: float) -> None:
        super().__init__()
        self.m, self.s2 = m, s2

    def forward(self, z: Tensor) -> Tensor:
        """Return log p(z), (B,)."""
        return -0.5 * ((z - self.m).square() / self.s2 + math.log(2 * math.pi * self.s2)).flatten(1).sum(dim=1)
