"""Right answers to unsqueeze that are written in unusual ways.  A fair check passes them all."""

import torch


def unsqueeze__permute(x):
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2, 2, H, W).permute(0, 1, 4, 2, 5, 3).reshape(B, C // 4, 2 * H, 2 * W)


def unsqueeze__assigned(x):
    B, C, H, W = x.shape
    out = x.new_zeros(B, C // 4, 2 * H, 2 * W)
    for k in range(4):
        out[:, :, k // 2 :: 2, k % 2 :: 2] = x[:, k::4]
    return out


def unsqueeze__fold(x):
    size = (2 * x.shape[2], 2 * x.shape[3])
    return torch.nn.functional.fold(x.flatten(2), size, 2, stride=2)


def unsqueeze__convt(x):
    C = x.shape[1] // 4
    k = torch.eye(4, dtype=x.dtype).reshape(4, 1, 2, 2).repeat(C, 1, 1, 1)
    return torch.nn.functional.conv_transpose2d(x, k, stride=2, groups=C)


def unsqueeze__stack(x):
    a, b, c, d = (x[:, ::4], x[:, 1::4], x[:, 2::4], x[:, 3::4])
    t = torch.stack([a, b], -1).flatten(3)
    u = torch.stack([c, d], -1).flatten(3)
    return torch.stack([t, u], 3).flatten(2, 3)


def unsqueeze__index(x):
    _, C, H, W = x.shape
    i = torch.arange(2 * H)[:, None]
    j = torch.arange(2 * W)[None]
    return torch.stack([x[:, 4 * c + 2 * (i % 2) + j % 2, i // 2, j // 2] for c in range(C // 4)], 1)
