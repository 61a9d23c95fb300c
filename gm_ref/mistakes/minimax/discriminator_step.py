"""Wrong answers to discriminator_step that people really give, each with the sentence that cures it."""

from torch.nn import functional as F

from gm_ref.gan import minimax as right
from gm_ref.mistakes.minimax import BANK

mistake, convention = BANK.of("discriminator_step")


@mistake("fakes not detached")
def fakes_not_detached(D, G, real, z, optimizer):
    """Your discriminator step sends gradients into the generator. Detach G(z) before it enters D."""
    loss = right.discriminator_loss(D(real), D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("old gradients not cleared", source="code-soup#69, img2img-turbo#56")
def no_zero_grad(D, G, real, z, optimizer):
    """Gradients that D holds from the generator's step add to your step. Clear them with the optimiser's zero_grad
    before backward.
    """
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("no gradient in D")
def cleared_too_late(D, G, real, z, optimizer):
    """D does not move: when the optimiser steps, D holds no gradient. Look for zero_grad between backward and step (it
    belongs before backward), for a missing backward, or for a copy of D that is trained in its place.
    """
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.detach()


@mistake("gradients cleared only after the step")
def cleared_after_step(D, G, real, z, optimizer):
    """You clear the gradients after the step, so those that D holds from the generator's step still take part. Clear
    them before backward.
    """
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@mistake("the loss after the step")
def loss_after_step(D, G, real, z, optimizer):
    """The loss you return is computed anew, after D has moved. Return the loss whose gradient made the step."""
    right.discriminator_step(D, G, real, z, optimizer)
    return right.discriminator_loss(D(real), D(G(z))).detach()


@mistake("G left frozen")
def generator_left_frozen(D, G, real, z, optimizer):
    """Your step sets requires_grad of G's parameters to False and leaves it so: G cannot learn any more. Detach G(z)
    instead, or set it back.
    """
    G.requires_grad_(False)
    return right.discriminator_step(D, G, real, z, optimizer)


@mistake("real and fake exchanged")
def batches_exchanged(D, G, real, z, optimizer):
    """You pass the fakes as the real batch. D(real) is the first argument of the loss, D(G(z)) the second."""
    loss = right.discriminator_loss(D(G(z).detach()), D(real))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("the step is missing")
def step_missing(D, G, real, z, optimizer):
    """You compute gradients but never call the optimiser's step, so D does not move."""
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    optimizer.zero_grad()
    loss.backward()
    return loss.detach()


@mistake("two half steps")
def two_half_steps(D, G, real, z, optimizer):
    """You step after the real part and again after the fake part. Then the fakes are judged by a D that has already
    moved: add the two parts, then step once.
    """
    total = 0.0
    for part in (lambda: F.softplus(-D(real)).mean(), lambda: F.softplus(D(G(z).detach())).mean()):
        loss = part()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total = total + loss.detach()
    return total


@mistake("D trained against itself")
def generators_goal(D, G, real, z, optimizer):
    """Your D learns to call the fakes real. In this step the fakes have label 0: use discriminator_loss."""
    loss = F.softplus(-D(real)).mean() + F.softplus(-D(G(z).detach())).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("uphill")
def ascent(D, G, real, z, optimizer):
    """Your step goes uphill: backward is called on minus the loss. The optimiser descends by itself: call backward on
    the loss as it is.
    """
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    optimizer.zero_grad()
    (-loss).backward()
    optimizer.step()
    return loss.detach()


@mistake("the fakes' logits detached")
def fake_logits_detached(D, G, real, z, optimizer):
    """D learns nothing from the fakes: D(G(z)) is detached or computed under no_grad. Cut the graph before D, not after
    it: D(G(z).detach()).
    """
    loss = right.discriminator_loss(D(real), D(G(z)).detach())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("half of the loss")
def half_loss(D, G, real, z, optimizer):
    """You take half of the sum of the two parts, for the loss and for the step. discriminator_loss adds them."""
    loss = right.discriminator_loss(D(real), D(G(z).detach())) / 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("only the real samples")
def real_only(D, G, real, z, optimizer):
    """Your D sees the real samples alone. It learns from the fakes as well: both parts of discriminator_loss."""
    loss = F.softplus(-D(real)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("two steps")
def stepped_twice(D, G, real, z, optimizer):
    """You call the optimiser's step twice on one gradient. Once."""
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.detach()


@mistake("a sum over the batch")
def summed_step(D, G, real, z, optimizer):
    """You sum over the samples, so that the step grows with the batch. Each part is the mean over its own batch."""
    loss = F.softplus(-D(real)).sum() + F.softplus(D(G(z).detach())).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@mistake("no backward")
def no_backward(D, G, real, z, optimizer):
    """You never call backward, so the optimiser steps along whatever gradients were there before, or stands still. Call
    backward on the loss, between zero_grad and step.
    """
    loss = right.discriminator_loss(D(real), D(G(z).detach()))
    optimizer.step()
    return loss.detach()
