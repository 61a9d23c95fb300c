"""Wrong answers to checkerboard_mask that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("checkerboard_mask")


@convention("1 where row + column is even")
def even_is_one(height, width):
    """Your mask is 1 where row + column is even. As a mask it is as good; this course, like the paper, begins with 0
    and has 1 where row + column is odd.
    """
    return 1 - right.checkerboard_mask(height, width)


@mistake("columns only")
def column_stripes(height, width):
    """Your mask depends on the column only, which makes stripes. A checkerboard depends on row + column."""
    return (torch.arange(width) % 2).float().expand(1, height, width)


@mistake("rows only")
def row_stripes(height, width):
    """Your mask depends on the row only, which makes stripes. A checkerboard depends on row + column."""
    return (torch.arange(height) % 2).float()[:, None].expand(1, height, width)


@mistake("counted through the rows")
def counted_through(height, width):
    """You count entries through the rows and alternate. With an even width every row then begins alike, and the mask is
    stripes: use row + column.
    """
    return (torch.arange(height * width) % 2).float().reshape(1, height, width)


@mistake("height and width exchanged")
def sizes_exchanged(height, width):
    """Your mask has the shape (1, width, height). Images are (C, height, width)."""
    return right.checkerboard_mask(width, height)


@mistake("no axis for the channels")
def no_channel_axis(height, width):
    """Your mask has the shape (height, width). It is asked for as (1, height, width), so that it fits one sample of any
    number of channels.
    """
    return right.checkerboard_mask(height, width)[0]


@mistake("minus one for zero")
def plus_minus(height, width):
    """Your mask holds -1 and 1. A layer multiplies by mask and by 1 - mask: use 0 and 1."""
    return 2 * right.checkerboard_mask(height, width) - 1


@mistake("a mask of true and false")
def boolean_board(height, width):
    """Your mask is not of floating-point numbers. Layers compute mask * x and 1 - mask, which torch refuses for bool:
    convert it with .float().
    """
    return right.checkerboard_mask(height, width).bool()


@mistake("a mask of whole numbers")
def whole_number_board(height, width):
    """Your mask holds whole numbers. It is asked for as float numbers, of the kind that images are made of: convert it
    with .float().
    """
    return right.checkerboard_mask(height, width).long()
