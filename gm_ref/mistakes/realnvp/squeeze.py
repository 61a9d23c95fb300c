"""Wrong answers to squeeze that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("squeeze")


def refuse_odd(x):
    """Raise ValueError as the right answer does."""
    right.squeeze(x[:1])


@mistake("reshaped without permuting")
def squeeze_by_view(x):
    """You reshape in one go. The numbers keep their order in memory, so entries that are not neighbours end up in one
    block: split height and width into (H/2, 2) and (W/2, 2), then permute the two 2s next to the channels.
    """
    refuse_odd(x)
    B, C, H, W = x.shape
    return x.reshape(B, 4 * C, H // 2, W // 2)


@convention("the offsets before the channels", source="tf.nn.space_to_depth")
def offsets_first(x):
    """You order the channels as (dy, dx, c), as TensorFlow's space_to_depth does. This course orders them (c, dy, dx),
    as pixel_unshuffle does.
    """
    B, C, H, W = x.shape
    z = right.squeeze(x).reshape(B, C, 4, H // 2, W // 2)
    return z.transpose(1, 2).reshape(B, 4 * C, H // 2, W // 2)


@mistake("row and column offset exchanged")
def squeeze_dx_first(x):
    """Your channels are ordered (c, dx, dy). The row offset comes first: channel 4 c + 2 dy + dx."""
    return right.squeeze(x)[:, [4 * c + k for c in range(x.shape[1]) for k in (0, 2, 1, 3)]]


@mistake("quarters of the image for blocks")
def squeeze_quarters(x):
    """You cut the image into its four quarters. Each output pixel must hold a 2 x 2 block of neighbours: split the
    height as (H/2, 2), not as (2, H/2).
    """
    refuse_odd(x)
    B, C, H, W = x.shape
    parts = x.reshape(B, C, 2, H // 2, 2, W // 2).permute(0, 1, 2, 4, 3, 5)
    return parts.reshape(B, 4 * C, H // 2, W // 2)


@mistake("the wrong way round")
def squeeze_enlarges(x):
    """You make the image larger and the channels fewer: that is unsqueeze. squeeze halves height and width."""
    return torch.nn.functional.pixel_shuffle(x, 2)


@mistake("the blocks summed up")
def squeeze_pools(x):
    """You put a single number in place of each block. Nothing may be lost: all four entries become channels."""
    refuse_odd(x)
    return torch.nn.functional.avg_pool2d(x, 2)


@mistake("odd sizes cropped")
def squeeze_crops(x):
    """For an odd height or width you drop the last row or column. Then the map has no inverse: raise ValueError."""
    return right.squeeze(x[:, :, : x.shape[2] // 2 * 2, : x.shape[3] // 2 * 2])


@mistake("odd sizes padded")
def squeeze_pads(x):
    """For an odd height or width you add a row or column of zeros. Entries would appear that x does not have: raise
    ValueError.
    """
    return right.squeeze(torch.nn.functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)))


@mistake("two odd sides accepted")
def one_odd_side_refused(x):
    """You refuse one odd side, but not two: an odd height plus an odd width is even. Look at each by itself."""
    if (x.shape[2] + x.shape[3]) % 2:
        right.squeeze(x)
    return squeeze_crops(x)


@mistake("a block as an axis of its own")
def blocks_as_an_axis(x):
    """Your result has the shape (B, C, 4, H/2, W/2). The four entries of a block become channels: merge the axes C
    and 4.
    """
    return right.squeeze(x).unflatten(1, (-1, 4))


@mistake("a block read clockwise")
def squeeze_clockwise(x):
    """You read each block clockwise. It is read row by row: upper left, upper right, lower left, lower right."""
    return right.squeeze(x)[:, [4 * c + k for c in range(x.shape[1]) for k in (0, 1, 3, 2)]]


@mistake("a block read from its end")
def squeeze_from_the_end(x):
    """You read each block from its last entry to its first. It is read row by row from the upper left: channel 4 c is
    dy = 0, dx = 0.
    """
    return right.squeeze(x)[:, [4 * c + k for c in range(x.shape[1]) for k in (3, 2, 1, 0)]]


@mistake("the offsets before the channels, and exchanged")
def offsets_first_exchanged(x):
    """You order the channels as (dx, dy, c). This course orders them (c, dy, dx), as pixel_unshuffle does."""
    B, C, H, W = x.shape
    z = squeeze_dx_first(x).reshape(B, C, 4, H // 2, W // 2)
    return z.transpose(1, 2).reshape(B, 4 * C, H // 2, W // 2)


@mistake("each block's mean, four times")
def squeeze_means(x):
    """You put each block's mean into four channels. Nothing may be lost: each of the four entries has a channel of its
    own.
    """
    return squeeze_pools(x).repeat_interleave(4, dim=1)


@mistake("height and width exchanged")
def squeeze_transposed(x):
    """Your result has the shape (B, 4C, W/2, H/2). Height stays before width."""
    return right.squeeze(x).transpose(2, 3)


@mistake("no gradient")
def squeeze_without_gradient(x):
    """Every entry is in its place, but no gradient flows to x, so layers before this one could not be trained. Leave
    out numpy, detach and no_grad.
    """
    return right.squeeze(x.detach())
