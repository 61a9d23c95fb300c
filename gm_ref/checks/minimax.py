"""Checks of lesson 11: the value of the game, its optimum, the two generator losses, and one step of each player."""

import math
from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_alone, expect_close, expect_tensor, wave
from gm_ref.kit.probes_gan import AffineGenerator, LogitDiscriminator

LOG_4 = math.log(4)
STABLE = "Compute it from the logit with softplus or logsigmoid: exp and log of a saturated sigmoid overflow."


def slope(f: Callable, x: float) -> float:
    """Return the derivative of a smooth function at x by central differences, to about ten digits."""
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


def log_sigmoid(x: Tensor) -> Tensor:
    """Return log sigmoid(x) for moderate x, the plain way: what a definition says."""
    return torch.log(1 / (1 + torch.exp(-x)))


def distributions(draw: Draws, rows: int, outcomes: int) -> Tensor:
    """Return rows of probabilities (rows, outcomes), some of them exactly 0."""
    weights = draw.uniform(rows, outcomes, low=0.05)
    weights[:, 0] *= (torch.arange(rows) % 2).double()
    return weights / weights.sum(dim=1, keepdim=True)


def kl(p: Tensor, q: Tensor) -> Tensor:
    """Return KL(p || q) over the last axis where p is not 0, one outcome after the other."""
    terms = [
        [a * math.log(a / b) for a, b in zip(x, y, strict=True) if a > 0]
        for x, y in zip(p.tolist(), q.tolist(), strict=True)
    ]
    return torch.tensor([math.fsum(row) for row in terms], dtype=torch.float64)


# discriminator_loss ------------------------------------------------------------------------------------------------


def _discriminator_loss_unequal(f: Callable) -> Tensor:
    return f(wave(5), wave(3, shift=40) - 0.4)


def _discriminator_loss_equal(f: Callable) -> tuple:
    return f(wave(4) + 1, wave(4, shift=9)), f(wave(1), wave(1, shift=5) - 3)


def _discriminator_loss_sure(f: Callable) -> Tensor:
    return f(torch.full((2,), 200.0, dtype=torch.float64), torch.full((3,), 150.0, dtype=torch.float64))


@check(probes=[_discriminator_loss_unequal, _discriminator_loss_equal, _discriminator_loss_sure])
def check_discriminator_loss(discriminator_loss: Guarded, draw: Draws) -> None:
    """Probe the real and the fake part alone, the means over unequal batches, sure discriminators, the gradient."""
    real, fake = draw.normal(5) + 0.5, draw.normal(3) - 0.3
    low, high = torch.full((2,), -40.0, dtype=torch.float64), torch.full((4,), 40.0, dtype=torch.float64)
    got = expect_tensor(discriminator_loss(real, fake), (), like=real, name="the loss")
    expect_close(
        discriminator_loss(real, low),
        -log_sigmoid(real).mean(),
        "With fakes that the discriminator surely rejects, the loss is the mean of -log D over the real samples.",
        "D is the sigmoid of the logit, taken once; average over the batch.",
    )
    expect_close(
        discriminator_loss(high, fake),
        -log_sigmoid(-fake).mean(),
        "With real samples that it surely accepts, the loss is the mean of -log(1 - D) over the fakes.",
        "1 - sigmoid(l) is sigmoid(-l); average over the batch.",
    )
    expect_close(
        got,
        -log_sigmoid(real).mean() - log_sigmoid(-fake).mean(),
        "The loss is not the sum of its two means.",
        "Each batch is averaged by its own size, then the two means are added, not averaged.",
    )
    sure = discriminator_loss(-5 * high, 5 * high[:2])
    expect_close(sure, 400.0, "For logits of size 200, all on the wrong side, the loss must be 400.", STABLE)
    pull = discriminator_loss.gradient(real, fake)
    expect_close(
        pull,
        -(1 - 1 / (1 + torch.exp(-real))) / 5,
        "The gradient with respect to the real logits is off.",
        "It is D - 1, divided by the number of real samples.",
    )
    push = discriminator_loss.gradient(real, fake, wrt=1)
    expect_close(
        push,
        1 / (1 + torch.exp(-fake)) / 3,
        "The gradient with respect to the fake logits is off.",
        "It is D, divided by the number of fake samples.",
    )
    expect_tensor(discriminator_loss(real.float(), fake.float()), (), like=real.float(), name="the loss in float32")


# optimal_discriminator ---------------------------------------------------------------------------------------------

P4 = torch.tensor([0.1, 0.4, 0.3, 0.2], dtype=torch.float64)
Q4 = torch.tensor([0.25, 0.15, 0.0, 0.6], dtype=torch.float64)


def _optimal_discriminator(f: Callable) -> tuple:
    return f(P4, Q4), f(3 * P4.reshape(2, 2), Q4.reshape(2, 2) + 0.1)


def _optimal_discriminator_nowhere(f: Callable) -> Tensor:
    return f(torch.tensor([0.0, 0.5, 0.0]).double(), torch.tensor([0.0, 0.0, 0.5]).double())


@check(probes=[_optimal_discriminator, _optimal_discriminator_nowhere])
def check_optimal_discriminator(optimal_discriminator: Guarded, draw: Draws) -> None:
    """Probe that no other D does better at any point, and the points where a density is 0."""
    p, q = draw.uniform(4, 3, low=0.05, high=3), draw.uniform(4, 3, low=0.05, high=3)
    d = expect_tensor(optimal_discriminator(p, q), (4, 3), like=p, name="D*")
    expect(
        bool(((d > 0) & (d < 1)).all()),
        "D* must be a probability, between 0 and 1.",
        "It is a share of the two densities, not their ratio and not a logit.",
    )
    pull, push = p / d, q / (1 - d)
    expect_close(
        pull,
        push,
        "Another D does better: at the optimum the pull p / D and the push q / (1 - D) are equal.",
        "Set the derivative of p log D + q log(1 - D) to zero and solve for D.",
    )
    zero, some = torch.zeros(3, dtype=torch.float64), draw.uniform(3, low=0.1)
    expect_close(optimal_discriminator(some, zero), torch.ones(3), "Where the generator puts nothing, D* must be 1.")
    expect_close(optimal_discriminator(zero, some), torch.zeros(3), "Where there is no data, D* must be 0.")
    expect_close(
        optimal_discriminator(zero, zero),
        torch.full((3,), 0.5),
        "Where both densities are 0, D* is 1/2 by convention.",
        "0 / 0 is NaN: treat that case on its own.",
    )
    tiny = 1e-200 * some
    expect_close(
        optimal_discriminator(tiny, 3 * tiny),
        torch.full((3,), 0.25),
        "Far out, where both densities are tiny, D* is off.",
        "A small constant added to the denominator changes the answer there.",
    )
    expect_close(optimal_discriminator(1e6 * p, 1e6 * q), d, "For large densities D* is off.", "No clamp on a density.")
    expect_alone(optimal_discriminator, (p, q), (0, 1))
    expect_tensor(optimal_discriminator(p.float(), q.float()), (4, 3), like=p.float(), name="D* in float32")


# jensen_shannon, value_at_optimum ----------------------------------------------------------------------------------


def _two_rows(f: Callable) -> Tensor:
    return f(torch.stack([P4, Q4]), torch.stack([Q4, P4.flip(0)]))


def _one_row(f: Callable) -> Tensor:
    return f(P4, Q4)


@check(probes=[_two_rows, _one_row])
def check_jensen_shannon(jensen_shannon: Guarded, draw: Draws) -> None:
    """Probe it against KL to the middle, outcome by outcome, and at its two extremes."""
    p, q = distributions(draw, 3, 5), distributions(draw, 3, 5).flip(0)
    got = expect_tensor(jensen_shannon(p, q), (3,), like=p, name="the divergence")
    want = (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2
    expect_close(
        got,
        want,
        "The divergence is not the mean of the two KL divergences to the middle (p + q) / 2, in nats.",
        "Half of each KL, natural logarithm, no square root, summed over the last axis; 0 log 0 counts as 0.",
    )
    expect_close(jensen_shannon(q, p), want, "It must not change when p and q change places.")
    expect_close(jensen_shannon(p, p), torch.zeros(3), "Equal distributions are at divergence 0.")
    apart = torch.tensor([[0.3, 0.7, 0.0, 0.0], [0.0, 0.0, 0.6, 0.4]], dtype=torch.float64)
    expect_close(
        jensen_shannon(apart[0], apart[1]),
        math.log(2),
        "Distributions that do not overlap are at divergence log 2.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    expect_tensor(jensen_shannon(p.float(), q.float()), (3,), like=p.float(), name="the divergence in float32")


def _faint(f: Callable) -> Tensor:
    faint = torch.tensor([[0.7, 0.3, 1e-20], [1e-20, 0.4, 0.6]], dtype=torch.float64)
    return f(faint[0], faint[1])


@check(probes=[_two_rows, _one_row, _faint], uses=("optimal_discriminator",))
def check_value_at_optimum(value_at_optimum: Guarded, draw: Draws) -> None:
    """Probe it against a sum by hand, at equal and at disjoint distributions, and that no other D beats it."""
    p, q = distributions(draw, 3, 5), distributions(draw, 3, 5).flip(0)
    got = expect_tensor(value_at_optimum(p, q), (3,), like=p, name="the value")
    want = -LOG_4 + kl(p, (p + q) / 2) + kl(q, (p + q) / 2)
    expect_close(
        got,
        want,
        "The value is not the sum of p log D* + q log(1 - D*) over the outcomes.",
        "With D* = p / (p + q) it equals -log 4 + 2 JSD; natural logarithm; 0 log 0 counts as 0.",
    )
    expect_close(
        value_at_optimum(p, p),
        torch.full((3,), -LOG_4),
        "If p = q the best discriminator guesses: the value is -log 4.",
    )
    apart = torch.tensor([[0.3, 0.7, 0.0, 0.0], [0.0, 0.0, 0.6, 0.4]], dtype=torch.float64)
    expect_close(
        value_at_optimum(apart[0], apart[1]),
        0.0,
        "If p and q do not overlap, the best discriminator is never wrong: 0.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    faint = torch.tensor([[1 - 1e-20, 1e-20], [1e-20, 1 - 1e-20]], dtype=torch.float64)
    expect_close(
        value_at_optimum(faint[0], faint[1]),
        0.0,
        "Where one density is tiny beside the other, the value must stay finite.",
        "There D* rounds to 1 and 1 - D* to 0: q / (p + q) keeps the digits.",
    )
    guess = draw.uniform(3, 5, low=0.05, high=0.95)
    worse = (p * guess.log() + q * (1 - guess).log()).sum(dim=1)
    expect(bool((got >= worse - 1e-9).all()), "A random discriminator reaches a higher value than your optimum.")
    expect_tensor(value_at_optimum(p.float(), q.float()), (3,), like=p.float(), name="the value in float32")


# the two generator losses ------------------------------------------------------------------------------------------


def _logits(f: Callable) -> tuple:
    return f(wave(5)), f(wave(3, shift=20) - 2)


def _sure_logits(f: Callable) -> tuple:
    return f(torch.tensor([-200.0, 3.0]).double()), f(torch.tensor([200.0, 3.0]).double())


@check(probes=[_logits, _sure_logits])
def check_generator_loss_minimax(generator_loss_minimax: Guarded, draw: Draws) -> None:
    """Probe the mean of log(1 - D), sure discriminators, and the gradient that saturates."""
    fake = draw.normal(5) - 0.5
    got = expect_tensor(generator_loss_minimax(fake), (), like=fake, name="the loss")
    expect_close(
        got,
        log_sigmoid(-fake).mean(),
        "The loss is not the mean of log(1 - D) over the fakes.",
        "D = sigmoid(logit); the generator minimises log(1 - D) itself, with no minus in front.",
    )
    expect_close(
        generator_loss_minimax(torch.tensor([200.0, 200.0, 200.0]).double()),
        -200.0,
        "For logits of 200 the loss must be -200.",
        STABLE,
    )
    expect_close(
        generator_loss_minimax(torch.tensor([-200.0]).double()), 0.0, "For a logit of -200 the loss must be 0.", STABLE
    )
    expect_close(
        generator_loss_minimax.gradient(fake),
        -1 / (1 + torch.exp(-fake)) / 5,
        "The gradient with respect to the logits is off: it is -D over the batch size.",
        "That it vanishes where D is near 0 is the point of this loss's fame.",
    )
    expect_tensor(generator_loss_minimax(fake.float()), (), like=fake.float(), name="the loss in float32")


@check(probes=[_logits, _sure_logits])
def check_generator_loss(generator_loss: Guarded, draw: Draws) -> None:
    """Probe the mean of -log D, sure discriminators, and the gradient that does not saturate."""
    fake = draw.normal(5) - 0.5
    got = expect_tensor(generator_loss(fake), (), like=fake, name="the loss")
    expect_close(
        got,
        -log_sigmoid(fake).mean(),
        "The loss is not the mean of -log D over the fakes.",
        "D = sigmoid(logit), taken once; this is the non-saturating loss, not the minimax one.",
    )
    expect_close(
        generator_loss(torch.tensor([-200.0, -200.0, -200.0]).double()),
        200.0,
        "For logits of -200 the loss must be 200.",
        STABLE,
    )
    expect_close(
        generator_loss.gradient(fake),
        (1 / (1 + torch.exp(-fake)) - 1) / 5,
        "The gradient with respect to the logits is off: it is D - 1, over the batch size.",
    )
    expect_tensor(generator_loss(fake.float()), (), like=fake.float(), name="the loss in float32")


def _ratio(f: Callable) -> tuple:
    return (
        f(wave(4)),
        f(torch.tensor([[-5.0, 0.5], [3.0, -10.0]]).double()),
        f(torch.tensor([40.0]).double()).abs().log(),
    )


@check(probes=[_ratio])
def check_saturation_ratio(saturation_ratio: Guarded, draw: Draws) -> None:
    """Probe it against the two slopes by finite differences, and where D is tiny."""
    logit = draw.uniform(2, 3, low=-3, high=3)
    got = expect_tensor(saturation_ratio(logit), (2, 3), like=logit, name="the ratio")
    softplus = lambda x: math.log1p(math.exp(x))  # noqa: E731
    want = [slope(lambda u: softplus(-u), x) / slope(lambda u: -softplus(u), x) for x in logit.flatten().tolist()]
    expect(
        bool(((got.flatten() - torch.tensor(want).double()).abs() < 1e-6 * (1 + got.flatten().abs())).all()),
        "It is not the slope of the non-saturating loss over the slope of the minimax loss.",
        "The slopes are D - 1 and -D; their ratio is (1 - D) / D.",
        f"At logit {logit[0, 0]:.4f} the ratio is {want[0]:.6g}, yours {got[0, 0]:.6g}.",
    )
    sure = torch.tensor([-5.0, -10.0, -40.0, 36.5, 40.0]).double()
    expect_close(
        saturation_ratio(sure).log(),
        -sure,
        "Where the discriminator is sure, digits are lost.",
        "1 - sigmoid(l) cancels for large l: simplify the ratio first. (Compared are the logarithms.)",
    )
    expect_alone(saturation_ratio, (logit,), (0,))
    expect_tensor(saturation_ratio(logit.float()), (2, 3), like=logit.float(), name="the ratio in float32")


# one step of each player -------------------------------------------------------------------------------------------


def players(rate: float) -> tuple[nn.Module, nn.Module, SGD, SGD]:
    """Return D, G and a plain optimiser for each."""
    D, G = LogitDiscriminator(), AffineGenerator()
    return D, G, SGD(D.parameters(), lr=rate), SGD(G.parameters(), lr=rate)


def weights(module: nn.Module) -> Tensor:
    """Return all parameters of a network in one vector."""
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def gradients(loss: Tensor, module: nn.Module) -> Tensor:
    """Return the gradient of a loss with respect to all parameters in one vector."""
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(module.parameters()))])


def stale_gradients(module: nn.Module) -> None:
    """Put gradients of another computation on a network's parameters."""
    for p in module.parameters():
        p.grad = torch.full_like(p, 0.7)


def holds_gradients(module: nn.Module) -> Tensor:
    """Return 1 if any parameter of a network holds a gradient that is not 0, else 0."""
    held = any(p.grad is not None and bool(p.grad.any()) for p in module.parameters())
    return torch.tensor(float(held))


def _discriminator_step_moves(f: Callable) -> tuple:
    D, G, opt, _ = players(0.3)
    loss = f(D, G, wave(4, 2), wave(3, 3, shift=30), opt)
    return loss, weights(D), weights(G), holds_gradients(D)


def _discriminator_step_stale(f: Callable) -> tuple:
    D, G, opt, _ = players(0.3)
    stale_gradients(D)
    f(D, G, wave(4, 2), wave(4, 3, shift=30), opt)
    return weights(D), holds_gradients(G)


@check(probes=[_discriminator_step_moves, _discriminator_step_stale], uses=("discriminator_loss",))
def check_discriminator_step(discriminator_step: Guarded, draw: Draws) -> None:
    """Keep the books: D moves by exactly rate times its gradient, G keeps its place and gets no gradient."""
    real, z = draw.normal(4, 2), draw.normal(3, 3)
    D, G, opt, _ = players(0.2)
    before, loss = deepcopy(D), _value(D, G, real, z)
    want = weights(D) - 0.2 * gradients(loss, D)
    result = discriminator_step(D, G, real, z, opt)
    got = expect_tensor(result, (), like=real, name="the loss")
    expect(not getattr(result, "requires_grad", False), "The loss returned still holds its graph: return it detached.")
    expect_close(
        got,
        loss,
        "The loss returned is not the discriminator's loss before the step.",
        "Real samples go through D as they are, fakes as D(G(z)).",
    )
    expect_close(
        weights(G), weights(AffineGenerator()), "The generator's parameters moved; this step belongs to D alone."
    )
    expect(
        all(p.grad is None for p in G.parameters()),
        "The generator's parameters have received gradients.",
        "Cut the graph between G and D: the fakes enter D detached.",
    )
    expect_close(
        weights(D),
        want,
        "D's parameters did not move by the optimiser's step on the gradient of its loss.",
        "backward before step, once each, on the sum of the real and the fake part.",
    )
    D, opt = before, SGD(before.parameters(), lr=0.2)
    stale_gradients(D)
    discriminator_step(D, G, real, z, opt)
    expect_close(
        weights(D),
        want,
        "Gradients that were there before the step took part in it.",
        "After a generator step D's parameters hold gradients: clear them first.",
    )


def _value(D: nn.Module, G: nn.Module, real: Tensor, z: Tensor) -> Tensor:
    return -log_sigmoid(D(real)).mean() - log_sigmoid(-D(G(z).detach())).mean()


def _generator_step_moves(f: Callable) -> tuple:
    D, G, _, opt = players(0.3)
    loss = f(D, G, wave(4, 3, shift=30), opt)
    return loss, weights(G), weights(D), holds_gradients(G)


def _generator_step_stale(f: Callable) -> Tensor:
    D, G, _, opt = players(0.3)
    stale_gradients(G)
    f(D, G, wave(4, 3, shift=30), opt)
    return weights(G)


@check(probes=[_generator_step_moves, _generator_step_stale], uses=("generator_loss",))
def check_generator_step(generator_step: Guarded, draw: Draws) -> None:
    """Keep the books: G moves by exactly rate times the gradient through D, and D keeps its place."""
    z = draw.normal(5, 3)
    D, G, _, opt = players(0.2)
    loss = -log_sigmoid(D(G(z))).mean()
    want = weights(G) - 0.2 * gradients(loss, G)
    result = generator_step(D, G, z, opt)
    got = expect_tensor(result, (), like=z, name="the loss")
    expect(not getattr(result, "requires_grad", False), "The loss returned still holds its graph: return it detached.")
    expect_close(got, loss.detach(), "The loss returned is not the non-saturating loss of the fakes before the step.")
    expect_close(
        weights(D), weights(LogitDiscriminator()), "The discriminator's parameters moved; this step belongs to G alone."
    )
    expect(
        bool((weights(G) != weights(AffineGenerator())).any()),
        "The generator did not move at all.",
        "Its gradient comes through D: a detach, or no_grad, cuts it off.",
    )
    expect_close(
        weights(G),
        want,
        "G's parameters did not move by the optimiser's step on the gradient of its loss.",
        "backward before step, once each.",
    )
    G = AffineGenerator()
    stale_gradients(G)
    generator_step(LogitDiscriminator(), G, z, SGD(G.parameters(), lr=0.2))
    expect_close(
        weights(G), want, "Gradients that were there before the step took part in it.", "Clear G's gradients first."
    )
