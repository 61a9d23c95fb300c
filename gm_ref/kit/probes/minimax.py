"""Generators and discriminators that checks hand to a learner's code: small, exact, with plain state."""

import torch
from torch import Tensor, nn


def affine(weight: list[list[float]], bias: list[float]) -> nn.Linear:
    """Return the map x -> x weight^T + bias, float64, with parameters to be trained."""
    layer = nn.Linear(len(weight[0]), len(weight), dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight, dtype=torch.float64))
        layer.bias.copy_(torch.tensor(bias, dtype=torch.float64))
    return layer


class AffineGenerator(nn.Module):
    """x = A z + b: z (B, 3) -> (B, 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = affine([[0.8, -0.3, 0.5], [0.1, 0.9, -0.4]], [0.3, -0.2])

    def forward(self, z: Tensor) -> Tensor:
        """Return samples (B, 2)."""
        return self.layer(z)


class LogitDiscriminator(nn.Module):
    """A logit (B,) for x (B, 2), curved so that its slope depends on where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = affine([[0.7, -0.4], [0.2, 0.6]], [0.1, -0.3])
        self.out = affine([[1.1, -0.8]], [0.2])

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B,)."""
        return self.out(torch.tanh(self.layer(x))).squeeze(-1)
