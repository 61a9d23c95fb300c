"""The books of a training step: what it does to the networks of a game, counted by exact numbers.

For an exercise STEP(D, G, *data, optimizer) -> the detached loss, in which one network moves and the other does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core.expect import expect, expect_tensor
from gm_ref.checks.core.guard import Guarded
from gm_ref.checks.core.precise import expect_digits

OPTIMISER = "Let the optimiser that was given make the step: it may hold some layers only, and have a rule of its own."
STILL = "Look for detach, no_grad, a missing backward or step, zero_grad between the two, or a copy that moves instead."
ORDER = "zero_grad, backward, step, in this order and once each, on the whole loss; nothing is clipped or rescaled."
RATE = 0.2


def weights(module: nn.Module) -> Tensor:
    """Return all parameters of a network in one vector."""
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def stale(module: nn.Module) -> nn.Module:
    """Put gradients of another computation on a network's parameters, and return it."""
    for p in module.parameters():
        p.grad = torch.full_like(p, 0.7)
    return module


def holds_gradients(module: nn.Module) -> Tensor:
    """Return 1 if any parameter of a network holds a gradient that is not 0, else 0."""
    return torch.tensor(float(any(p.grad is not None and bool(p.grad.any()) for p in module.parameters())))


def frozen(module: nn.Module) -> Tensor:
    """Return how many parameters of a network take no gradients."""
    return torch.tensor(float(sum(not p.requires_grad for p in module.parameters())))


@dataclass(frozen=True)
class Step:
    """A step of a player (0: D, 1: G), the loss of D, G and the data that it must descend, and how a game begins."""

    f: Guarded
    player: int
    loss: Callable
    players: Callable[[], tuple]

    def after(self, game: tuple, data: tuple, moving: list) -> Tensor:
        """Return the player's weights after a plain step down the slope by these parameters."""
        own = list(game[self.player].parameters())
        pairs = zip(own, torch.autograd.grad(self.loss(*game, *data), own), strict=True)
        return torch.cat([(p.detach() - RATE * g * any(p is q for q in moving)).flatten() for p, g in pairs])

    def moves(self, game: tuple, data: tuple, claim: str, *look: str, own: Sequence | None = None) -> None:
        """Raise a Problem with this claim unless the parameters in own, or all of the player's, make that step."""
        moving = list(game[self.player].parameters()) if own is None else list(own)
        want = self.after(game, data, moving)
        self.f(*game, *data, SGD(moving, lr=RATE))
        expect_digits(weights(game[self.player]), want, claim, *look)

    def books(self, data: tuple, told: str, *look: str) -> None:
        """Raise a Problem unless the loss comes back, this player moves, the other does not, and all is as it was."""
        game, (mine, other) = self.players(), ("DG" if self.player == 0 else "GD")
        moving = list(game[self.player].parameters())
        loss, want, start = self.loss(*game, *data), self.after(game, data, moving), [weights(net) for net in game]
        result = self.f(*game, *data, SGD(moving, lr=RATE))
        got, now = expect_tensor(result, (), like=data[0], name="the loss"), [weights(net) for net in game]
        expect(not result.requires_grad, "The loss returned still holds its graph: return it detached.")
        expect_digits(got, loss, told, *look)
        kept = bool((now[1 - self.player] == start[1 - self.player]).all())
        expect(kept, f"The parameters of {other} moved; this step belongs to {mine} alone.")
        expect(bool((now[self.player] != start[self.player]).any()), f"{mine} did not move at all.", STILL)
        expect_digits(
            now[self.player],
            want,
            f"{mine}'s parameters are not where one step down the slope of its loss leads.",
            ORDER,
        )
        expect_as_found(game)


def expect_as_found(game: tuple) -> None:
    """Raise a Problem where a step has left something switched off."""
    for net, name in zip(game, "DG", strict=True):
        claim = f"After the step parameters of {name} are frozen: they no longer take gradients."
        expect(not frozen(net), claim, "The next step needs them. Whoever sets requires_grad to False sets it back.")
        expect(net.training, f"After the step {name} is in evaluation mode.", "Both networks are still in training.")
    expect(torch.is_grad_enabled(), "It switches gradients off for good.", "Use torch.no_grad() as a block.")
