"""Generative adversarial networks as a two-player game.  Goodfellow et al. 2014, arXiv:1406.2661.

    min_G max_D V(D, G) = E_p[log D(x)] + E_q[log(1 - D(x))]                                       (1)
    D*(x) = p(x) / (p(x) + q(x))                                                                   (2)
    V(D*, G) = -log 4 + 2 JSD(p || q)                                                              (6)

p is the density of the data, q that of the generator's samples.  A discriminator returns logits l; D = sigmoid(l).
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import softplus
from torch.optim import Optimizer


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return -V, the loss a discriminator minimises, a scalar.

    -log D on real plus -log(1 - D) on fake samples. real_logits (B,) and fake_logits (M,) may
    differ in number: each is averaged over its own batch, and the two means are added. Finite for
    logits of any size; gradients flow to both. Goodfellow 2014, eq. 1.
    """
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """Return the probability D* (*) that x is data, for densities p (*) and q (*) at x.

    1/2 where both densities are 0, and only there by convention: densities of 1e-200 are densities.
    Its value alone is asked for: no gradient need flow through it. Goodfellow 2014, eq. 2.
    """
    both = p + q
    return torch.where(both > 0, p / torch.where(both > 0, both, 1), 0.5)


def jensen_shannon(p: Tensor, q: Tensor) -> Tensor:
    """Return the Jensen-Shannon divergence in nats, (*), of the distributions p and q (*, K).

    p and q hold the probabilities of K outcomes. The mean of KL(p || m) and KL(q || m) with
    m = (p + q) / 2, where 0 log 0 = 0; between 0 and log 2. The divergence, not its square root.
    Its value alone is asked for: no gradient need flow through it. Lin 1991; Goodfellow 2014,
    sec. 4.1.
    """
    m = (p + q) / 2
    m = torch.where(m > 0, m, 1)
    return 0.5 * (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum(dim=-1)


def value_at_optimum(p: Tensor, q: Tensor) -> Tensor:
    """Return V(D*, G) in nats, (*): what the best discriminator reaches on p and q (*, K).

    p and q each sum to one over the K outcomes. The value is the sum over outcomes of
    p log D* + q log(1 - D*), where 0 log 0 = 0; it equals -log 4 + 2 JSD(p || q). Finite also where
    D* is so close to 1 that 1 - D* has no digits left. Its value alone is asked for, to ten digits:
    no gradient need flow through it. Goodfellow 2014, eq. 4 to 6.
    """
    real, fake = optimal_discriminator(p, q), optimal_discriminator(q, p)
    return (torch.xlogy(p, real) + torch.xlogy(q, fake)).sum(dim=-1)


def generator_loss_minimax(fake_logits: Tensor) -> Tensor:
    """Return log(1 - D(G(z))), the generator's part of V: the mean over fake_logits (B,), a scalar.

    To be minimised, so gradients flow to the logits. It saturates: its gradient vanishes where the
    discriminator is sure. Finite for logits of any size. Goodfellow 2014, eq. 1.
    """
    return -softplus(fake_logits).mean()


def generator_loss(fake_logits: Tensor) -> Tensor:
    """Return the non-saturating loss -log D(G(z)), a scalar: the mean over fake_logits (B,).

    To be minimised, so gradients flow to the logits; finite for logits of any size.
    Goodfellow 2014, sec. 3.
    """
    return softplus(-fake_logits).mean()


def saturation_ratio(logit: Tensor) -> Tensor:
    """Return how many times larger the non-saturating gradient is than the minimax one, (*).

    The ratio of the two losses' derivatives with respect to the logit (*) of one fake sample:
    (1 - D) / D, in one simple expression that stays exact where D is tiny. Its value alone is asked
    for: no gradient need flow through it. Goodfellow 2014, sec. 3.
    """
    return torch.exp(-logit)


def discriminator_step(D: Callable, G: Callable, real: Tensor, z: Tensor, optimizer: Optimizer) -> Tensor:
    """Take one step of the discriminator; return the loss, a detached scalar.

    D learns from real (B, *) and from G(z), z (M, K). optimizer holds parameters of D only, and
    makes the step. Gradients left over from elsewhere do not count, and none reaches G. The loss, a
    tensor of shape (), is that before the step. All parameters of D and of G take gradients before
    the step, and after it. Goodfellow 2014, algorithm 1.
    """
    loss = discriminator_loss(D(real), D(G(z).detach()))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def generator_step(D: Callable, G: Callable, z: Tensor, optimizer: Optimizer) -> Tensor:
    """Take one step of the generator on z (B, K); return the loss, a detached scalar.

    The loss, a tensor of shape (), is the non-saturating one, before the step. optimizer holds
    parameters of G only, and makes the step; D does not move, though gradients flow through it.
    Gradients left over from elsewhere do not count. All parameters of D and of G take gradients
    before the step, and after it. Goodfellow 2014, algorithm 1 and sec. 3.
    """
    loss = generator_loss(D(G(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
