"""Encoders and decoders that checks hand to a learner's code: linear, exact, with plain state."""

import math

import torch
from torch import Tensor, nn

ENCODER = torch.tensor([[0.5, -0.2, 0.1, 0.3], [-0.4, 0.6, 0.2, -0.1]], dtype=torch.float64)
SPREAD = torch.tensor([[0.1, 0.3, -0.2, 0.2], [0.2, -0.1, 0.4, 0.1]], dtype=torch.float64)
DECODER = torch.tensor([[0.9, 0.1], [-0.3, 0.8], [0.4, -0.5], [0.2, 0.7]], dtype=torch.float64)


class LinearEncoder(nn.Module):
    """mu = A x + 0.2 and logvar = C x - 0.7: x (B, 4) -> two tensors (B, 2)."""

    A: Tensor
    C: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("A", ENCODER.clone())
        self.register_buffer("C", SPREAD.clone())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mu and logvar, each (B, 2)."""
        return x @ self.A.T.to(x.dtype) + 0.2, x @ self.C.T.to(x.dtype) - 0.7


class LinearLikelihood(nn.Module):
    """log N(x; W z + 0.1, s2 I) in nats: x (B, 4), z (B, 2) -> (B,)."""

    W: Tensor

    def __init__(self, s2: float = 0.3) -> None:
        super().__init__()
        self.s2 = s2
        self.register_buffer("W", DECODER.clone())

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Return log p(x | z), (B,)."""
        away = x - z @ self.W.T.to(z.dtype) - 0.1
        return -0.5 * (away.square().sum(dim=1) / self.s2 + x.shape[1] * math.log(2 * math.pi * self.s2))


class LinearDecoder(nn.Module):
    """The mean W z + 0.1, z (B, 2) -> (B, 4)."""

    W: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("W", DECODER.clone())

    def forward(self, z: Tensor) -> Tensor:
        """Return the mean of p(x | z), (B, 4)."""
        return z @ self.W.T.to(z.dtype) + 0.1


class PictureEncoder(LinearEncoder):
    """LinearEncoder for images: x (B, 1, 2, 2), as a convolutional encoder would take them."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mu and logvar, each (B, 2)."""
        mu, logvar = (torch.einsum("bchw,kchw->bk", x, m.reshape(2, 1, 2, 2).to(x.dtype)) for m in (self.A, self.C))
        return mu + 0.2, logvar - 0.7


class PictureLikelihood(LinearLikelihood):
    """LinearLikelihood for images: x (B, 1, 2, 2), z (B, 2) -> (B,)."""

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Return log p(x | z), (B,)."""
        away = x - (z @ self.W.T.to(z.dtype) + 0.1).reshape(-1, 1, 2, 2)
        squared = torch.einsum("bchw,bchw->b", away, away)
        return -0.5 * (squared / self.s2 + 4 * math.log(2 * math.pi * self.s2))


class PictureDecoder(LinearDecoder):
    """LinearDecoder whose mean is an image, z (B, 2) -> (B, 1, 2, 2)."""

    def forward(self, z: Tensor) -> Tensor:
        """Return the mean of p(x | z), (B, 1, 2, 2)."""
        return super().forward(z).reshape(-1, 1, 2, 2)
