"""Right answers to generator_step that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.nn import functional as F

from tests.checks.alternatives.minimax.generator_loss import generator_loss__bce, generator_loss__logsigmoid


def generator_step__frozen(D, G, z, optimizer):
    for p in D.parameters():
        p.requires_grad_(False)
    loss = generator_loss__bce(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for p in D.parameters():
        p.requires_grad_(True)
    return loss.detach()


def generator_step__autograd(D, G, z, optimizer):
    loss = generator_loss__logsigmoid(D(G(z)))
    parameters = list(G.parameters())
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        p.grad = g
    optimizer.step()
    return loss.detach()


def generator_step__clears_both(D, G, z, optimizer):
    D.zero_grad()
    optimizer.zero_grad()
    loss = F.softplus(-D(G(z))).mean()
    loss.backward()
    D.zero_grad()
    optimizer.step()
    return loss.detach()


def generator_step__inputs(D, G, z, optimizer):
    loss = generator_loss__bce(D(G(z)))
    optimizer.zero_grad()
    loss.backward(inputs=list(G.parameters()))
    optimizer.step()
    return loss.detach()


def generator_step__in_two_pieces(D, G, z, optimizer):
    fake = G(z)
    leaf = fake.detach().requires_grad_()
    loss = generator_loss__logsigmoid(D(leaf))
    (pull,) = torch.autograd.grad(loss, leaf)
    optimizer.zero_grad()
    fake.backward(pull)
    optimizer.step()
    return loss.detach()


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "optimizer.zero_grad()  ->  G.zero_grad()": "the optimiser holds exactly this network's parameters",
}
