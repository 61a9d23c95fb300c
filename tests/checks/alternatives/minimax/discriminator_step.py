"""Right answers to discriminator_step that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.func import functional_call, grad_and_value
from torch.nn import functional as F

from tests.checks.alternatives.minimax.discriminator_loss import discriminator_loss__bce, discriminator_loss__logaddexp


def discriminator_step__two_backwards(D, G, real, z, optimizer):
    with torch.no_grad():
        fake = G(z)
    optimizer.zero_grad(set_to_none=False)
    loss_real = F.softplus(-D(real)).mean()
    loss_fake = F.softplus(D(fake)).mean()
    loss_real.backward()
    loss_fake.backward()
    optimizer.step()
    return (loss_real + loss_fake).detach()


def discriminator_step__one_batch(D, G, real, z, optimizer):
    logits = D(torch.cat([real, G(z).detach()]))
    loss = discriminator_loss__bce(logits[: len(real)], logits[len(real) :])
    for p in D.parameters():
        p.grad = None
    loss.backward()
    optimizer.step()
    return loss.detach()


def discriminator_step__autograd(D, G, real, z, optimizer):
    loss = discriminator_loss__logaddexp(D(real), D(G(z).detach()))
    parameters = list(D.parameters())
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        p.grad = g
    optimizer.step()
    return loss.detach()


def discriminator_step__closure(D, G, real, z, optimizer):
    def again():
        optimizer.zero_grad()
        loss = discriminator_loss__bce(D(real), D(G(z).detach()))
        loss.backward()
        return loss

    return optimizer.step(again).detach()


def discriminator_step__functional(D, G, real, z, optimizer):
    with torch.no_grad():
        fake = G(z)
    own = {name: p.detach() for name, p in D.named_parameters()}
    loss = lambda w: discriminator_loss__bce(*(functional_call(D, w, (x,)) for x in (real, fake)))  # noqa: E731
    slopes, value = grad_and_value(loss)(own)
    for name, p in D.named_parameters():
        p.grad = slopes[name]
    optimizer.step()
    return value


def discriminator_step__inputs(D, G, real, z, optimizer):
    loss = discriminator_loss__bce(D(real), D(G(z)))
    D.zero_grad()
    loss.backward(inputs=list(D.parameters()))
    optimizer.step()
    optimizer.zero_grad()
    return loss.data


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "optimizer.zero_grad()  ->  D.zero_grad()": "the optimiser holds exactly this network's parameters",
}
