"""Unusual right answers: other names, other orders, batch norm by hand, one network that is handed out again."""

import torch
from torch import nn
from torch.nn import functional as F

from tests.grading.networks_lesson.answers import PixelNorm, small_generator


class OwnNorm(nn.Module):
    """Batch norm by hand: shift before scale, averages put anew into their buffers."""

    def __init__(self, n):
        super().__init__()
        self.register_buffer("spread", torch.ones(n))
        self.register_buffer("middle", torch.zeros(n))
        self.shift, self.scale = nn.Parameter(torch.zeros(n)), nn.Parameter(torch.ones(n))

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            many = x.numel() / x.shape[1]
            self.middle = 0.9 * self.middle + 0.1 * mean.detach()
            self.spread = 0.9 * self.spread + 0.1 * var.detach() * many / (many - 1)
        else:
            mean, var = self.middle, self.spread
        unit = (x - mean[:, None, None]) / torch.sqrt(var[:, None, None] + 1e-5)
        return unit * self.scale[:, None, None] + self.shift[:, None, None]


class OutOfOrder(nn.Module):
    """Made from back to front."""

    def __init__(self, nz, ngf, nc):
        super().__init__()
        self.calls = 0
        self.to_rgb = nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False)
        self.norms = nn.ModuleList([OwnNorm(2 * ngf), OwnNorm(ngf)])
        self.convs = nn.ModuleDict({"späte": nn.ConvTranspose2d(2 * ngf, ngf, 4, 2, 1, bias=False)})
        self.first = nn.Parameter(torch.randn(nz, 2 * ngf, 4, 4))
        self.unused = None

    def forward(self, z):
        self.calls += 1
        h = F.relu_(self.norms[0](F.conv_transpose2d(z, self.first)))
        h = F.relu(self.norms[1](self.convs["späte"](h)), inplace=True)
        return self.to_rgb(h).tanh_()


def small_generator__out_of_order(nz, ngf, nc):
    return OutOfOrder(nz, ngf, nc)


class small_generator__class(nn.Sequential):
    def __init__(self, nz, ngf, nc):
        super().__init__(*small_generator(nz, ngf, nc))


HANDED_OUT = {}


def small_generator__again(nz, ngf, nc):
    return HANDED_OUT.setdefault((nz, ngf, nc), small_generator(nz, ngf, nc).double())


def small_generator__started(nz, ngf, nc):
    net = small_generator(nz, ngf, nc)
    for name, p in net.named_parameters():
        nn.init.normal_(p, 1.0 if "1.w" in name or "4.w" in name else 0.0, 0.02)
    net(torch.zeros(3, nz, 1, 1))
    return net.eval()


class Functional(nn.Module):
    """Weights and biases in lists."""

    def __init__(self, dim, depth):
        super().__init__()
        self.norm = PixelNorm()
        self.layers = Loop(dim, depth)

    def forward(self, z):
        return self.layers(self.norm(z))


class Loop(nn.Module):
    """Layers as numbers."""

    def __init__(self, dim, depth):
        super().__init__()
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(dim)) for _ in range(depth)])
        self.w = nn.ParameterList(torch.randn(depth, dim, dim).unbind(0))

    def forward(self, h):
        for w, b in zip(self.w, self.b, strict=True):
            h = F.leaky_relu(F.linear(h, w, b), 0.2)
        return h


def small_mapping__lists(dim, depth):
    return Functional(dim, depth)


def fit_step__grads(net, x, y, optimizer):
    loss = F.mse_loss(net(x), y)
    for p, g in zip(net.parameters(), torch.autograd.grad(loss, list(net.parameters())), strict=True):
        p.grad = g
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()
