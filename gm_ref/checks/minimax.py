"""Checks of lesson 11: the value of the game, its optimum, the two generator losses, and one step of each player."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import SGD

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_alone, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.kit.probes_gan import AffineGenerator, LogitDiscriminator

LOG_4 = math.log(4)
STABLE = "Compute it from the logit with softplus or logsigmoid: exp and log of a saturated sigmoid overflow."
NO_CLAMP = "Use every logit as it comes: no clamp, no threshold, nothing added."
USUAL = torch.tensor([0.3, -1.1, 2.7], dtype=torch.float64)
FAR_OUT = torch.tensor([-10000.0, -200.0, 200.0, 10000.0], dtype=torch.float64)


def slope(f: Callable, x: float) -> float:
    """Return the derivative of a smooth function at x by central differences, to about ten digits."""
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


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


# discriminator_loss ------------------------------------------------------------------------------------------------


def _discriminator_loss_unequal(f: Callable) -> Tensor:
    return f(wave(5), wave(3, shift=40) - 0.4)


def _discriminator_loss_equal(f: Callable) -> tuple:
    return f(wave(4) + 1, wave(4, shift=9)), f(wave(1), wave(1, shift=5) - 3)


def _discriminator_loss_sure(f: Callable) -> tuple:
    return f(plain(200, 200), plain(150, 150, 150)), f(plain(-200, 200), plain(200, -150, -150))


def _discriminator_loss_far_out(f: Callable) -> Tensor:
    return f(plain(-1000, 1000), plain(2000, -1, 3))


@check(
    probes=[
        _discriminator_loss_unequal,
        _discriminator_loss_equal,
        _discriminator_loss_sure,
        _discriminator_loss_far_out,
    ]
)
def check_discriminator_loss(discriminator_loss: Guarded, draw: Draws) -> None:
    """Probe the real and the fake part alone, the means over unequal batches, sure discriminators, the gradient."""
    low, high = plain(-40, -40), plain(40, 40, 40, 40)
    for b, m in ((5, 3), (1, 4), (2, 1)):
        real, fake = draw.normal(b) + 0.5, draw.normal(m) - 0.3
        expect_tensor(discriminator_loss(real, fake), (), like=real, name="the loss")
        expect_digits(
            discriminator_loss(real, low),
            -log_sigmoid(real).mean(),
            "With fakes that the discriminator surely rejects, the loss is the mean of -log D over the real samples.",
            "D is the sigmoid of the logit, taken once; average over the batch.",
        )
        expect_digits(
            discriminator_loss(high, fake),
            -log_sigmoid(-fake).mean(),
            "With real samples that it surely accepts, the loss is the mean of -log(1 - D) over the fakes.",
            "1 - sigmoid(l) is sigmoid(-l); average over the batch.",
        )
        expect_digits(
            discriminator_loss(real, fake),
            -log_sigmoid(real).mean() - log_sigmoid(-fake).mean(),
            "The loss is not the sum of its two means.",
            "Each batch is averaged by its own size, then the two means are added, not averaged.",
        )
        expect_slope(
            discriminator_loss,
            (real, fake),
            0,
            "the real logits",
            (sigmoid(real) - 1) / b,
            "It is D - 1, divided by the number of real samples.",
        )
        expect_slope(
            discriminator_loss,
            (real, fake),
            1,
            "the fake logits",
            sigmoid(fake) / m,
            "It is D, divided by the number of fake samples.",
        )
    _expect_sure(discriminator_loss, draw)


def _expect_sure(discriminator_loss: Guarded, draw: Draws) -> None:
    sure = discriminator_loss(plain(-200, -200, -200, -200), plain(200, 200))
    expect_close(sure, 400.0, "For logits of size 200, all on the wrong side, the loss must be 400.", STABLE)
    real, fake = quite_sure(draw), quite_sure(draw)
    expect_digits(
        discriminator_loss(real, fake),
        -log_sigmoid(real).mean() - log_sigmoid(-fake).mean(),
        "For logits between 4 and 15 in size the loss is off.",
        NO_CLAMP,
    )
    far, near = FAR_OUT, draw.normal(3)
    expect_close(
        discriminator_loss(far, near),
        2550 - log_sigmoid(-near).mean(),
        "For real logits up to 10000 it is off.",
        STABLE,
    )
    expect_close(
        discriminator_loss(near, far), 2550 - log_sigmoid(near).mean(), "For fake logits up to 10000 it is off.", STABLE
    )
    expect_slope(discriminator_loss, (far, near), 0, "real logits up to 10000", (sigmoid(far) - 1) / 4, STABLE)
    expect_slope(discriminator_loss, (near, far), 1, "fake logits up to 10000", sigmoid(far) / 4, STABLE)
    usual = -log_sigmoid(USUAL).mean() - log_sigmoid(-USUAL).mean()
    expect_in_float32(discriminator_loss(USUAL.float(), USUAL.float()), usual, "In float32 the loss is off.")
    single = discriminator_loss(far.float(), far.float())
    expect_tensor(single, (), like=far.float(), name="the loss in float32")
    expect_in_float32(single, 5100.0, "In float32 the loss is off for logits up to 10000.")


# optimal_discriminator ---------------------------------------------------------------------------------------------

P4 = torch.tensor([0.1, 0.4, 0.3, 0.2], dtype=torch.float64)
Q4 = torch.tensor([0.25, 0.15, 0.0, 0.6], dtype=torch.float64)


def _optimal_discriminator(f: Callable) -> tuple:
    return f(P4, Q4), f(3 * P4.reshape(2, 2), Q4.reshape(2, 2) + 0.1)


def _optimal_discriminator_nowhere(f: Callable) -> Tensor:
    return f(torch.tensor([0.0, 0.5, 0.0]).double(), torch.tensor([0.0, 0.0, 0.5]).double())


def _optimal_discriminator_faint(f: Callable) -> Tensor:
    return f(1e-30 * P4, 1e-30 * Q4)


@check(probes=[_optimal_discriminator, _optimal_discriminator_nowhere, _optimal_discriminator_faint])
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
    expect_digits(
        pull,
        push,
        "Another D does better: at the optimum the pull p / D and the push q / (1 - D) are equal.",
        "Set the derivative of p log D + q log(1 - D) to zero and solve for D.",
    )
    zero, some = torch.zeros(3, dtype=torch.float64), draw.uniform(3, low=0.1)
    expect_digits(optimal_discriminator(some, zero), plain(1, 1, 1), "Where the generator puts nothing, D* must be 1.")
    expect_digits(optimal_discriminator(zero, some), zero, "Where there is no data, D* must be 0.")
    expect_digits(
        optimal_discriminator(zero, zero),
        torch.full((3,), 0.5),
        "Where both densities are 0, D* is 1/2 by convention.",
        "p + q = 0 is a case of its own: 0 / 0 is NaN, and a small constant below gives 0.",
    )
    one, other = plain(0, 0.3, 0, 0.4, 0, 0.1).reshape(2, 3), plain(0, 0.1, 0.2, 0, 0, 0.1).reshape(2, 3)
    expect_digits(
        optimal_discriminator(one, other),
        plain(0.5, 0.75, 0, 1, 0.5, 0.5).reshape(2, 3),
        "Where only some points have densities of 0, D* is off.",
        "Decide at each point for itself, not for a row or for all points at once.",
    )
    tiny = 1e-200 * some
    expect_close(
        optimal_discriminator(tiny, 3 * tiny),
        torch.full((3,), 0.25),
        "Far out, where both densities are tiny, D* is off.",
        "A small constant added to the densities changes the answer there, and so does a clamp.",
    )
    expect_close(optimal_discriminator(1e6 * p, 1e6 * q), d, "For large densities D* is off.", "No clamp on a density.")
    deep = optimal_discriminator(p.reshape(2, 2, 3), q.reshape(2, 2, 3))
    expect_close(deep, d.reshape(2, 2, 3), "For densities of shape (2, 2, 3) D* is off.")
    expect_alone(optimal_discriminator, (p, q), (0, 1))
    single = optimal_discriminator(1e-25 * p.float(), 1e-25 * q.float())
    expect_tensor(single, (4, 3), like=p.float(), name="D* in float32")
    expect_in_float32(single, d, "In float32, where both densities are tiny, D* is off.")


# jensen_shannon, value_at_optimum ----------------------------------------------------------------------------------


def _two_rows(f: Callable) -> Tensor:
    return f(torch.stack([P4, Q4]), torch.stack([Q4, P4.flip(0)]))


def _one_row(f: Callable) -> Tensor:
    return f(P4, Q4)


def _deep(p: Tensor) -> Tensor:
    """Return rows (3, K) as (3, 2, 1, K), each beside its mirror image."""
    return torch.stack([p, p.flip(-1)], dim=1)[:, :, None]


@check(probes=[_two_rows, _one_row])
def check_jensen_shannon(jensen_shannon: Guarded, draw: Draws) -> None:
    """Probe it against KL to the middle, outcome by outcome, and at its two extremes."""
    p, q = distributions(draw)
    got = expect_tensor(jensen_shannon(p, q), (3,), like=p, name="the divergence")
    want = (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2
    expect_digits(
        got,
        want,
        "The divergence is not the mean of the two KL divergences to the middle (p + q) / 2, in nats.",
        "Half of each KL, natural logarithm, no square root, summed over the last axis; 0 log 0 counts as 0.",
    )
    expect_close(jensen_shannon(q, p), want, "It must not change when p and q change places.")
    expect_close(jensen_shannon(p, p), torch.zeros(3), "Equal distributions are at divergence 0.")
    apart = torch.tensor([[0.3, 0.7, 0.0, 0.0], [0.0, 0.0, 0.6, 0.4]], dtype=torch.float64)
    expect_digits(
        jensen_shannon(apart[0], apart[1]),
        math.log(2),
        "Distributions that do not overlap are at divergence log 2.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    deep = expect_tensor(jensen_shannon(_deep(p), _deep(q)), (3, 2, 1), name="the divergence for p (3, 2, 1, 5)")
    rows = want.reshape(3, 1, 1).expand(3, 2, 1)
    expect_close(deep, rows, "For p and q of shape (3, 2, 1, 5) it is off.", "Sum over the last axis.")
    expect_alone(jensen_shannon, (p, q), (0, 1))
    single = jensen_shannon(p.float(), q.float())
    expect_tensor(single, (3,), like=p.float(), name="the divergence in float32")
    expect_in_float32(single, want, "In float32 the divergence is off.", 1e-5)


def _faint(f: Callable) -> Tensor:
    faint = torch.tensor([[0.7, 0.3, 1e-20], [1e-20, 0.4, 0.6]], dtype=torch.float64)
    return f(faint[0], faint[1])


@check(probes=[_two_rows, _one_row, _faint], uses=("optimal_discriminator",))
def check_value_at_optimum(value_at_optimum: Guarded, draw: Draws) -> None:
    """Probe it against a sum by hand, at equal and at disjoint distributions, and that no other D beats it."""
    p, q = distributions(draw)
    got = expect_tensor(value_at_optimum(p, q), (3,), like=p, name="the value")
    want = -LOG_4 + kl(p, (p + q) / 2) + kl(q, (p + q) / 2)
    expect_digits(
        got,
        want,
        "The value is not the sum of p log D* + q log(1 - D*) over the outcomes.",
        "With D* = p / (p + q) it equals -log 4 + 2 JSD; natural logarithm; 0 log 0 counts as 0.",
    )
    expect_digits(
        value_at_optimum(p, p),
        plain(-LOG_4, -LOG_4, -LOG_4),
        "If p = q the best discriminator guesses: the value is -log 4.",
    )
    apart = torch.tensor([[0.3, 0.7, 0.0, 0.0], [0.0, 0.0, 0.6, 0.4]], dtype=torch.float64)
    expect_digits(
        value_at_optimum(apart[0], apart[1]),
        0.0,
        "If p and q do not overlap, the best discriminator is never wrong: 0.",
        "0 log 0 counts as 0: torch.xlogy does that.",
    )
    faint = torch.tensor([[1 - 1e-20, 1e-20], [1e-20, 1 - 1e-20]], dtype=torch.float64)
    expect_digits(
        value_at_optimum(faint[0], faint[1]),
        0.0,
        "Where one density is tiny beside the other, the value must stay finite.",
        "There D* rounds to 1 and 1 - D* to 0: q / (p + q) keeps the digits.",
    )
    guess = draw.uniform(3, 5, low=0.05, high=0.95)
    worse = (p * guess.log() + q * (1 - guess).log()).sum(dim=1)
    expect(bool((got >= worse - 1e-9).all()), "A random discriminator reaches a higher value than your optimum.")
    deep = expect_tensor(value_at_optimum(_deep(p), _deep(q)), (3, 2, 1), name="the value for p (3, 2, 1, 5)")
    rows = want.reshape(3, 1, 1).expand(3, 2, 1)
    expect_close(deep, rows, "For p and q of shape (3, 2, 1, 5) it is off.", "Sum over the last axis.")
    expect_alone(value_at_optimum, (p, q), (0, 1))
    single = value_at_optimum(p.float(), q.float())
    expect_tensor(single, (3,), like=p.float(), name="the value in float32")
    expect_in_float32(single, want, "In float32 the value is off.", 1e-5)
    expect_in_float32(
        value_at_optimum(faint[0].float(), faint[1].float()),
        0.0,
        "In float32 the value is off where one density is tiny beside the other.",
        1e-5,
    )


# the two generator losses ------------------------------------------------------------------------------------------


def _logits(f: Callable) -> tuple:
    return f(wave(5)), f(wave(3, shift=20) - 2)


def _sure_logits(f: Callable) -> tuple:
    return f(plain(-200, 3)), f(plain(200, 3))


def _far_logits(f: Callable) -> tuple:
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


@check(probes=[_logits, _sure_logits, _far_logits])
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
        generator_loss_minimax(plain(200, 200, 200)), -200.0, "For logits of 200 the loss must be -200.", STABLE
    )
    expect_close(generator_loss_minimax(plain(-200)), 0.0, "For a logit of -200 the loss must be 0.", STABLE)
    expect_generator_loss(generator_loss_minimax, draw, lambda x: log_sigmoid(-x), lambda d: -d, -2550.0)


@check(probes=[_logits, _sure_logits, _far_logits])
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
    expect_close(generator_loss(plain(-200, -200, -200)), 200.0, "For logits of -200 the loss must be 200.", STABLE)
    expect_generator_loss(generator_loss, draw, lambda x: -log_sigmoid(x), lambda d: d - 1, 2550.0)


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
    d = sigmoid(logit)
    expect_digits(got, (1 - d) / d, "The ratio is right to a few digits only.", "Work the derivatives out by hand.")
    sure = torch.tensor([-5.0, -10.0, -40.0, 36.5, 40.0]).double()
    expect_close(
        saturation_ratio(sure).log(),
        -sure,
        "Where the discriminator is sure, digits are lost.",
        "1 - sigmoid(l) cancels for large l: simplify the ratio first. (Compared are the logarithms.)",
    )
    expect_alone(saturation_ratio, (logit,), (0,))
    expect_tensor(saturation_ratio(logit.float()), (2, 3), like=logit.float(), name="the ratio in float32")
    single = saturation_ratio(sure.float())
    expect_in_float32(single.log(), -sure, "In float32 digits are lost where the discriminator is sure.")


# one step of each player -------------------------------------------------------------------------------------------


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


def _discriminator_step_moves(f: Callable) -> tuple:
    D, G, opt, _ = players(0.3)
    loss = f(D, G, wave(4, 2), wave(3, 3, shift=30), opt)
    return loss, weights(D), weights(G), holds_gradients(D), frozen(D), frozen(G)


def _discriminator_step_stale(f: Callable) -> tuple:
    D, G, opt, _ = players(0.3)
    stale_gradients(D)
    f(D, G, wave(4, 2), wave(4, 3, shift=30), opt)
    return weights(D), holds_gradients(G)


@check(probes=[_discriminator_step_moves, _discriminator_step_stale], uses=("discriminator_loss",))
def check_discriminator_step(discriminator_step: Guarded, draw: Draws) -> None:
    """Keep the books: D moves by exactly rate times its gradient, G keeps its place and gets no gradient."""
    for b, m in ((4, 3), (2, 5), (1, 1)):
        _expect_discriminator_step(discriminator_step, players(0.2)[:3], draw.normal(b, 2), draw.normal(m, 3))
    D, G, opt, _ = players(0.2)
    real, z = draw.normal(4, 2), draw.normal(3, 3)
    want = after_step(_value(D, G, real, z), D, 0.2)
    stale_gradients(D)
    discriminator_step(D, G, real, z, opt)
    expect_digits(
        weights(D),
        want,
        "Gradients that were there before the step took part in it.",
        "After a generator step D's parameters hold gradients: clear them before backward.",
    )
    for sign in (1.0, -1.0):
        D, G, opt, _ = players(0.2)
        want = after_step(_value(steep(D, sign), G, real, z), D, 0.2)
        discriminator_step(D, G, real, z, opt)
        expect_close(
            weights(D),
            want,
            "Where gradients and weights are large, D's step is another one.",
            "Neither gradients nor weights are clipped here.",
        )
    D, G, _, _ = players(0.2)
    want = after_step(_value(D, G, real, z), D, 0.5, D.layer)
    discriminator_step(D, G, real, z, SGD(D.layer.parameters(), lr=0.5))
    expect_close(weights(D), want, "With an optimiser that holds D's first layer only, more or less moved.", OPTIMISER)


def _expect_discriminator_step(f: Guarded, game: tuple, real: Tensor, z: Tensor) -> None:
    D, G, opt = game
    loss = _value(D, G, real, z)
    want = after_step(loss, D, 0.2)
    where = f"There are {len(real)} real samples and {len(z)} fakes."
    result = f(D, G, real, z, opt)
    got = expect_tensor(result, (), like=real, name="the loss")
    expect(not getattr(result, "requires_grad", False), "The loss returned still holds its graph: return it detached.")
    expect_digits(
        got,
        loss,
        "The loss returned is not the discriminator's loss before the step.",
        "Real samples go through D as they are, fakes as D(G(z)): all of them, and with the z that is given.",
        where,
    )
    expect_close(
        weights(G), weights(AffineGenerator()), "The generator's parameters moved; this step belongs to D alone."
    )
    expect(
        all(p.grad is None for p in G.parameters()),
        "The generator's parameters have received gradients.",
        "Cut the graph between G and D: the fakes enter D detached.",
    )
    expect_digits(
        weights(D),
        want,
        "D's parameters did not move by the optimiser's step on the gradient of its loss.",
        "zero_grad, backward, step, in this order and once each, on the sum of the real and the fake part.",
        where,
    )
    expect_as_found(D, G)


def _value(D: nn.Module, G: nn.Module, real: Tensor, z: Tensor) -> Tensor:
    return cost(-D(real)) + cost(D(G(z).detach()))


def _generator_step_moves(f: Callable) -> tuple:
    D, G, _, opt = players(0.3)
    loss = f(D, G, wave(4, 3, shift=30), opt)
    return loss, weights(G), weights(D), holds_gradients(G), frozen(D), frozen(G)


def _generator_step_stale(f: Callable) -> Tensor:
    D, G, _, opt = players(0.3)
    stale_gradients(G)
    f(D, G, wave(4, 3, shift=30), opt)
    return weights(G)


@check(probes=[_generator_step_moves, _generator_step_stale], uses=("generator_loss",))
def check_generator_step(generator_step: Guarded, draw: Draws) -> None:
    """Keep the books: G moves by exactly rate times the gradient through D, and D keeps its place."""
    for count in (5, 1):
        D, G, _, opt = players(0.2)
        _expect_generator_step(generator_step, (D, G, opt), draw.normal(count, 3))
    z = draw.normal(5, 3)
    D, G, _, opt = players(0.2)
    want = after_step(cost(-D(G(z))), G, 0.2)
    stale_gradients(G)
    stale_gradients(D)
    generator_step(D, G, z, opt)
    expect_digits(
        weights(G),
        want,
        "Gradients that were there before the step took part in it.",
        "Clear G's gradients before backward.",
    )
    D, G, _, opt = players(0.2)
    want = after_step(cost(-steep(D, -1.0)(G(z))), G, 0.2)
    generator_step(D, G, z, opt)
    expect_close(
        weights(G),
        want,
        "Where gradients are large, or D is sure that the fakes are fakes, G's step is another one.",
        "Gradients are not clipped here, and the loss must hold for logits of any size.",
    )
    D, G, _, _ = players(0.2)
    want = torch.cat([G.layer.weight.detach().flatten(), after_step(cost(-D(G(z))), G, 0.5)[6:]])
    generator_step(D, G, z, SGD([G.layer.bias], lr=0.5))
    expect_close(weights(G), want, "With an optimiser that holds G's bias only, more or less moved.", OPTIMISER)


def _expect_generator_step(f: Guarded, game: tuple, z: Tensor) -> None:
    D, G, opt = game
    loss = cost(-D(G(z)))
    want = after_step(loss, G, 0.2)
    result = f(D, G, z, opt)
    got = expect_tensor(result, (), like=z, name="the loss")
    expect(not getattr(result, "requires_grad", False), "The loss returned still holds its graph: return it detached.")
    expect_digits(
        got,
        loss,
        "The loss returned is not the non-saturating loss of the fakes before the step.",
        "The mean of -log D over all fakes G(z), with the z that is given.",
    )
    expect_close(
        weights(D), weights(LogitDiscriminator()), "The discriminator's parameters moved; this step belongs to G alone."
    )
    expect(
        bool((weights(G) != weights(AffineGenerator())).any()),
        "The generator did not move at all.",
        "When the optimiser steps, G holds no gradient: look for a detach, no_grad, or zero_grad after backward.",
    )
    expect_digits(
        weights(G),
        want,
        "G's parameters did not move by the optimiser's step on the gradient of its loss.",
        "zero_grad, backward, step, in this order and once each.",
    )
    expect_as_found(D, G)
