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


@mistake("brought to [-1, 1)")
def to_both_sides(x_int, u, levels):
    """You scale x to [-1, 1), the range of this course's images elsewhere. Flows work with densities over [0, 1):
    divide by levels and stop.
    """
    return 2 * (x_int.to(u.dtype) + u) / levels - 1


@mistake("the noise subtracted")
def noise_subtracted(x_int, u, levels):
    """You subtract u, so that level 0 reaches below 0. Level k owns [k, k + 1) before the division: add u."""
    return (x_int.to(u.dtype) - u) / levels


@mistake("the middle of the interval for the noise")
def middle_of_the_interval(x_int, u, levels):
    """You put every entry into the middle of its interval and leave u out. Then x is still discrete: add u in place of
    1/2.
    """
    return (x_int.to(u.dtype) + 0.5) / levels


@mistake("levels counted in the data")
def levels_from_the_data(x_int, u, levels):
    """You take the number of levels from the largest value in the data. A batch need not contain the top level: use the
    argument.
    """
    return (x_int.to(u.dtype) + u) / (x_int.max() + 1).to(u.dtype)


@mistake("the noise divided twice")
def noise_divided_twice(x_int, u, levels):
    """You divide the noise by levels and then the sum again. The noise then fills only a part of each interval: add u
    as it is, then divide once.
    """
    return (x_int.to(u.dtype) + u / levels) / levels


@mistake("whole-number division")
def whole_division(x_int, u, levels):
    """You divide whole numbers by //, which makes every level 0. Use / on numbers of u's dtype."""
    return (x_int // levels).to(u.dtype) + u / levels


@mistake("one noise for a whole sample")
def one_noise_per_sample(x_int, u, levels):
    """You use the same noise for all entries of a sample. Each entry has its own: u has the shape of x_int."""
    first = u.flatten(1)[:, 0].reshape(-1, *[1] * (u.dim() - 1))
    return (x_int.to(u.dtype) + first) / levels
