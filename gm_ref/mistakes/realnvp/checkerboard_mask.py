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


@mistake("row times column")
def product_board(height, width):
    """Your mask is 1 where row and column are both odd: you multiply them. A checkerboard depends on row + column."""
    return ((torch.arange(height)[:, None] * torch.arange(width)) % 2).float()[None]


@mistake("half of the board")
def every_other_row(height, width):
    """Every other row of your mask is empty. Rows of both kinds have ones: at odd columns of even rows, and at even
    columns of odd rows.
    """
    return right.checkerboard_mask(height, width) * (1 - row_stripes(height, width))


@mistake("the remainder is missing")
def no_remainder(height, width):
    """Your mask holds row + column itself. Take the remainder on division by 2, which is 0 or 1."""
    return (torch.arange(height)[:, None] + torch.arange(width)).float()[None]


@mistake("squares of 2 x 2")
def larger_squares(height, width):
    """The squares of your board are 2 x 2 pixels. Neighbours must differ: one pixel is one square."""
    return ((torch.arange(height)[:, None] // 2 + torch.arange(width) // 2) % 2).float()[None]


@mistake("a batch axis in front")
def board_with_batch_axis(height, width):
    """Your mask has the shape (1, 1, height, width). A mask has one sample's shape, (1, height, width); the batch axis
    comes by broadcasting.
    """
    return right.checkerboard_mask(height, width)[None]


@mistake("the axis for the channels at the end")
def channels_last(height, width):
    """Your mask has the shape (height, width, 1). Images are (C, height, width): the axis for the channels comes
    first.
    """
    return right.checkerboard_mask(height, width)[0, :, :, None]


@mistake("odd sizes cut")
def odd_sizes_cut(height, width):
    """For an odd height or width your mask is one row or column too small: tiles of 2 x 2 do not fill it. Use row +
    column, or cut a larger board to size.
    """
    return right.checkerboard_mask(height // 2 * 2, width // 2 * 2)


@mistake("the height for both sides")
def square_boards_only(height, width):
    """Your mask is height x height. Use the width for the columns."""
    return right.checkerboard_mask(height, height)
