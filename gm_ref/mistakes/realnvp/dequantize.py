"""Wrong answers to dequantize that people really give, each with the sentence that cures it."""

from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("dequantize")


@mistake("levels - 1 for levels")
def divided_by_255(x_int, u, levels):
    """You divide by levels - 1, as one does to bring a picture to [0, 1]. The top level with its noise then reaches
    beyond 1, and the bits come out wrong: there are 256 intervals, not 255.
    """
    return (x_int.to(u.dtype) + u) / (levels - 1)


@mistake("no noise")
def no_noise(x_int, u, levels):
    """Your x is still discrete: u is not used, or rounded away. A density can be infinite on a grid; only the noise
    makes it comparable to probabilities.
    """
    return x_int.to(u.dtype) / levels


@mistake("noise as large as the image")
def noise_not_divided(x_int, u, levels):
    """You add u after dividing, so the noise covers all levels. It must fill one level's interval: add before you
    divide.
    """
    return x_int.to(u.dtype) / levels + u


@mistake("noise around the level")
def noise_centred(x_int, u, levels):
    """You centre the noise on the level, so that level 0 reaches below 0. Each level k owns [k, k + 1) before the
    division.
    """
    return (x_int.to(u.dtype) + u - 0.5) / levels


@mistake("not divided")
def not_divided(x_int, u, levels):
    """Your x runs from 0 to levels. Divide by levels to bring it to [0, 1)."""
    return x_int.to(u.dtype) + u


@mistake("256 for any number of levels")
def always_256(x_int, u, levels):
    """You divide by 256 always. The digits of this course have 17 levels: use the argument."""
    return (x_int.to(u.dtype) + u) / 256


@mistake("two widths")
def two_widths(x_int, u, levels):
    """You divide the level by levels - 1 and the noise by levels, so that the intervals neither touch nor fit into [0,
    1). Add first, then divide both by levels.
    """
    return x_int.to(u.dtype) / (levels - 1) + u / levels


@mistake("divided before it is converted")
def divided_whole(x_int, u, levels):
    """You divide x_int as it comes. torch divides whole numbers in float32, so your x has seven digits and can fall
    below its own level's interval: convert x_int to u's dtype first.
    """
    return x_int / levels + u / levels
