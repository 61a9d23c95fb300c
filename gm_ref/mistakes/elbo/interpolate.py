"""Wrong answers to interpolate that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.mistakes.elbo import BANK
from gm_ref.vae import elbo as right

mistake, convention = BANK.of("interpolate")


@mistake("the end is left out")
def end_left_out(z_start, z_end, steps):
    """Your last point falls one step short of z_end. Of n points, n - 1 steps apart, both ends are included."""
    weight = (torch.arange(steps, dtype=z_start.dtype) / steps)[:, None]
    return (1 - weight) * z_start + weight * z_end


@mistake("the ends exchanged")
def ends_exchanged(z_start, z_end, steps):
    """You walk from z_end to z_start."""
    return right.interpolate(z_end, z_start, steps)


@mistake("the sum of both ends")
def weights_do_not_add(z_start, z_end, steps):
    """Your weights do not add up to one: where the end's weight is w, the start's is 1 - w."""
    weight = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    return z_start + weight * z_end


@mistake("both ends left out")
def ends_left_out(z_start, z_end, steps):
    """You return points between the ends. Both ends are included."""
    return right.interpolate(z_start, z_end, steps + 2)[1:-1]


@mistake("slow at both ends")
def eased(z_start, z_end, steps):
    """Your points crowd at both ends. They are evenly spaced: the weights are k / (steps - 1)."""
    weight = (1 - torch.cos(math.pi * torch.linspace(0, 1, steps, dtype=z_start.dtype))) / 2
    return (1 - weight)[:, None] * z_start + weight[:, None] * z_end


@mistake("the axes exchanged")
def points_in_columns(z_start, z_end, steps):
    """You return (K, steps). Each row is a point: (steps, K)."""
    return right.interpolate(z_start, z_end, steps).T


@mistake("along the circle")
def slerped(z_start, z_end, steps):
    """You follow the great circle (slerp). That is a good path for unit vectors, and a later lesson's; here the path is
    straight.
    """
    weight = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    cos = torch.dot(z_start, z_end) / (z_start.norm() * z_end.norm())
    angle = torch.arccos(cos)
    return (torch.sin((1 - weight) * angle) * z_start + torch.sin(weight * angle) * z_end) / torch.sin(angle)


@mistake("steps counted without the start")
def one_point_more(z_start, z_end, steps):
    """You return one point more than asked: steps is the number of points, both ends included."""
    return right.interpolate(z_start, z_end, steps + 1)
