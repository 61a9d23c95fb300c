"""Wrong answers to bits_per_dim that people really give, each with the sentence that cures it."""

import math

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("bits_per_dim")


@mistake("nats for bits")
def nats(log_prob, shape, levels):
    """Your log_prob is still in nats when log2(levels) is added. Divide it by log 2."""
    return math.log2(levels) - log_prob / math.prod(shape)


@convention("nats throughout")
def nats_throughout(log_prob, shape, levels):
    """You return nats per dimension. This course reports images in bits: divide by log 2."""
    return math.log(levels) - log_prob / math.prod(shape)


@mistake("multiplied by log 2")
def multiplied_by_log_2(log_prob, shape, levels):
    """You multiply log_prob by log 2. A bit is log 2 = 0.693 nats, so there are more bits than nats: divide."""
    return math.log2(levels) - log_prob * math.log(2) / math.prod(shape)


@mistake("the width in nats")
def width_in_nats(log_prob, shape, levels):
    """You add log(levels), in nats, to bits. The width of a level costs log2(levels) bits."""
    return math.log(levels) - log_prob / (math.prod(shape) * math.log(2))


@mistake("channels not counted")
def channels_not_counted(log_prob, shape, levels):
    """You divide by height times width. A colour image has three numbers at each pixel, and each is a dimension."""
    return math.log2(levels) - log_prob / (math.prod(shape[1:]) * math.log(2))


@mistake("the width of a level forgotten")
def width_forgotten(log_prob, shape, levels):
    """You give minus the log-density in bits. The probability of a grey level is density times width, 1 / levels: add
    log2(levels).
    """
    return -log_prob / (math.prod(shape) * math.log(2))


@mistake("the width with the wrong sign")
def width_sign(log_prob, shape, levels):
    """You subtract log2(levels). The interval of a level is narrow, so its probability is small and its cost high: add
    it.
    """
    return -math.log2(levels) - log_prob / (math.prod(shape) * math.log(2))


@mistake("the sign of log_prob")
def density_sign(log_prob, shape, levels):
    """Your bits grow with the density. What is probable is cheap: minus log_prob."""
    return math.log2(levels) + log_prob / (math.prod(shape) * math.log(2))


@mistake("8 bits for any number of levels")
def always_eight(log_prob, shape, levels):
    """You add 8 bits always. That is log2 of 256; use the number of levels that is given."""
    return 8 - log_prob / (math.prod(shape) * math.log(2))


@mistake("levels - 1 for levels")
def one_level_less(log_prob, shape, levels):
    """You take the logarithm of levels - 1. The interval [0, 1) is cut into `levels` parts, 0 .. levels - 1."""
    return math.log2(levels - 1) - log_prob / (math.prod(shape) * math.log(2))


@mistake("the width counted once for all dimensions")
def width_once(log_prob, shape, levels):
    """You divide log2(levels) by the number of dimensions too. Every dimension has its own interval, so it is added
    once per dimension.
    """
    dims = math.prod(shape)
    return (math.log2(levels) - log_prob / math.log(2)) / dims


@mistake("averaged over the batch")
def batch_mean(log_prob, shape, levels):
    """You average over the batch. Return one number for each sample, (B,); whoever reports a mean takes it."""
    return right.bits_per_dim(log_prob, shape, levels).mean()


@mistake("the number of axes for the number of dimensions")
def axes_counted(log_prob, shape, levels):
    """You divide by the number of axes, len(shape). Each entry is a dimension: multiply the sizes, math.prod(shape)."""
    return math.log2(levels) - log_prob / (len(shape) * math.log(2))


@mistake("the sum of the sizes for their product")
def sizes_added(log_prob, shape, levels):
    """You add the sizes of the axes. An image of C x H x W has as many entries as their product, math.prod(shape)."""
    return math.log2(levels) - log_prob / (sum(shape) * math.log(2))


@mistake("bits for the whole image")
def bits_of_the_image(log_prob, shape, levels):
    """You return the bits of the whole image. Bits per dimension are those divided by the number of entries."""
    return right.bits_per_dim(log_prob, shape, levels) * math.prod(shape)


@mistake("not divided by the dimensions")
def not_per_dimension(log_prob, shape, levels):
    """You add one level's width to log_prob of all dimensions. Divide log_prob by the number of entries first."""
    return math.log2(levels) - log_prob / math.log(2)


@mistake("no gradient")
def bits_without_gradient(log_prob, shape, levels):
    """Your value is right, but no gradient flows to log_prob, so it could not serve as a loss. Leave out item, numpy,
    detach and no_grad.
    """
    return right.bits_per_dim(log_prob.detach(), shape, levels)


@mistake("summed over the batch")
def batch_sum(log_prob, shape, levels):
    """You sum over the batch. Return one number for each sample, (B,)."""
    return right.bits_per_dim(log_prob, shape, levels).sum()


@mistake("minus the bits")
def minus_the_bits(log_prob, shape, levels):
    """Your result has the opposite sign. Bits are a cost: log2(levels) is added, log_prob is subtracted."""
    return -right.bits_per_dim(log_prob, shape, levels)
