"""Wrong answers to unsqueeze that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("unsqueeze")


@mistake("reshaped without permuting")
def unsqueeze_by_view(x):
    """You reshape in one go, which keeps the order in memory. The four channels of a block must become neighbours:
    split the channels into (C, 2, 2), permute each 2 next to its axis, then reshape.
    """
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2 * H, 2 * W)


@convention("the offsets before the channels", source="tf.nn.depth_to_space")
def offsets_first_back(x):
    """You read the channels as (dy, dx, c), as TensorFlow's depth_to_space does. This course orders them (c, dy, dx),
    as pixel_shuffle does.
    """
    B, C, H, W = x.shape
    return right.unsqueeze(x.reshape(B, 4, C // 4, H, W).transpose(1, 2).reshape(B, C, H, W))


@mistake("row and column offset exchanged")
def unsqueeze_dx_first(x):
    """You read the channels as (c, dx, dy), which mirrors every block. The row offset comes first: channel 4 c + 2 dy +
    dx.
    """
    return right.unsqueeze(x[:, [4 * c + k for c in range(x.shape[1] // 4) for k in (0, 2, 1, 3)]])


@mistake("quarters of the image for blocks")
def unsqueeze_quarters(x):
    """You put the four channels side by side as the quarters of the image. They belong into one 2 x 2 block at each
    pixel.
    """
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2, 2, H, W).permute(0, 1, 2, 4, 3, 5).reshape(B, C // 4, 2 * H, 2 * W)


@mistake("squeezed once more")
def unsqueeze_squeezes(x):
    """You halve height and width once more. unsqueeze doubles them."""
    return torch.nn.functional.pixel_unshuffle(x, 2)


@mistake("the first channel repeated")
def unsqueeze_repeats(x):
    """You enlarge the image by repeating entries. Each of the four entries of a block is a channel of its own: use them
    all.
    """
    return x[:, ::4].repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
