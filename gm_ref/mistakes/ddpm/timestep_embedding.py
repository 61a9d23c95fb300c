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
