"""Two-dimensional densities whose logarithm is known exactly, so that a model's likelihood can be measured.

A mixture of K Gaussians of equal weight, with x = m_k + L_k eps and eps ~ N(0, I), has

    log p(x) = log (1/K) sum_k N(x; m_k, L_k L_k^T)

and covers the moons (components along two arcs) and the ring.  The pinwheel bends a mixture by a rotation whose
angle depends on the radius alone: the map keeps areas, so log |det| = 0 and p(x) is the mixture's density at the
point that was turned back.  The checkerboard is uniform on its dark cells.  Everything is in nats and lies about
within [-3, 3]^2.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from torch import Generator, Tensor

KNOTS = 128  # Gaussians along one moon; at noise 0.02 they still leave ripples below 1e-5 of the density


class Density(Protocol):
    """What lessons may ask of a two-dimensional density."""

    @property
    def entropy(self) -> float:
        """-E[log p(x)] in nats."""

    def sample(self, n: int, generator: Generator, dtype: torch.dtype | None = None) -> Tensor:
        """Return n draws (n, 2), on the generator's device; dtype None is torch's default."""

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x) (B,) in nats for x (B, 2), in the dtype and on the device of x."""


@dataclass(frozen=True, eq=False, repr=False)
class Mixture:
    """Gaussians of equal weight: means (K, 2), factors L (K, 2, 2) with covariances L L^T, both float64.

    log_prob is smooth, so autograd through it gives the score.
    """

    name: str
    means: Tensor
    factors: Tensor

    def __repr__(self) -> str:
        return self.name

    def sample(self, n: int, generator: Generator, dtype: torch.dtype | None = None) -> Tensor:
        """Return n draws (n, 2), on the generator's device; dtype None is torch's default."""
        device, dtype = generator.device, dtype or torch.get_default_dtype()
        k = torch.randint(len(self.means), (n,), generator=generator, device=device)
        eps = torch.randn(n, 2, generator=generator, device=device, dtype=dtype)
        return self.means.to(eps)[k] + torch.einsum("nij,nj->ni", self.factors.to(eps)[k], eps)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x) (B,) in nats for x (B, 2), in the dtype and on the device of x."""
        from_mean = pairs(x)[:, None] - self.means.to(x)
        eps = torch.einsum("kij,bkj->bki", torch.linalg.inv(self.factors).to(x), from_mean)
        log_det = torch.linalg.slogdet(self.factors).logabsdet.to(x)
        log_component = -0.5 * eps.square().sum(dim=2) - log_det - math.log(2 * math.pi)
        return torch.logsumexp(log_component, dim=1) - math.log(len(self.means))

    @cached_property
    def entropy(self) -> float:
        """-E[log p(x)] in nats, by the midpoint rule on a grid half the smallest std fine; error below 1e-6.

        The rule converges exponentially for a smooth integrand that dies out at the border, here 9 of the
        largest std beyond the outermost mean.
        """
        spread = torch.linalg.svdvals(self.factors)
        low, high = self.means.amin(dim=0) - 9 * spread.max(), self.means.amax(dim=0) + 9 * spread.max()
        return -sum(float((p * log_p).sum()) for p, log_p in self._masses(low, high, float(spread.min()) / 2))

    def _masses(self, low: Tensor, high: Tensor, step: float) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield (probability, log density) of the cells of a grid from low (2,) to high (2,), in pieces."""
        ends = zip(low.tolist(), high.tolist(), strict=True)
        columns, rows = (torch.arange(a + step / 2, b, step, dtype=torch.float64) for a, b in ends)
        for some in columns.split(max(1, 2_000_000 // (len(rows) * len(self.means)))):
            log_p = self.log_prob(torch.cartesian_prod(some, rows))
            yield log_p.exp() * step**2, log_p


@dataclass(frozen=True)
class Checkerboard:
    """Uniform on every other unit cell of a board of cells x cells around 0; cells is even."""

    cells: int = 4

    def sample(self, n: int, generator: Generator, dtype: torch.dtype | None = None) -> Tensor:
        """Return n draws (n, 2), on the generator's device; dtype None is torch's default."""
        device, dtype = generator.device, dtype or torch.get_default_dtype()
        corners = self._corners().to(device, dtype)
        corner = corners[torch.randint(len(corners), (n,), generator=generator, device=device)]
        x = corner + torch.rand(n, 2, generator=generator, device=device, dtype=dtype)
        return torch.minimum(x, torch.nextafter(corner + 1, corner))  # rounding may reach the next, empty cell

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x) (B,) in nats for x (B, 2): -log(number of dark cells) on them, -inf elsewhere."""
        cell = pairs(x).floor() + self.cells // 2
        on_board = ((cell >= 0) & (cell < self.cells)).all(dim=1)
        dark = on_board & (cell.sum(dim=1) % 2 == 0)
        return torch.where(dark, x.new_tensor(-self.entropy), x.new_tensor(-math.inf))

    @property
    def entropy(self) -> float:
        """-E[log p(x)] in nats: the logarithm of the dark area, exactly."""
        return math.log(self.cells**2 // 2)

    def _corners(self) -> Tensor:
        """Return the lower left corners (cells^2 / 2, 2) of the dark cells."""
        cell = torch.cartesian_prod(torch.arange(self.cells), torch.arange(self.cells))
        return cell[cell.sum(dim=1) % 2 == 0] - self.cells // 2


@dataclass(frozen=True, eq=False, repr=False)
class Twisted:
    """A mixture whose points at radius r are turned by rate * r radians about 0."""

    name: str
    base: Mixture
    rate: float

    def __repr__(self) -> str:
        return self.name

    def sample(self, n: int, generator: Generator, dtype: torch.dtype | None = None) -> Tensor:
        """Return n draws (n, 2), on the generator's device; dtype None is torch's default."""
        y = self.base.sample(n, generator, dtype)
        return turn(y, self.rate * torch.linalg.vector_norm(y, dim=1))

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x) (B,) in nats for x (B, 2), in the dtype and on the device of x."""
        return self.base.log_prob(turn(x, -self.rate * torch.linalg.vector_norm(pairs(x), dim=1)))

    @property
    def entropy(self) -> float:
        """-E[log p(x)] in nats: the base's, since the map keeps areas."""
        return self.base.entropy


def two_moons(noise: float = 0.1) -> Mixture:
    """Return two interleaved half circles of radius 1, blurred by Gaussian noise of that std; the mean is 0.

    Each moon is a mixture of 128 Gaussians on its arc, so that the density is exact.  Raises ValueError for noise
    outside [0.02, 1].
    """
    between("noise", noise, 0.02, 1)
    t = math.pi * (torch.arange(KNOTS, dtype=torch.float64) + 0.5) / KNOTS
    upper = torch.stack([t.cos() - 0.5, t.sin() - 0.25], dim=1)
    return round_mixture(f"two_moons(noise={noise:g})", torch.cat([upper, -upper]), noise)


def gaussian_ring(modes: int = 8, radius: float = 2.0, std: float = 0.1) -> Mixture:
    """Return equal Gaussians on a circle about 0; `.means` (modes, 2) are their centres, the first at angle 0.

    Raises ValueError for fewer than 1 mode or more than 64, a radius outside [0, 10], a std outside [0.01, 1].
    """
    between("modes", modes, 1, 64)
    between("radius", radius, 0, 10)
    between("std", std, 0.01, 1)
    angle = 2 * math.pi * torch.arange(modes, dtype=torch.float64) / modes
    means = radius * torch.stack([angle.cos(), angle.sin()], dim=1)
    return round_mixture(f"gaussian_ring(modes={modes}, radius={radius:g}, std={std:g})", means, std)


def checkerboard(cells: int = 4) -> Checkerboard:
    """Return the uniform density on the dark cells of a board on [-cells/2, cells/2]^2.

    log_prob is -inf outside, and no score exists.  Raises ValueError unless cells is even, from 2 to 64.
    """
    between("cells", cells, 2, 64)
    if cells % 2:
        raise ValueError(f"cells must be even, got {cells}: give 2, 4, 6 or 8.")
    return Checkerboard(cells)


def pinwheel(arms: int = 5, twist: float = 0.7) -> Twisted:
    """Return elongated Gaussians around 0, bent into the vanes of a pinwheel: twist radians per unit of radius.

    After Johnson et al. 2016, but with an angle that is linear in the radius.  Raises ValueError for fewer than 1
    arm or more than 16, or a twist outside [-3, 3].
    """
    between("arms", arms, 1, 16)
    between("twist", twist, -3, 3)
    angle = 2 * math.pi * torch.arange(arms, dtype=torch.float64) / arms
    along = torch.stack([angle.cos(), angle.sin()], dim=1)
    across = torch.stack([-angle.sin(), angle.cos()], dim=1)
    base = Mixture("arms", 1.5 * along, torch.stack([0.45 * along, 0.12 * across], dim=2))
    return Twisted(f"pinwheel(arms={arms}, twist={twist:g})", base, twist)


def round_mixture(name: str, means: Tensor, std: float) -> Mixture:
    """Return the mixture of round Gaussians of one std at means (K, 2)."""
    return Mixture(name, means, (std * torch.eye(2, dtype=torch.float64)).expand(len(means), 2, 2))


def turn(x: Tensor, angle: Tensor) -> Tensor:
    """Rotate each point of x (B, 2) by its own angle (B,) in radians, anticlockwise."""
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([cos * x[:, 0] - sin * x[:, 1], sin * x[:, 0] + cos * x[:, 1]], dim=1)


def pairs(x: Tensor) -> Tensor:
    """Return x, or raise ValueError when it is not (B, 2)."""
    if x.dim() != 2 or x.shape[1] != 2:
        raise ValueError(f"x must have the shape (B, 2), got {tuple(x.shape)}: give one point a row.")
    return x


def between(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError unless low <= value <= high."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], got {value:g}: give a value inside.")
