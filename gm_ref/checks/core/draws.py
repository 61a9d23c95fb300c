"""Inputs for checks: random ones from a seed, and fixed ones that need no random generator at all."""

import torch
from torch import Tensor


class Draws:
    """A check's own source of randomness: float64, independent of the global generator."""

    def __init__(self, seed: int):
        self.generator = torch.Generator().manual_seed(int(seed))

    def normal(self, *shape: int) -> Tensor:
        """Return standard normal numbers of this shape, float64."""
        return torch.randn(*shape, generator=self.generator, dtype=torch.float64)

    def normals(self, count: int, *shape: int) -> tuple[Tensor, ...]:
        """Return count tensors of standard normal numbers of this shape, float64."""
        return tuple(self.normal(*shape) for _ in range(count))

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Return numbers in [low, high) of this shape, float64."""
        return low + (high - low) * torch.rand(*shape, generator=self.generator, dtype=torch.float64)

    def steps(self, high: int, batch: int) -> Tensor:
        """Return batch different integers in [0, high), int64: no sample shares its step with another."""
        return torch.randperm(high, generator=self.generator)[:batch]


def wave(*shape: int, shift: float = 0.0) -> Tensor:
    """Return fixed float64 numbers in (-2, 2) of this shape without pattern to the eye: sums of two sines.

    Frozen diagnoses are computed from these, so they must not change with a library's random generator.
    """
    count = torch.arange(torch.Size(shape).numel(), dtype=torch.float64) + shift
    return (torch.sin(12.9898 * count + 1.0) + torch.sin(4.1414 * count + 0.3)).reshape(shape)
