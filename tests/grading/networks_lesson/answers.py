"""What the lesson's exercises ask for."""

import torch
from torch import nn


def small_generator(nz, ngf, nc):
    """Return a generator z (B, nz, 1, 1) -> (B, nc, 16, 16) of transposed convolutions. Radford 2015.

    4x4 kernels without bias: nz -> 2 ngf (to 4x4), -> ngf (stride 2), -> nc (stride 2); batch norm and ReLU after all
    but the last, tanh after the last.
    """
    return nn.Sequential(
        nn.ConvTranspose2d(nz, 2 * ngf, 4, bias=False),
        nn.BatchNorm2d(2 * ngf),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * ngf, ngf, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(ngf),
        nn.ReLU(),
        nn.ConvTranspose2d(ngf, nc, 4, stride=2, padding=1, bias=False),
        nn.Tanh(),
    )


class PixelNorm(nn.Module):
    """Divide each sample by the root of its mean square."""

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


class Mapping(nn.Module):
    """Pixel norm, then layers."""

    def __init__(self, dim, depth):
        super().__init__()
        self.norm = PixelNorm()
        pairs = [nn.Sequential(nn.Linear(dim, dim), nn.LeakyReLU(0.2)) for _ in range(depth)]
        self.layers = nn.Sequential(*pairs)

    def forward(self, z):
        return self.layers(self.norm(z))


def small_mapping(dim, depth):
    """Return a mapping network z (B, dim) -> w (B, dim). Karras 2019.

    `norm` divides each sample by sqrt(mean of z^2 + 1e-8); `layers` are depth linear layers, each with leaky ReLU 0.2.
    """
    return Mapping(dim, depth)


def fit_step(net, x, y, optimizer):
    """Make one step of the optimiser on the mean squared error of net(x) (B, D) and y (B, D), and return the error."""
    loss = (net(x) - y).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
