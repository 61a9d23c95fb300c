"""Right answers to squeeze that are written in unusual ways.  A fair check passes them all."""

import torch


def squeeze__permute(x):
    B, C, H, W = x.shape
    if H % 2 + W % 2:
        raise ValueError("odd")
    return x.view(B, C, H // 2, 2, W // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(B, 4 * C, H // 2, W // 2)


def squeeze__strides(x):
    if x.shape[-1] % 2 or x.shape[-2] % 2:
        raise ValueError("odd")
    parts = [x[:, :, dy::2, dx::2] for dy in (0, 1) for dx in (0, 1)]
    return torch.stack(parts, dim=2).flatten(1, 2)


def squeeze__unfold(x):
    B, C, H, W = x.shape
    if H % 2 or W % 2:
        raise ValueError("odd")
    return torch.nn.functional.unfold(x, 2, stride=2).reshape(B, 4 * C, H // 2, W // 2)


def refuse_odd(x):
    if x.shape[2] % 2 or x.shape[3] % 2:
        raise ValueError("odd")


def squeeze__conv(x):
    refuse_odd(x)
    C = x.shape[1]
    k = torch.eye(4, dtype=x.dtype).reshape(4, 1, 2, 2).repeat(C, 1, 1, 1)
    return torch.nn.functional.conv2d(x, k, stride=2, groups=C)


def squeeze__unfoldtensor(x):
    refuse_odd(x)
    B, C, H, W = x.shape
    return x.unfold(2, 2, 2).unfold(3, 2, 2).permute(0, 1, 4, 5, 2, 3).reshape(B, 4 * C, H // 2, W // 2)


def squeeze__try(x):
    try:
        return torch.nn.functional.pixel_unshuffle(x, 2)
    except RuntimeError as e:
        raise ValueError("odd") from e


def squeeze__numpyidx(x):
    refuse_odd(x)
    B, C, H, W = x.shape
    idx = torch.arange(H * W).reshape(H // 2, 2, W // 2, 2).permute(1, 3, 0, 2).reshape(-1)
    return x.flatten(2)[:, :, idx].reshape(B, 4 * C, H // 2, W // 2)
