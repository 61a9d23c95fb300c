"""Right answers to reparameterize that are written in unusual ways.  A fair check passes them all."""

import math

import torch


def reparameterize__sqrt(mu, logvar, eps):
    return torch.addcmul(mu, logvar.exp().sqrt(), eps)


def reparameterize__affine(mu, logvar, eps):
    return torch.distributions.AffineTransform(mu, (logvar / 2).exp())(eps)


def reparameterize__einsum(mu, logvar, eps):
    return eps * torch.einsum("bk,bk->bk", torch.exp(logvar / 4), torch.exp(logvar / 4)) + mu


def reparameterize__own_copy(mu, logvar, eps):
    z = eps.clone() * torch.exp2(logvar / (2 * math.log(2)))
    z += mu
    return z


def reparameterize__matrices(mu, logvar, eps):
    return mu + (torch.diag_embed(torch.exp(logvar / 2)) @ eps[..., None]).squeeze(-1)
