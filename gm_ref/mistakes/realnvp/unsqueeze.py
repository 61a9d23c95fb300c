"""Wrong answers to unsqueeze that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, _ = BANK.of("unsqueeze")


@mistake("reshaped without permuting")
def unsqueeze_by_view(x):
    """You reshape in one go, which keeps the order in memory. The four channels of a block must become neighbours:
    split the channels into (C, 2, 2), permute each 2 next to its axis, then reshape.
    """
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2 * H, 2 * W)


@mistake("the offsets before the channels", source="tf.nn.depth_to_space")
def offsets_first_back(x):
    """You read the channels as (dy, dx, c), as TensorFlow's depth_to_space does. squeeze wrote them as (c, dy, dx):
    read them so, as pixel_shuffle does.
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


@mistake("a block written clockwise")
def unsqueeze_clockwise(x):
    """You write each block clockwise. squeeze read it row by row: upper left, upper right, lower left, lower right."""
    return right.unsqueeze(x[:, [4 * c + k for c in range(x.shape[1] // 4) for k in (0, 1, 3, 2)]])


@mistake("a block written from its end")
def unsqueeze_from_the_end(x):
    """You write each block from its last entry to its first. Channel 4 c is the upper left, dy = 0 and dx = 0."""
    return right.unsqueeze(x[:, [4 * c + k for c in range(x.shape[1] // 4) for k in (3, 2, 1, 0)]])


@mistake("every channel enlarged")
def unsqueeze_enlarges_all(x):
    """You enlarge every channel and keep them all. Four channels become one that is twice as high and wide: (B, C, 2H,
    2W).
    """
    return x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


@mistake("height and width exchanged")
def unsqueeze_transposed(x):
    """Your result has the shape (B, C, 2W, 2H). Height stays before width."""
    return right.unsqueeze(x).transpose(2, 3)


@mistake("four neighbours along the width")
def unsqueeze_in_a_row(x):
    """You put the four channels of a block into one row, (B, C, H, 4W). A block is two rows high and two columns
    wide.
    """
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 4, H, W).permute(0, 1, 3, 4, 2).reshape(B, C // 4, H, 4 * W)


@mistake("no gradient")
def unsqueeze_without_gradient(x):
    """Every entry is in its place, but no gradient flows to x. Leave out numpy, detach and no_grad."""
    return right.unsqueeze(x.detach())


@mistake("the offsets before the channels, and exchanged")
def offsets_first_back_exchanged(x):
    """You read the channels as (dx, dy, c). squeeze wrote them as (c, dy, dx): read them so, as pixel_shuffle does."""
    B, C, H, W = x.shape
    return unsqueeze_dx_first(x.reshape(B, 4, C // 4, H, W).transpose(1, 2).reshape(B, C, H, W))
