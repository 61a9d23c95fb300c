"""What several checks of lesson 11 share: oracles, inputs, expectations."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core import Draws, Guarded, expect, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.kit.probes.minimax import AffineGenerator, LogitDiscriminator

STABLE = "Compute it from the logit with softplus or logsigmoid: exp and log of a saturated sigmoid overflow."


NO_CLAMP = "Use every logit as it comes: no clamp, no threshold, nothing added."


USUAL = torch.tensor([0.3, -1.1, 2.7], dtype=torch.float64)


FAR_OUT = torch.tensor([-10000.0, -200.0, 200.0, 10000.0], dtype=torch.float64)


def log_sigmoid(x: Tensor) -> Tensor:
    """Return log sigmoid(x) for moderate x, the plain way: what a definition says."""
    return torch.log(1 / (1 + torch.exp(-x)))


def plain(*values: float) -> Tensor:
    """Return float64 numbers."""
    return torch.tensor(values, dtype=torch.float64)


def sigmoid(x: Tensor) -> Tensor:
    """Return D for logits of any size."""
    return 1 / (1 + torch.exp(-x))


def quite_sure(draw: Draws) -> Tensor:
    """Return logits (4,) between 4 and 15 in size, two of each sign."""
    return draw.uniform(4, low=4, high=15) * plain(-1, 1, -1, 1)


def distributions(draw: Draws) -> tuple[Tensor, Tensor]:
    """Return p and q (3, 5): an outcome that only p has, one that only q has, one that neither has, a rare one."""
    p, q = draw.uniform(3, 5, low=0.05), draw.uniform(3, 5, low=0.05)
    p[0, 0] = q[0, 1] = p[1, 2] = q[1, 2] = p[2, 4] = 0.0
    p[2, 3] *= 1e-4
    return p / p.sum(dim=1, keepdim=True), q / q.sum(dim=1, keepdim=True)


def kl(p: Tensor, q: Tensor) -> Tensor:
    """Return KL(p || q) over the last axis where p is not 0, one outcome after the other."""
    terms = [
        [a * math.log(a / b) for a, b in zip(x, y, strict=True) if a > 0]
        for x, y in zip(p.tolist(), q.tolist(), strict=True)
    ]
    return torch.tensor([math.fsum(row) for row in terms], dtype=torch.float64)


P4 = torch.tensor([0.1, 0.4, 0.3, 0.2], dtype=torch.float64)


Q4 = torch.tensor([0.25, 0.15, 0.0, 0.6], dtype=torch.float64)


def two_rows(f: Callable) -> Tensor:
    """Return f of two pairs of distributions."""
    return f(torch.stack([P4, Q4]), torch.stack([Q4, P4.flip(0)]))


def one_row(f: Callable) -> Tensor:
    """Return f of one pair of distributions."""
    return f(P4, Q4)


def deep(p: Tensor) -> Tensor:
    """Return rows (3, K) as (3, 2, 1, K), each beside its mirror image."""
    return torch.stack([p, p.flip(-1)], dim=1)[:, :, None]


def logits(f: Callable) -> tuple:
    """Return f of usual logits."""
    return f(wave(5)), f(wave(3, shift=20) - 2)


def sure_logits(f: Callable) -> tuple:
    """Return f of logits that are sure."""
    return f(plain(-200, 3)), f(plain(200, 3))


def far_logits(f: Callable) -> tuple:
    """Return f of logits whose exponential is infinite."""
    return f(plain(-1000, 3)), f(plain(1000, 3))


def expect_generator_loss(f: Guarded, draw: Draws, want: Callable, slope_of: Callable, far: float) -> None:
    """Probe means, slopes and sizes of logits: want(l) is the loss, slope_of(D) its derivative, per sample.

    far is the loss where the logits are those of FAR_OUT.
    """
    for count in (5, 1):
        fake = draw.normal(count) - 0.5
        expect_tensor(f(fake), (), like=fake, name="the loss")
        expect_digits(f(fake), want(fake).mean(), "The loss is off.", f"There are {count} samples: average over them.")
        look = f"It is {'-D' if far < 0 else 'D - 1'}, divided by the number of samples."
        expect_slope(f, (fake,), 0, "the logits", slope_of(sigmoid(fake)) / count, look)
    fake = quite_sure(draw)
    expect_digits(f(fake), want(fake).mean(), "For logits between 4 and 15 in size the loss is off.", NO_CLAMP)
    expect_close(f(FAR_OUT), far, "For logits between -10000 and 10000 the loss is off.", STABLE)
    expect_slope(f, (FAR_OUT,), 0, "logits between -10000 and 10000", slope_of(sigmoid(FAR_OUT)) / 4, STABLE)
    expect_in_float32(f(USUAL.float()), want(USUAL).mean(), "In float32 the loss is off.")
    single = f(FAR_OUT.float())
    expect_tensor(single, (), like=FAR_OUT.float(), name="the loss in float32")
    expect_in_float32(single, far, "In float32 the loss is off for logits between -10000 and 10000.")


def players(rate: float) -> tuple[LogitDiscriminator, AffineGenerator, SGD, SGD]:
    """Return D, G and a plain optimiser for each."""
    D, G = LogitDiscriminator(), AffineGenerator()
    return D, G, SGD(D.parameters(), lr=rate), SGD(G.parameters(), lr=rate)


@torch.no_grad()
def steep(D: LogitDiscriminator, sign: float) -> LogitDiscriminator:
    """Return D with far larger weights in its last layer, so that it is sure of all samples, and gradients are large."""
    D.out.weight.mul_(60)
    D.out.bias.fill_(2000 * sign)
    return D


def weights(module: nn.Module) -> Tensor:
    """Return all parameters of a network in one vector."""
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def cost(x: Tensor) -> Tensor:
    """Return the mean of log(1 + exp(x)): -log D of -x, for logits of any size."""
    return torch.logaddexp(torch.zeros_like(x), x).mean()


def after_step(loss: Tensor, module: nn.Module, rate: float, moving: nn.Module | None = None) -> Tensor:
    """Return the weights after a plain step of gradient descent, of all layers or of one layer alone."""
    moves = {id(p) for p in (moving or module).parameters()}
    pairs = zip(module.parameters(), torch.autograd.grad(loss, list(module.parameters())), strict=True)
    return torch.cat([(p.detach() - rate * g * (id(p) in moves)).flatten() for p, g in pairs])


def stale_gradients(module: nn.Module) -> None:
    """Put gradients of another computation on a network's parameters."""
    for p in module.parameters():
        p.grad = torch.full_like(p, 0.7)


def holds_gradients(module: nn.Module) -> Tensor:
    """Return 1 if any parameter of a network holds a gradient that is not 0, else 0."""
    held = any(p.grad is not None and bool(p.grad.any()) for p in module.parameters())
    return torch.tensor(float(held))


def frozen(module: nn.Module) -> Tensor:
    """Return how many parameters of a network take no gradients."""
    return torch.tensor(float(sum(not p.requires_grad for p in module.parameters())))


def expect_as_found(D: nn.Module, G: nn.Module) -> None:
    """Raise a Problem where a step has left something switched off."""
    for net, name in ((D, "D"), (G, "G")):
        expect(
            not bool(frozen(net)),
            f"After the step parameters of {name} are frozen: they no longer take gradients.",
            "The next step needs them. Whoever sets requires_grad to False sets it back.",
        )
        expect(net.training, f"After the step {name} is in evaluation mode.", "Both networks are still in training.")
    expect(torch.is_grad_enabled(), "It switches gradients off for good.", "Use torch.no_grad() as a block.")


OPTIMISER = "Let the optimiser that was given make the step: it may hold some layers only, and have a rule of its own."
