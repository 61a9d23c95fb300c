"""Normalising flows with coupling layers.  Dinh, Sohl-Dickstein, Bengio 2017 (RealNVP), arXiv:1605.08803.

    z = f(x),   log p(x) = log p(z) + log |det dz/dx|                                              (2), (3)

forward goes from data x to latent z, and log_det is log |det dz/dx|, one number a sample.  Written the other way
round, x = g(z), the sign is minus: log p(x) = log p(z) - log |det dx/dz|.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, softplus


def log_det_by_autograd(f: Callable, x: Tensor) -> Tensor:
    """Return log |det df/dx|, (B,), of f at each sample of x (B, *), from its full Jacobian.

    f maps (B, *) to (B, *) of as many entries, each sample by itself. Slow and exact: the oracle
    for every layer. The result carries no gradient. Dinh 2017, eq. 2.
    """

    def one(sample: Tensor) -> Tensor:
        return f(sample[None]).flatten()

    jacobians = [torch.autograd.functional.jacobian(one, sample).reshape(x[0].numel(), -1) for sample in x]
    return torch.linalg.slogdet(torch.stack(jacobians)).logabsdet


def coupling_forward(x: Tensor, mask: Tensor, scale_shift: Callable) -> tuple[Tensor, Tensor]:
    """Return z (B, *) and log_det (B,) of an affine coupling layer at x (B, *).

    Where mask is 1 an entry passes unchanged, where it is 0 it becomes x exp(s) + t. scale_shift
    maps (B, *), in which the entries to be changed are 0, to s and t, each (B, *). mask (*) is
    float, of one sample's shape. Dinh 2017, eq. 6 and 9.
    """
    kept = mask * x
    s, t = scale_shift(kept)
    log_scale = (1 - mask) * s
    return kept + (1 - mask) * (x * torch.exp(log_scale) + t), log_scale.flatten(1).sum(dim=1)


def coupling_inverse(z: Tensor, mask: Tensor, scale_shift: Callable) -> Tensor:
    """Return the x (B, *) from which coupling_forward makes z (B, *).

    mask and scale_shift are those of coupling_forward. Gradients flow through it as through
    forward. Dinh 2017, eq. 8.
    """
    kept = mask * z
    s, t = scale_shift(kept)
    return kept + (1 - mask) * (z - t) * torch.exp(-(1 - mask) * s)


def flow_log_prob(x: Tensor, layers: Sequence, base_log_prob: Callable) -> Tensor:
    """Return log p(x) in nats, (B,), of a flow: x (B, *) goes through the layers in order.

    Each layer's forward(x) gives the next x and its log_det (B,); base_log_prob(z) is log p(z),
    (B,). layers, a list, a tuple or an nn.ModuleList, is left as it is, and so are the layers; what
    their forward returns may be changed. Dinh 2017, eq. 3.
    """
    total = torch.zeros(len(x), dtype=x.dtype, device=x.device)
    for layer in layers:
        x, log_det = layer.forward(x)
        total = total + log_det
    return base_log_prob(x) + total


def flow_sample(z: Tensor, layers: Sequence) -> Tensor:
    """Return the x (B, *) that the flow's layers map to z (B, *).

    Each layer's inverse(z) is taken, the last layer first. layers, a list, a tuple or an
    nn.ModuleList, is left as it is. x need not carry a gradient. Dinh 2017, sec. 3.
    """
    for layer in reversed(layers):
        z = layer.inverse(z)
    return z


def checkerboard_mask(height: int, width: int) -> Tensor:
    """Return a float mask (1, height, width) that is 1 where row + column is odd and 0 elsewhere.

    Dinh 2017, sec. 3.4 and fig. 3.
    """
    rows, columns = torch.arange(height)[:, None], torch.arange(width)[None, :]
    return ((rows + columns) % 2).float()[None]


def channel_mask(channels: int) -> Tensor:
    """Return a float mask (channels, 1, 1): 1 for the first half of the channels, 0 for the rest.

    channels must be even, otherwise ValueError. Dinh 2017, sec. 3.4.
    """
    if channels % 2:
        raise ValueError(f"channels must be even, got {channels}: the mask keeps one half and changes the other.")
    return (torch.arange(channels) < channels // 2).float()[:, None, None]


def squeeze(x: Tensor) -> Tensor:
    """Return (B, 4C, H/2, W/2): each 2 x 2 block of x (B, C, H, W) becomes four channels.

    Output channel 4 c + 2 dy + dx holds input channel c at row offset dy and column offset dx of
    each block. H must be even and so must W, otherwise ValueError. No entry changes: log_det is 0.
    Dinh 2017, sec. 3.6.
    """
    if x.shape[2] % 2 or x.shape[3] % 2:
        raise ValueError(f"height and width must be even, got {tuple(x.shape[2:])}: pad or crop the images.")
    return pixel_unshuffle(x, 2)


def unsqueeze(x: Tensor) -> Tensor:
    """Return the (B, C, 2H, 2W) that squeeze maps to x (B, 4C, H, W).  Dinh 2017, sec. 3.6."""
    return pixel_shuffle(x, 2)


def dequantize(x_int: Tensor, u: Tensor, levels: int) -> Tensor:
    """Return x = (x_int + u) / levels, (B, *), of u's dtype.

    Whole grey levels become continuous and fill [0, 1). x_int (B, *) holds the whole numbers
    0 .. levels-1; u (B, *) is uniform in [0, 1), one number an entry. x is as precise as u's dtype,
    and need not carry a gradient.
    Uria 2013; Theis 2016, sec. 3.1; Dinh 2017, sec. 4.1.
    """
    return (x_int.to(u.dtype) + u) / levels


def logit_transform(x: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Return y = logit(alpha + (1 - 2 alpha) x), (B, *), and log_det = log |det dy/dx|, (B,).

    x (B, *) lies in [0, 1]. alpha in (0, 1/2) keeps the logit finite at both ends; gradients flow
    to x. Dinh 2017, sec. 4.1, in the symmetric form that Papamakarios 2017 uses.
    """
    inside = alpha + (1 - 2 * alpha) * x
    y = torch.log(inside) - torch.log1p(-inside)
    log_det = math.log(1 - 2 * alpha) + softplus(y) + softplus(-y)
    return y, log_det.flatten(1).sum(dim=1)


def logit_inverse(y: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Return the x (B, *) that logit_transform maps to y (B, *), and log |det dx/dy|, (B,).

    Both stay finite for any y, and so do the gradients that flow to y. Dinh 2017, sec. 4.1.
    """
    log_det = -math.log(1 - 2 * alpha) - softplus(y) - softplus(-y)
    return (torch.sigmoid(y) - alpha) / (1 - 2 * alpha), log_det.flatten(1).sum(dim=1)


def bits_per_dim(log_prob: Tensor, shape: Sequence[int], levels: int) -> Tensor:
    """Return bits per dimension, (B,), from log_prob (B,), a log-density in nats.

    The density is that of x = (x_int + u) / levels. shape is one sample's, (C, H, W): all entries
    count. A model that is uniform over [0, 1) costs log2(levels). Gradients flow to log_prob.
    Theis 2016, sec. 3.1; Papamakarios 2017, sec. E.2.
    """
    dims = math.prod(shape)
    return math.log2(levels) - log_prob / (dims * math.log(2))
