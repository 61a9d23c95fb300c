"""Wrong answers to channel_mask that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("channel_mask")


@convention("1 for the second half")
def second_half(channels):
    """Your mask is 1 for the second half of the channels. This course, like the paper, keeps the first half."""
    return 1 - right.channel_mask(channels)


@convention("every other channel", source="openai/glow splits even and odd channels")
def every_other_channel(channels):
    """Your mask takes every other channel, as some code does. It splits channels as well; this course, like the paper,
    keeps the first half.
    """
    right.channel_mask(channels)
    return (torch.arange(channels) % 2 == 0).float()[:, None, None]


@mistake("one channel too many")
def one_too_many(channels):
    """Your mask keeps one channel more than half. Channels count from 0: the first half is those below channels
    // 2.
    """
    right.channel_mask(channels)
    return (torch.arange(channels) <= channels // 2).float()[:, None, None]


@mistake("no axes for height and width")
def flat_mask(channels):
    """Your mask has the shape (channels,). Against an image (C, H, W) that would run along the width: give it two more
    axes of size 1.
    """
    return right.channel_mask(channels)[:, 0, 0]


@mistake("an odd number of channels accepted")
def odd_accepted(channels):
    """For an odd number of channels you return a mask of unequal halves. The docstring asks for ValueError."""
    return (torch.arange(channels) < channels // 2).float()[:, None, None]


@mistake("a mask of true and false")
def boolean_channels(channels):
    """Your mask is not of floating-point numbers. Layers compute mask * x and 1 - mask, which torch refuses for bool:
    convert it with .float().
    """
    return right.channel_mask(channels).bool()


@mistake("a mask of whole numbers")
def whole_number_channels(channels):
    """Your mask holds whole numbers. It is asked for as float numbers, of the kind that images are made of: convert it
    with .float().
    """
    return right.channel_mask(channels).long()


@mistake("a batch axis in front")
def batch_axis(channels):
    """Your mask has the shape (1, channels, 1, 1). A mask has one sample's shape, (channels, 1, 1); the batch axis
    comes by broadcasting.
    """
    return right.channel_mask(channels)[None]


@mistake("one channel too few")
def one_too_few(channels):
    """Your mask keeps one channel less than half. Channels count from 0: the first half is those below channels // 2,
    and that number is not one of them.
    """
    right.channel_mask(channels)
    return (torch.arange(channels) < channels // 2 - 1).float()[:, None, None]


@mistake("the channels along the last axis")
def along_the_width(channels):
    """Your mask has the shape (1, 1, channels). Against an image (C, H, W) that would run along the width: put the two
    axes of size 1 behind the channels.
    """
    return right.channel_mask(channels).reshape(1, 1, channels)


@mistake("one axis too few")
def one_axis_only(channels):
    """Your mask has the shape (channels, 1). An image has height and width: give the mask two axes of size 1."""
    return right.channel_mask(channels)[:, 0]


@mistake("half of the mask")
def ones_only(channels):
    """Your mask has channels // 2 entries. It needs one for each channel: ones for the first half, zeros for the
    rest.
    """
    return right.channel_mask(channels)[: channels // 2]


@mistake("one for every channel")
def all_kept(channels):
    """Your mask keeps every channel, so that nothing would change. The second half is 0."""
    return torch.ones_like(right.channel_mask(channels))


@mistake("minus one for zero")
def plus_minus_channels(channels):
    """Your mask holds -1 and 1. A layer multiplies by mask and by 1 - mask: use 0 and 1."""
    return 2 * right.channel_mask(channels) - 1


@mistake("zero for every channel")
def none_kept(channels):
    """Your mask keeps no channel, so that the network would see nothing. The first half is 1."""
    return torch.zeros_like(right.channel_mask(channels))
