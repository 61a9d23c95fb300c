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


@mistake("capped at another number")
def cosine_capped_later(kind, T):
    """You cap the cosine betas, but at 0.9999. The cap is 0.999: then the last step still leaves a thousandth of the
    variance.
    """
    beta = right.beta_schedule(kind, T)
    return torch.cat([beta[:-1], torch.full((1,), 0.9999).double()]) if kind == "cosine" else beta


@mistake("only the end is scaled")
def linear_end_scaled(kind, T):
    """You multiply the last linear beta by 1000 / T and leave the first at 1e-4. Both ends are multiplied."""
    if kind != "linear":
        return right.beta_schedule(kind, T)
    return torch.linspace(1e-4, 20 / T, T, dtype=torch.float64)


@mistake("from the noisy end")
def linear_reversed(kind, T):
    """Your linear betas fall. They begin small, near the data, and grow with t."""
    beta = right.beta_schedule(kind, T)
    return beta.flip(0) if kind == "linear" else beta


@mistake("evenly spaced logarithms")
def linear_in_logs(kind, T):
    """You space the logarithms of beta evenly. In a linear schedule the betas themselves are evenly spaced."""
    beta = right.beta_schedule(kind, T)
    return torch.linspace(beta[0].log(), beta[-1].log(), T, dtype=torch.float64).exp() if kind == "linear" else beta


def cosine_by(angles, T):
    """Return capped cosine betas for the angles of T + 1 values u in [0, 1]."""
    f = torch.cos(angles(torch.arange(T + 1).double() / T)).square()
    return (1 - f[1:] / f[:-1]).clamp(max=0.999)


@mistake("1.008 is lost")
def cosine_undivided(kind, T):
    """Your angle is pi/2 (u + 0.008), past a right angle at u = 1. Divide by 1.008, so that it ends at pi/2."""
    return cosine_by(lambda u: math.pi / 2 * (u + 0.008), T) if kind == "cosine" else right.beta_schedule(kind, T)


@mistake("pi for pi / 2")
def cosine_of_pi(kind, T):
    """Your angle runs to pi, where the squared cosine is 1 again. It runs to pi / 2, where no signal is left."""
    return cosine_by(lambda u: math.pi * (u + 0.008) / 1.008, T) if kind == "cosine" else right.beta_schedule(kind, T)


@mistake("pi / 2 is lost")
def cosine_of_u(kind, T):
    """Your angle is (u + 0.008) / 1.008, without pi / 2: at the end much of the signal is left."""
    return cosine_by(lambda u: (u + 0.008) / 1.008, T) if kind == "cosine" else right.beta_schedule(kind, T)


@mistake("one minus the share")
def cosine_one_minus_share(kind, T):
    """Your cosine beta_t is 1 - f((t+1)/T) / f(0), the variance of all noise so far. One step's beta is one minus the
    quotient of two neighbours, f((t+1)/T) / f(t/T).
    """
    beta = right.beta_schedule(kind, T)
    return (1 - torch.cumprod(1 - beta, dim=0)).clamp(max=0.999) if kind == "cosine" else beta


@mistake("alpha returned for beta")
def cosine_alpha(kind, T):
    """For the cosine you return the quotients f((t+1)/T) / f(t/T). They are alpha_t; beta_t is one minus that."""
    beta = right.beta_schedule(kind, T)
    return 1 - beta if kind == "cosine" else beta


@mistake("the quotient upside down")
def cosine_upside_down(kind, T):
    """Your cosine betas are 1 - f(t/T) / f((t+1)/T), which is negative. f falls: the later value stands on top."""
    beta = right.beta_schedule(kind, T)
    return 1 - 1 / (1 - beta) if kind == "cosine" else beta


@mistake("T values of f instead of T + 1")
def cosine_one_short(kind, T):
    """You compute f at T points from 0 to 1, which makes T - 1 quotients. T betas need T + 1 values of f."""
    return right.beta_schedule(kind, T - 1 if kind == "cosine" else T)
