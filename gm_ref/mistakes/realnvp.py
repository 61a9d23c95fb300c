"""Wrong answers to lesson 41 that people really give, each with the sentence that cures it.

Those in the layers and the flow stand in realnvp_layers; here are masks, squeezing, and what images need.
"""

import math

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes import realnvp_layers as layers
from gm_ref.mistakes.core import Bank

BANK = Bank()
BANK.entries += layers.BANK.entries
mistake, convention = BANK.mistake, BANK.convention


# checkerboard_mask, channel_mask -----------------------------------------------------------------------------------


@convention(
    "checkerboard_mask",
    "1 where row + column is even",
    "Your mask is 1 where row + column is even. As a mask it is as good; this course, like the paper, begins with 0 and has 1 where row + column is odd.",
)
def even_is_one(height, width):
    return 1 - right.checkerboard_mask(height, width)


@mistake(
    "checkerboard_mask",
    "columns only",
    "Your mask depends on the column only, which makes stripes. A checkerboard depends on row + column.",
)
def column_stripes(height, width):
    return (torch.arange(width) % 2).float().expand(1, height, width)


@mistake(
    "checkerboard_mask",
    "rows only",
    "Your mask depends on the row only, which makes stripes. A checkerboard depends on row + column.",
)
def row_stripes(height, width):
    return (torch.arange(height) % 2).float()[:, None].expand(1, height, width)


@mistake(
    "checkerboard_mask",
    "counted through the rows",
    "You count entries through the rows and alternate. With an even width every row then begins alike, and the mask is stripes: use row + column.",
)
def counted_through(height, width):
    return (torch.arange(height * width) % 2).float().reshape(1, height, width)


@mistake(
    "checkerboard_mask",
    "height and width exchanged",
    "Your mask has the shape (1, width, height). Images are (C, height, width).",
)
def sizes_exchanged(height, width):
    return right.checkerboard_mask(width, height)


@mistake(
    "checkerboard_mask",
    "no axis for the channels",
    "Your mask has the shape (height, width). It is asked for as (1, height, width), so that it fits one sample of any number of channels.",
)
def no_channel_axis(height, width):
    return right.checkerboard_mask(height, width)[0]


@mistake(
    "checkerboard_mask",
    "minus one for zero",
    "Your mask holds -1 and 1. A layer multiplies by mask and by 1 - mask: use 0 and 1.",
)
def plus_minus(height, width):
    return 2 * right.checkerboard_mask(height, width) - 1


@mistake(
    "checkerboard_mask",
    "a mask of true and false",
    "Your mask is not of floating-point numbers. Layers compute mask * x and 1 - mask, which torch refuses for bool: convert it with .float().",
)
def boolean_board(height, width):
    return right.checkerboard_mask(height, width).bool()


@mistake(
    "checkerboard_mask",
    "a mask of whole numbers",
    "Your mask holds whole numbers. It is asked for as float numbers, of the kind that images are made of: convert it with .float().",
)
def whole_number_board(height, width):
    return right.checkerboard_mask(height, width).long()


@convention(
    "channel_mask",
    "1 for the second half",
    "Your mask is 1 for the second half of the channels. This course, like the paper, keeps the first half.",
)
def second_half(channels):
    return 1 - right.channel_mask(channels)


@convention(
    "channel_mask",
    "every other channel",
    "Your mask takes every other channel, as some code does. It splits channels as well; this course, like the paper, keeps the first half.",
    source="openai/glow splits even and odd channels",
)
def every_other_channel(channels):
    right.channel_mask(channels)
    return (torch.arange(channels) % 2 == 0).float()[:, None, None]


@mistake(
    "channel_mask",
    "one channel too many",
    "Your mask keeps one channel more than half. Channels count from 0: the first half is those below channels // 2.",
)
def one_too_many(channels):
    right.channel_mask(channels)
    return (torch.arange(channels) <= channels // 2).float()[:, None, None]


@mistake(
    "channel_mask",
    "no axes for height and width",
    "Your mask has the shape (channels,). Against an image (C, H, W) that would run along the width: give it two more axes of size 1.",
)
def flat_mask(channels):
    return right.channel_mask(channels)[:, 0, 0]


@mistake(
    "channel_mask",
    "an odd number of channels accepted",
    "For an odd number of channels you return a mask of unequal halves. The docstring asks for ValueError.",
)
def odd_accepted(channels):
    return (torch.arange(channels) < channels // 2).float()[:, None, None]


@mistake(
    "channel_mask",
    "a mask of true and false",
    "Your mask is not of floating-point numbers. Layers compute mask * x and 1 - mask, which torch refuses for bool: convert it with .float().",
)
def boolean_channels(channels):
    return right.channel_mask(channels).bool()


@mistake(
    "channel_mask",
    "a mask of whole numbers",
    "Your mask holds whole numbers. It is asked for as float numbers, of the kind that images are made of: convert it with .float().",
)
def whole_number_channels(channels):
    return right.channel_mask(channels).long()


@mistake(
    "channel_mask",
    "a batch axis in front",
    "Your mask has the shape (1, channels, 1, 1). A mask has one sample's shape, (channels, 1, 1); the batch axis comes by broadcasting.",
)
def batch_axis(channels):
    return right.channel_mask(channels)[None]


# squeeze, unsqueeze ------------------------------------------------------------------------------------------------


def refuse_odd(x):
    """Raise ValueError as the right answer does."""
    right.squeeze(x[:1])


@mistake(
    "squeeze",
    "reshaped without permuting",
    "You reshape in one go. The numbers keep their order in memory, so entries that are not neighbours end up in one block: split height and width into (H/2, 2) and (W/2, 2), then permute the two 2s next to the channels.",
)
def squeeze_by_view(x):
    refuse_odd(x)
    B, C, H, W = x.shape
    return x.reshape(B, 4 * C, H // 2, W // 2)


@convention(
    "squeeze",
    "the offsets before the channels",
    "You order the channels as (dy, dx, c), as TensorFlow's space_to_depth does. This course orders them (c, dy, dx), as pixel_unshuffle does.",
    source="tf.nn.space_to_depth",
)
def offsets_first(x):
    B, C, H, W = x.shape
    z = right.squeeze(x).reshape(B, C, 4, H // 2, W // 2)
    return z.transpose(1, 2).reshape(B, 4 * C, H // 2, W // 2)


@mistake(
    "squeeze",
    "row and column offset exchanged",
    "Your channels are ordered (c, dx, dy). The row offset comes first: channel 4 c + 2 dy + dx.",
)
def squeeze_dx_first(x):
    return right.squeeze(x)[:, [4 * c + k for c in range(x.shape[1]) for k in (0, 2, 1, 3)]]


@mistake(
    "squeeze",
    "quarters of the image for blocks",
    "You cut the image into its four quarters. Each output pixel must hold a 2 x 2 block of neighbours: split the height as (H/2, 2), not as (2, H/2).",
)
def squeeze_quarters(x):
    refuse_odd(x)
    B, C, H, W = x.shape
    parts = x.reshape(B, C, 2, H // 2, 2, W // 2).permute(0, 1, 2, 4, 3, 5)
    return parts.reshape(B, 4 * C, H // 2, W // 2)


@mistake(
    "squeeze",
    "the wrong way round",
    "You make the image larger and the channels fewer: that is unsqueeze. squeeze halves height and width.",
)
def squeeze_enlarges(x):
    return torch.nn.functional.pixel_shuffle(x, 2)


@mistake(
    "squeeze",
    "the blocks summed up",
    "You put a single number in place of each block. Nothing may be lost: all four entries become channels.",
)
def squeeze_pools(x):
    refuse_odd(x)
    return torch.nn.functional.avg_pool2d(x, 2)


@mistake(
    "squeeze",
    "odd sizes cropped",
    "For an odd height or width you drop the last row or column. Then the map has no inverse: raise ValueError.",
)
def squeeze_crops(x):
    return right.squeeze(x[:, :, : x.shape[2] // 2 * 2, : x.shape[3] // 2 * 2])


@mistake(
    "squeeze",
    "odd sizes padded",
    "For an odd height or width you add a row or column of zeros. Entries would appear that x does not have: raise ValueError.",
)
def squeeze_pads(x):
    return right.squeeze(torch.nn.functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)))


@mistake(
    "unsqueeze",
    "reshaped without permuting",
    "You reshape in one go, which keeps the order in memory. The four channels of a block must become neighbours: split the channels into (C, 2, 2), permute each 2 next to its axis, then reshape.",
)
def unsqueeze_by_view(x):
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2 * H, 2 * W)


@convention(
    "unsqueeze",
    "the offsets before the channels",
    "You read the channels as (dy, dx, c), as TensorFlow's depth_to_space does. This course orders them (c, dy, dx), as pixel_shuffle does.",
    source="tf.nn.depth_to_space",
)
def offsets_first_back(x):
    B, C, H, W = x.shape
    return right.unsqueeze(x.reshape(B, 4, C // 4, H, W).transpose(1, 2).reshape(B, C, H, W))


@mistake(
    "unsqueeze",
    "row and column offset exchanged",
    "You read the channels as (c, dx, dy), which mirrors every block. The row offset comes first: channel 4 c + 2 dy + dx.",
)
def unsqueeze_dx_first(x):
    return right.unsqueeze(x[:, [4 * c + k for c in range(x.shape[1] // 4) for k in (0, 2, 1, 3)]])


@mistake(
    "unsqueeze",
    "quarters of the image for blocks",
    "You put the four channels side by side as the quarters of the image. They belong into one 2 x 2 block at each pixel.",
)
def unsqueeze_quarters(x):
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2, 2, H, W).permute(0, 1, 2, 4, 3, 5).reshape(B, C // 4, 2 * H, 2 * W)


@mistake(
    "unsqueeze",
    "squeezed once more",
    "You halve height and width once more. unsqueeze doubles them.",
)
def unsqueeze_squeezes(x):
    return torch.nn.functional.pixel_unshuffle(x, 2)


@mistake(
    "unsqueeze",
    "the first channel repeated",
    "You enlarge the image by repeating entries. Each of the four entries of a block is a channel of its own: use them all.",
)
def unsqueeze_repeats(x):
    return x[:, ::4].repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


# dequantize --------------------------------------------------------------------------------------------------------


@mistake(
    "dequantize",
    "levels - 1 for levels",
    "You divide by levels - 1, as one does to bring a picture to [0, 1]. The top level with its noise then reaches beyond 1, and the bits come out wrong: there are 256 intervals, not 255.",
)
def divided_by_255(x_int, u, levels):
    return (x_int.to(u.dtype) + u) / (levels - 1)


@mistake(
    "dequantize",
    "no noise",
    "Your x is still discrete: u is not used, or rounded away. A density can be infinite on a grid; only the noise makes it comparable to probabilities.",
)
def no_noise(x_int, u, levels):
    return x_int.to(u.dtype) / levels


@mistake(
    "dequantize",
    "noise as large as the image",
    "You add u after dividing, so the noise covers all levels. It must fill one level's interval: add before you divide.",
)
def noise_not_divided(x_int, u, levels):
    return x_int.to(u.dtype) / levels + u


@mistake(
    "dequantize",
    "noise around the level",
    "You centre the noise on the level, so that level 0 reaches below 0. Each level k owns [k, k + 1) before the division.",
)
def noise_centred(x_int, u, levels):
    return (x_int.to(u.dtype) + u - 0.5) / levels


@mistake(
    "dequantize",
    "not divided",
    "Your x runs from 0 to levels. Divide by levels to bring it to [0, 1).",
)
def not_divided(x_int, u, levels):
    return x_int.to(u.dtype) + u


@mistake(
    "dequantize",
    "256 for any number of levels",
    "You divide by 256 always. The digits of this course have 17 levels: use the argument.",
)
def always_256(x_int, u, levels):
    return (x_int.to(u.dtype) + u) / 256


@mistake(
    "dequantize",
    "two widths",
    "You divide the level by levels - 1 and the noise by levels, so that the intervals neither touch nor fit into [0, 1). Add first, then divide both by levels.",
)
def two_widths(x_int, u, levels):
    return x_int.to(u.dtype) / (levels - 1) + u / levels


@mistake(
    "dequantize",
    "divided before it is converted",
    "You divide x_int as it comes. torch divides whole numbers in float32, so your x has seven digits and can fall below its own level's interval: convert x_int to u's dtype first.",
)
def divided_whole(x_int, u, levels):
    return x_int / levels + u / levels


# logit_transform, logit_inverse ------------------------------------------------------------------------------------


@mistake(
    "logit_transform",
    "the Jacobian of the shrinking forgotten",
    "Your log_det lacks log(1 - 2 alpha) for every entry: the shrinking to [alpha, 1 - alpha] comes before the logit and has a slope too.",
    source="uvadlc_notebooks#57 is about the other half of it, alpha not undone",
)
def shrinking_forgotten(x, alpha):
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det - x[0].numel() * math.log(1 - 2 * alpha)


@mistake(
    "logit_transform",
    "the shrinking counted once",
    "You add log(1 - 2 alpha) once. Every entry is shrunk: put it inside the sum.",
)
def shrinking_once(x, alpha):
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det - (x[0].numel() - 1) * math.log(1 - 2 * alpha)


@mistake(
    "logit_transform",
    "no Jacobian",
    "Your log_det is 0. The logit stretches [0, 1] over the whole line, most of all near the ends; its log-slope must be counted.",
)
def logit_no_jacobian(x, alpha):
    y, log_det = right.logit_transform(x, alpha)
    return y, torch.zeros_like(log_det)


@mistake(
    "logit_transform",
    "the sign of log_det",
    "Your log_det is that of the inverse, log |det dx/dy|. The logit stretches, so its own is positive.",
)
def logit_sign(x, alpha):
    y, log_det = right.logit_transform(x, alpha)
    return y, -log_det


@mistake(
    "logit_transform",
    "mean over entries",
    "You average over the entries. A log-determinant is a sum.",
)
def logit_mean(x, alpha):
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det / x[0].numel()


@mistake(
    "logit_transform",
    "summed over the batch",
    "Your log_det is one number for the whole batch. Each sample has its own: sum over all axes but the first.",
)
def logit_batch(x, alpha):
    y, log_det = right.logit_transform(x, alpha)
    return y, log_det.sum()


@mistake(
    "logit_transform",
    "clipped, not shrunk",
    "You clip x to [alpha, 1 - alpha], as torch.logit does with eps. Clipping has no inverse: shrink, alpha + (1 - 2 alpha) x.",
)
def logit_clipped(x, alpha):
    y = torch.logit(x, eps=alpha)
    inside = x.clamp(alpha, 1 - alpha)
    return y, -(inside * (1 - inside)).log().flatten(1).sum(dim=1)


@mistake(
    "logit_transform",
    "the slope at x",
    "Your log_det takes the logit's slope at x itself. The logit is applied to alpha + (1 - 2 alpha) x: take the slope there.",
)
def slope_at_x(x, alpha):
    y, _ = right.logit_transform(x, alpha)
    return y, (math.log(1 - 2 * alpha) - torch.log(x) - torch.log1p(-x)).flatten(1).sum(dim=1)


@mistake(
    "logit_transform",
    "half of the slope",
    "Your log_det has -log p but not -log(1 - p). The slope of the logit is 1 / (p (1 - p)).",
)
def half_slope(x, alpha):
    inside = alpha + (1 - 2 * alpha) * x
    return torch.logit(inside), (math.log(1 - 2 * alpha) - torch.log(inside)).flatten(1).sum(dim=1)


@convention(
    "logit_transform",
    "shrunk on one side",
    "You use alpha + (1 - alpha) x, as the RealNVP paper writes it; at x = 1 that is infinite. This course uses the symmetric alpha + (1 - 2 alpha) x.",
    source="Dinh 2017, sec. 4.1",
)
def one_sided(x, alpha):
    inside = alpha + (1 - alpha) * x
    log_slope = math.log(1 - alpha) - torch.log(inside) - torch.log1p(-inside)
    return torch.logit(inside), log_slope.flatten(1).sum(dim=1)


@mistake(
    "logit_inverse",
    "alpha not undone",
    "You take the sigmoid and stop. Before the logit, [0, 1] was shrunk to [alpha, 1 - alpha]: undo that too, in x and in log_det.",
    source="uvadlc_notebooks#57",
)
def alpha_not_undone(y, alpha):
    _, log_det = right.logit_inverse(y, alpha)
    return torch.sigmoid(y), log_det + y[0].numel() * math.log(1 - 2 * alpha)


@mistake(
    "logit_inverse",
    "the Jacobian of the stretching forgotten",
    "Your log_det lacks -log(1 - 2 alpha) for every entry: undoing the shrinking stretches, by 1 / (1 - 2 alpha).",
)
def stretching_forgotten(y, alpha):
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det + y[0].numel() * math.log(1 - 2 * alpha)


@mistake(
    "logit_inverse",
    "the log_det of the other direction",
    "You return log |det dy/dx|. This function runs from y to x, so its log_det is minus that.",
)
def inverse_sign(y, alpha):
    x, log_det = right.logit_inverse(y, alpha)
    return x, -log_det


@mistake(
    "logit_inverse",
    "the sign of one part",
    "Your log_det adds log(1 - 2 alpha). On the way back you divide by 1 - 2 alpha, so its logarithm is subtracted.",
)
def inverse_part_sign(y, alpha):
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det + 2 * y[0].numel() * math.log(1 - 2 * alpha)


@mistake(
    "logit_inverse",
    "mean over entries",
    "You average over the entries. A log-determinant is a sum.",
)
def inverse_mean(y, alpha):
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det / y[0].numel()


@mistake(
    "logit_inverse",
    "summed over the batch",
    "Your log_det is one number for the whole batch. Each sample has its own: sum over all axes but the first.",
)
def inverse_batch(y, alpha):
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det.sum()


@mistake(
    "logit_inverse",
    "divided before alpha is subtracted",
    "You divide by 1 - 2 alpha and then subtract alpha. The last thing that was done is undone first: alpha was added last, so subtract it first.",
)
def divided_first(y, alpha):
    _, log_det = right.logit_inverse(y, alpha)
    return torch.sigmoid(y) / (1 - 2 * alpha) - alpha, log_det


@mistake(
    "logit_inverse",
    "the log of a saturated sigmoid",
    "For y of size 800 your sigmoid is exactly 0 or 1, and the log of its slope infinite. Compute log p and log(1 - p) from y: softplus or logsigmoid never overflow.",
)
def saturated(y, alpha):
    p = torch.sigmoid(y)
    return (p - alpha) / (1 - 2 * alpha), (torch.log(p * (1 - p)) - math.log(1 - 2 * alpha)).flatten(1).sum(dim=1)


@mistake(
    "logit_inverse",
    "shrunk once more",
    "You shrink the sigmoid to [alpha, 1 - alpha] as on the way there. On the way back this is undone: subtract alpha, then divide by 1 - 2 alpha.",
)
def shrunk_once_more(y, alpha):
    _, log_det = right.logit_inverse(y, alpha)
    return alpha + (1 - 2 * alpha) * torch.sigmoid(y), log_det + 2 * y[0].numel() * math.log(1 - 2 * alpha)


@mistake(
    "logit_inverse",
    "half of the slope",
    "Your log_det has log p but not log(1 - p). The slope of the sigmoid is p (1 - p).",
)
def half_slope_back(y, alpha):
    x, _ = right.logit_inverse(y, alpha)
    return x, (-torch.nn.functional.softplus(-y) - math.log(1 - 2 * alpha)).flatten(1).sum(dim=1)


@mistake(
    "logit_inverse",
    "the stretching counted once",
    "You subtract log(1 - 2 alpha) once. Every entry is divided by 1 - 2 alpha: put it inside the sum.",
)
def stretching_once(y, alpha):
    x, log_det = right.logit_inverse(y, alpha)
    return x, log_det + (y[0].numel() - 1) * math.log(1 - 2 * alpha)


@convention(
    "logit_inverse",
    "shrunk on one side",
    "You undo alpha + (1 - alpha) x, as the RealNVP paper writes it. This course uses the symmetric alpha + (1 - 2 alpha) x.",
    source="Dinh 2017, sec. 4.1",
)
def one_sided_back(y, alpha):
    _, log_det = right.logit_inverse(y, alpha)
    shift = y[0].numel() * (math.log(1 - 2 * alpha) - math.log(1 - alpha))
    return (torch.sigmoid(y) - alpha) / (1 - alpha), log_det + shift


# bits_per_dim ------------------------------------------------------------------------------------------------------


@mistake(
    "bits_per_dim",
    "nats for bits",
    "Your log_prob is still in nats when log2(levels) is added. Divide it by log 2.",
)
def nats(log_prob, shape, levels):
    return math.log2(levels) - log_prob / math.prod(shape)


@convention(
    "bits_per_dim",
    "nats throughout",
    "You return nats per dimension. This course reports images in bits: divide by log 2.",
)
def nats_throughout(log_prob, shape, levels):
    return math.log(levels) - log_prob / math.prod(shape)


@mistake(
    "bits_per_dim",
    "multiplied by log 2",
    "You multiply log_prob by log 2. A bit is log 2 = 0.693 nats, so there are more bits than nats: divide.",
)
def multiplied_by_log_2(log_prob, shape, levels):
    return math.log2(levels) - log_prob * math.log(2) / math.prod(shape)


@mistake(
    "bits_per_dim",
    "the width in nats",
    "You add log(levels), in nats, to bits. The width of a level costs log2(levels) bits.",
)
def width_in_nats(log_prob, shape, levels):
    return math.log(levels) - log_prob / (math.prod(shape) * math.log(2))


@mistake(
    "bits_per_dim",
    "channels not counted",
    "You divide by height times width. A colour image has three numbers at each pixel, and each is a dimension.",
)
def channels_not_counted(log_prob, shape, levels):
    return math.log2(levels) - log_prob / (math.prod(shape[1:]) * math.log(2))


@mistake(
    "bits_per_dim",
    "the width of a level forgotten",
    "You give minus the log-density in bits. The probability of a grey level is density times width, 1 / levels: add log2(levels).",
)
def width_forgotten(log_prob, shape, levels):
    return -log_prob / (math.prod(shape) * math.log(2))


@mistake(
    "bits_per_dim",
    "the width with the wrong sign",
    "You subtract log2(levels). The interval of a level is narrow, so its probability is small and its cost high: add it.",
)
def width_sign(log_prob, shape, levels):
    return -math.log2(levels) - log_prob / (math.prod(shape) * math.log(2))


@mistake(
    "bits_per_dim",
    "the sign of log_prob",
    "Your bits grow with the density. What is probable is cheap: minus log_prob.",
)
def density_sign(log_prob, shape, levels):
    return math.log2(levels) + log_prob / (math.prod(shape) * math.log(2))


@mistake(
    "bits_per_dim",
    "8 bits for any number of levels",
    "You add 8 bits always. That is log2 of 256; use the number of levels that is given.",
)
def always_eight(log_prob, shape, levels):
    return 8 - log_prob / (math.prod(shape) * math.log(2))


@mistake(
    "bits_per_dim",
    "levels - 1 for levels",
    "You take the logarithm of levels - 1. The interval [0, 1) is cut into `levels` parts, 0 .. levels - 1.",
)
def one_level_less(log_prob, shape, levels):
    return math.log2(levels - 1) - log_prob / (math.prod(shape) * math.log(2))


@mistake(
    "bits_per_dim",
    "the width counted once for all dimensions",
    "You divide log2(levels) by the number of dimensions too. Every dimension has its own interval, so it is added once per dimension.",
)
def width_once(log_prob, shape, levels):
    dims = math.prod(shape)
    return (math.log2(levels) - log_prob / math.log(2)) / dims


@mistake(
    "bits_per_dim",
    "averaged over the batch",
    "You average over the batch. Return one number for each sample, (B,); whoever reports a mean takes it.",
)
def batch_mean(log_prob, shape, levels):
    return right.bits_per_dim(log_prob, shape, levels).mean()
