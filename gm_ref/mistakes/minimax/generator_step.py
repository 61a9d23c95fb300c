"""Wrong answers to generator_step that people really give, each with the sentence that cures it."""

import torch
from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("generator_step")


@mistake("no gradient in G", source="image2reverb#37")
def generator_detached(D, G, z, optimizer):
    """G does not move: when the optimiser steps, G holds no gradient. Either G(z) is detached or made under no_grad,
    but here the gradient must flow through D into G; or backward is missing, or zero_grad stands between it and step.
    """
    fake = G(z).detach().requires_grad_()
    loss = right.generator_loss(D(fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("old gradients not cleared")
def generator_no_zero_grad(D, G, z, optimizer):
    """Gradients that G holds from elsewhere add to your step. Clear them with the optimiser's zero_grad before
    backward.
    """
    loss = right.generator_loss(D(G(z)))
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("gradients cleared only after the step")
def generator_cleared_after(D, G, z, optimizer):
    """You clear the gradients after the step, so those that G holds from elsewhere still take part. Clear them before
    backward.
    """
    loss = right.generator_loss(D(G(z)))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@mistake("the loss after the step")
def generator_loss_after(D, G, z, optimizer):
    """The loss you return is computed anew, after G has moved. Return the loss whose gradient made the step."""
    right.generator_step(D, G, z, optimizer)
    return right.generator_loss(D(G(z))).detach()


@mistake("D left frozen")
def discriminator_left_frozen(D, G, z, optimizer):
    """Your step sets requires_grad of D's parameters to False and leaves it so: D cannot learn any more. D need not be
    frozen, since its optimiser does not step here; if you freeze it, set it back.
    """
    D.requires_grad_(False)
    return right.generator_step(D, G, z, optimizer)


@mistake("the minimax loss")
def minimax_step(D, G, z, optimizer):
    """You step on log(1 - D), which saturates. This step uses the non-saturating loss, -log D."""
    loss = right.generator_loss_minimax(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("the discriminator's goal")
def helps_the_discriminator(D, G, z, optimizer):
    """You minimise -log(1 - D) on the fakes: the generator learns to be caught. Its loss is -log D."""
    loss = F.softplus(D(G(z))).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("D moves too")
def moves_both(D, G, z, optimizer):
    """Your step moves the discriminator as well. Only the optimiser that was given, which holds G's parameters, may
    step.
    """
    loss = right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    D.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for p in D.parameters():
            p.sub_(0.1 * p.grad)
    return loss.detach()


@mistake("the step is missing")
def generator_step_missing(D, G, z, optimizer):
    """You compute gradients but never call the optimiser's step, so G does not move."""
    loss = right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    D.zero_grad()
    with torch.no_grad():
        loss = loss * 1.0
    return loss.detach()


@mistake("uphill")
def generator_ascent(D, G, z, optimizer):
    """Your step goes uphill: backward is called on minus the loss. The optimiser descends by itself: call backward on
    the loss as it is.
    """
    loss = right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    (-loss).backward()
    optimizer.step()
    return loss.detach()


@mistake("two steps")
def generator_stepped_twice(D, G, z, optimizer):
    """You call the optimiser's step twice on one gradient. Once."""
    loss = right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.detach()


@mistake("a sum over the batch")
def generator_summed_step(D, G, z, optimizer):
    """You sum over the samples, so that the step grows with the batch. The loss is the mean over the batch."""
    loss = F.softplus(-D(G(z))).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("no backward")
def generator_no_backward(D, G, z, optimizer):
    """You never call backward, so the optimiser steps along whatever gradients were there before, or stands still. Call
    backward on the loss, between zero_grad and step.
    """
    loss = right.generator_loss(D(G(z)))
    optimizer.step()
    return loss.detach()


@mistake("log D, uphill in disguise")
def generator_minimises_log_d(D, G, z, optimizer):
    """You minimise log D, which pushes the samples to where D rejects them. The loss is -log D."""
    loss = -right.generator_loss(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@convention("the hinge or Wasserstein form")
def generator_wasserstein_step(D, G, z, optimizer):
    """You step on minus the mean logit, the generator's loss of Wasserstein and hinge GANs. It is right there; this
    lesson's is -log D.
    """
    loss = -D(G(z)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
