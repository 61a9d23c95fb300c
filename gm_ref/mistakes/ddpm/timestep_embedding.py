"""Wrong answers to timestep_embedding that people really give, each with the sentence that cures it."""

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK

mistake, convention = BANK.of("timestep_embedding")


@convention("cosines first")
def cosines_first(t, dim):
    """Your cosines come first, as in some public code. In this course the first half is sines."""
    return right.timestep_embedding(t, dim).roll(dim // 2, dims=1)


@convention("divided by half - 1")
def half_minus_one(t, dim):
    """Your angles are spaced with half - 1, so that the slowest is exactly t / 10000, as in the first DDPM code. This
    course divides by half.
    """
    i = torch.arange(dim // 2)
    angle = t[:, None] * 10000 ** (-i / max(dim // 2 - 1, 1))
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@convention("sines and cosines take turns")
def interleaved(t, dim):
    """Your sines and cosines take turns, the layout of Vaswani 2017. In this course the sines fill the first half and
    the cosines the second.
    """
    return right.timestep_embedding(t, dim).unflatten(1, (2, dim // 2)).transpose(1, 2).flatten(1)


@mistake("sines and cosines over the batch", source="gmongaras/Diffusion_models_from_scratch#10")
def over_the_batch(t, dim):
    """Your sines and cosines take turns along axis 0, the batch: a sample's features depend on its place in the batch,
    and its t is half lost. Both belong to every row.
    """
    features = angles(t, dim).repeat(1, 2)
    features[::2], features[1::2] = features[::2].sin(), features[1::2].cos()
    return features


def angles(t, dim, base=10000.0):
    """Return the angles (B, half)."""
    return t[:, None] * base ** (-torch.arange(dim // 2) / (dim // 2))


@mistake("growing frequencies")
def growing(t, dim):
    """Your frequencies grow from 1 to 10000. The exponent is negative: the fastest angle is t itself, the slowest
    almost t / 10000.
    """
    angle = angles(t, dim, 1 / 10000)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("the exponent runs to one half")
def exponent_by_dim(t, dim):
    """You divide i by dim, so that the slowest angle is only t / 100. There are dim / 2 angles: divide by that."""
    angle = angles(t, dim, 100.0)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("the place in the batch for t")
def place_for_step(t, dim):
    """You embed the sample's place in the batch, 0, 1, 2, ... The features must come from the values in t."""
    return right.timestep_embedding(torch.arange(len(t)), dim)


@mistake("sines twice")
def sines_twice(t, dim):
    """Both halves of your features are sines. The second half is the cosines of the same angles."""
    return right.timestep_embedding(t, dim)[:, : dim // 2].repeat(1, 2)


@mistake("the time is scaled")
def time_scaled(t, dim):
    """You multiply t by 1000, as code with times in [0, 1] does. Here t is a whole number of steps: use it as it is."""
    return right.timestep_embedding(t * 1000, dim)


@mistake("twice as many features")
def twice_as_wide(t, dim):
    """You return 2 dim features: dim sines and dim cosines. dim counts both: there are dim / 2 angles."""
    return right.timestep_embedding(t, 2 * dim)


@mistake("only one of the halves")
def only_sines(t, dim):
    """You return the sines alone, dim / 2 features. Put the cosines of the same angles behind them."""
    return right.timestep_embedding(t, dim)[:, : dim // 2]


@mistake("i counted from 1")
def counted_from_one(t, dim):
    """Your i runs from 1 to half, so that the fastest angle is missing. It runs from 0: the first angle is t itself."""
    angle = angles(t, dim) * 10000 ** (-1 / (dim // 2))
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("one angle for all")
def one_angle(t, dim):
    """All your angles are t itself. Each feature has its own frequency, 10000^(-i / half)."""
    angle = t[:, None].expand(-1, dim // 2)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("angles without sine and cosine")
def bare_angles(t, dim):
    """You return the angles themselves. Take their sines for the first half and their cosines for the second."""
    return angles(t, dim).repeat(1, 2)


@mistake("1000 for 10000")
def base_1000(t, dim):
    """Your frequencies run down to 1 / 1000. The base is 10000."""
    angle = angles(t, dim, 1000.0)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("base 10 for the natural logarithm")
def log_base_ten(t, dim):
    """You put log10(10000) = 4 into exp. exp and the natural logarithm belong together: math.log(10000)."""
    angle = angles(t, dim, 54.598150033144236)  # e^4
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("a factor 2 pi")
def full_turns(t, dim):
    """You multiply the angles by 2 pi: for whole steps the fastest sine is then always 0. The angle is t itself."""
    angle = 2 * torch.pi * angles(t, dim)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("exponent doubled")
def exponent_doubled(t, dim):
    """Your exponent is -2 i / half. With half = dim / 2 there is no 2 left: -i / half, which is -2 i / dim."""
    angle = angles(t, dim, 1e8)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("the frequencies run backwards")
def frequencies_backwards(t, dim):
    """Your angles run from slow to fast. The first is t itself, the last almost t / 10000."""
    angle = angles(t, dim).flip(1)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


@mistake("a share of time")
def share_of_time(t, dim):
    """You divide t by the largest t of the batch. A step's features must not depend on the other samples."""
    return right.timestep_embedding(t / t.max(), dim)


@mistake("(dim, B) returned")
def turned_round(t, dim):
    """Your features run along axis 0 and the batch along axis 1. The batch comes first: (B, dim)."""
    return right.timestep_embedding(t, dim).T
