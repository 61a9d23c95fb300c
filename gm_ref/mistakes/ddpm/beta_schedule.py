"""Wrong answers to beta_schedule that people really give, each with the sentence that cures it."""

import math

import torch

from gm_ref.diffusion import ddpm as right
from gm_ref.mistakes.ddpm import BANK

mistake, convention = BANK.of("beta_schedule")


@convention("linear betas that do not depend on T")
def linear_unscaled(kind, T):
    """Your linear betas run from 1e-4 to 0.02 for every T, as in the paper's code for T = 1000. This course multiplies
    them by 1000 / T, so that a short chain destroys as much as a long one.
    """
    beta = right.beta_schedule(kind, T)
    return beta * T / 1000 if kind == "linear" else beta


@mistake("scaled by T / 1000")
def linear_scaled_inversely(kind, T):
    """You multiply the linear betas by T / 1000. Fewer steps must each add more noise: the factor is 1000 / T."""
    beta = linear_unscaled(kind, T)
    return beta * T / 1000 if kind == "linear" else beta


@mistake("the square roots are evenly spaced")
def roots_linear(kind, T):
    """You space the square roots of beta evenly, the scaled_linear schedule of latent diffusion. Here the betas
    themselves are evenly spaced.
    """
    beta = right.beta_schedule(kind, T)
    return torch.linspace(beta[0].sqrt(), beta[-1].sqrt(), T).double().square() if kind == "linear" else beta


@mistake("the line stops before its end")
def linear_without_end(kind, T):
    """Your last linear beta is one spacing short of the end. Both ends belong to the T values: there are T - 1
    spacings.
    """
    beta = right.beta_schedule(kind, T)
    return beta[0] + (beta[-1] - beta[0]) * torch.arange(T) / T if kind == "linear" else beta


@mistake("cosine shares one step late", source="MONAI GenerativeModels#489")
def cosine_one_late(kind, T):
    """Your cosine shares begin with f(0) / f(0) = 1 as the share after the first step, so that step adds no noise.
    After step t the share is f((t+1)/T) / f(0).
    """
    beta = right.beta_schedule(kind, T)
    return torch.cat([torch.zeros(1).double(), beta[:-1]]) if kind == "cosine" else beta


@mistake("alpha_bar returned for beta")
def cosine_alpha_bar(kind, T):
    """For the cosine you return the shares f((t+1)/T) / f(0) themselves. They are alpha_bar; beta_t is one minus the
    quotient of two neighbours.
    """
    beta = right.beta_schedule(kind, T)
    return torch.cumprod(1 - beta, dim=0) if kind == "cosine" else beta


@mistake("the cosine is not squared")
def cosine_not_squared(kind, T):
    """Your f is the cosine itself. A share of the variance is its square."""
    beta = right.beta_schedule(kind, T)
    return torch.cat([1 - (1 - beta[:-1]).sqrt(), beta[-1:]]) if kind == "cosine" else beta


@mistake("the offset 0.008 is lost")
def cosine_without_offset(kind, T):
    """Your cosine starts at angle 0. The offset 0.008 keeps the first betas from being too small to learn from."""
    if kind != "cosine":
        return right.beta_schedule(kind, T)
    f = torch.cos(math.pi / 2 * torch.arange(T + 1).double() / T).square()
    return (1 - f[1:] / f[:-1]).clamp(max=0.999)


@mistake("no cap")
def cosine_without_cap(kind, T):
    """Your last cosine beta is 1 to rounding: nothing of the signal would be left, and later divisions by alpha_bar
    fail. Cap the betas at 0.999.
    """
    beta = right.beta_schedule(kind, T)
    return torch.cat([beta[:-1], torch.ones(1).double()]) if kind == "cosine" else beta
