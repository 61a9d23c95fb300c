"""Checks of lesson 31: forward noising, its closed form and its posterior, the bound, training and sampling."""

from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise

import torch
from torch import Tensor, nn

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_close, expect_raises, expect_tensor, slope, wave
from gm_ref.checks.core.precise import SINGLE, expect_in_float32, expect_slope
from gm_ref.checks.core.verdict import Problem
from gm_ref.checks.ddpm_oracles import (
    ALPHA_BAR,
    BAR_EDGES,
    BETA,
    SMALL,
    angles_of,
    bound,
    bound_at_given_x_t,
    chain,
    cosine_share,
    knowing,
    over,
    regression,
    squared_error,
    step_mean,
)
from gm_ref.kit.probes import (
    GaussianNoisePredictor,
    TimeScaled,
    TrainablePredictor,
    WeightsAndStatistics,
)

SHAPES = ((6, 2, 4, 5), (3, 1, 2, 4), (4, 4), (3, 3, 3, 3), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3))
UNCUT = "Later a loss is sent back through this function: cut nothing out of the graph."
OWN_STEP = "Each sample has its own step t: index the table with the whole of t, then give it axes of size 1."


def own_steps(draw: Draws, T: int, batch: int) -> Tensor:
    """Return a step for each sample: all different; the last for a batch of 1; for 5, repeated, 0 first."""
    fixed = {1: [T - 1], 5: [0, T - 1, T - 1, 2, 0]}
    return torch.tensor(fixed[batch]) if batch in fixed else draw.steps(T, batch)


def expect_same_twice(f: Guarded, *args: object) -> None:
    """Raise a Problem where two calls with the same arguments differ: the function draws noise of its own."""
    first, second = f(*args), f(*args)
    expect(
        not isinstance(first, Tensor) or torch.equal(first, second),
        "Two calls with the same arguments give different results: it draws random numbers of its own.",
        "All it needs is in its arguments; look for randn, randn_like, randint or normal_ inside.",
    )


def expect_nothing_from_nothing(f: Guarded, *args: object) -> None:
    """Raise a Problem where f makes something of data and noise that are all 0."""
    got = f(*args)
    expect(
        not isinstance(got, Tensor) or not bool(got.any()),
        "With data and noise all 0, the result must be 0.",
        "Something else comes in: noise drawn inside, after manual_seed too, or a number added.",
    )


def expect_value_error(call: Callable, claim: str, look: str) -> None:
    """Raise a Problem unless call() raises ValueError; another error is told for what it is."""
    try:
        expect_raises(call, ValueError, claim, look)
    except Problem as problem:
        if problem.status != "raised":
            raise
        raise Problem("property", "It stops, but not with a ValueError.", look, *problem.lines) from None


# beta_schedule -----------------------------------------------------------------------------------------------------


def _beta_linear(f: Callable) -> tuple:
    return f("linear", 25), f("linear", 200)[::20]


def _beta_cosine(f: Callable) -> tuple:
    return f("cosine", 4), f("cosine", 30)


def expect_double(got: Tensor, want: Tensor, kind: str) -> None:
    """Raise a Problem where got equals want only to the seven digits of float32."""
    expect(
        bool(((got - want).abs() <= 1e-9 * want).all()),
        f"The {kind} betas are float64 in name only: they were computed in float32.",
        "Make the table with dtype=torch.float64 from the first line on; a cast at the end brings no digits back.",
    )


def expect_table(beta_schedule: Guarded, kind: str, T: int) -> Tensor:
    """Return the betas (T,), or raise a Problem where they are no float64 table of T values."""
    beta = expect_tensor(beta_schedule(kind, T), (T,), name=f"beta_schedule({kind!r}, {T})")
    expect(
        beta.dtype == torch.float64,
        f"The {kind} betas are {str(beta.dtype).removeprefix('torch.')}; a table is float64.",
        "Make it with dtype=torch.float64 from the first line on; a cast at the end brings no digits back.",
    )
    return beta


@check(probes=[_beta_linear, _beta_cosine])
def check_beta_schedule(beta_schedule: Guarded, draw: Draws) -> None:
    """Probe the ends and the spacing of the line, the shares that cosine betas leave, and what must be refused."""
    for T in (1000, 200, 22, 60 + int(draw.steps(300, 1))):
        beta = expect_table(beta_schedule, "linear", T)
        ends = torch.tensor([1e-4, 0.02], dtype=torch.float64) * 1000 / T
        expect_close(
            beta[[0, -1]],
            ends,
            f"The linear betas of {T} steps begin or end elsewhere.",
            "For T = 1000 they run from 1e-4 to 0.02, both included; for another T both ends are 1000 / T times that.",
        )
        line = ends[0] + (ends[1] - ends[0]) * torch.arange(T, dtype=torch.float64) / (T - 1)
        expect_close(beta, line, f"The linear betas of {T} steps are not evenly spaced between their ends.")
        expect_double(beta, line, "linear")
    for T in (1000, 2, 20 + int(draw.steps(300, 1))):
        beta = expect_table(beta_schedule, "cosine", T)
        f = [cosine_share(step / T) for step in range(T + 1)]
        share = torch.tensor(f[1:-1], dtype=torch.float64) / f[0]
        expect_close(
            torch.cumprod(1 - beta, dim=0)[:-1],
            share,
            f"After step t the cosine betas of {T} steps do not leave the share f((t+1)/T) / f(0) of the signal.",
            "f(u) = cos(pi/2 (u + 0.008) / 1.008)^2 and beta_t = 1 - f((t+1)/T) / f(t/T): T + 1 values of f, T quotients.",
        )
        expect_close(
            beta[-1],
            0.999,
            f"The last cosine beta of {T} steps must be 0.999.",
            "There f(1) = 0: the quotient alone gives 1, so cap beta at 0.999.",
        )
        want = torch.tensor([1 - b / a for a, b in pairwise(f[:-1])], dtype=torch.float64)
        expect_close(beta[:-1], want, f"A cosine beta of {T} steps is off.", "Only the last needs the cap.")
        expect_double(beta[:-1], want, "cosine")
    for T in (10, 19):
        expect_value_error(
            lambda T=T: beta_schedule("linear", T),
            f"T = {T} is accepted for the linear schedule.",
            f"Its last beta would be {20 / T:.3g}, and a variance share must stay below 1: raise ValueError.",
        )
    for kind in ("square", "Linear", ""):
        expect_value_error(
            lambda k=kind: beta_schedule(k, 50),
            f"The kind {kind!r} is accepted.",
            "Only 'linear' and 'cosine' are known: raise ValueError for anything else.",
        )
    for kind in ("cosine", "linear"):
        expect_value_error(
            lambda k=kind: beta_schedule(k, 0),
            f"T = 0 is accepted for the {kind} schedule.",
            "A chain of no steps has no betas: raise ValueError, before anything is divided by T.",
        )


# alpha_tables ------------------------------------------------------------------------------------------------------


def _tables(f: Callable) -> tuple:
    return tuple(f(BETA))


def _tables_one(f: Callable) -> tuple:
    return tuple(f(BETA[2:3]))


@check(probes=[_tables, _tables_one])
def check_alpha_tables(alpha_tables: Guarded, draw: Draws) -> None:
    """Probe each table against a walk along the chain: short, long, of one step, in float32."""
    for T, high in ((7, 0.6), (1, 0.6), (800, 0.03)):
        beta = draw.uniform(T, low=0.001, high=high)
        got = alpha_tables(beta)
        expect(
            isinstance(got, (tuple, list)) and len(got) == 3,
            "Return three tables in a tuple: alpha, alpha_bar, alpha_bar_prev.",
        )
        names = ("alpha", "alpha_bar", "alpha_bar_prev")
        alpha, bar, prev = (expect_tensor(x, (T,), like=beta, name=n) for x, n in zip(got, names, strict=True))
        expect_close(alpha, 1 - beta, "The first table is off: it is alpha, 1 - beta, and alpha_bar comes second.")
        walk = [1.0]
        for b in beta.tolist():
            walk.append(walk[-1] * (1 - b))
        shares = torch.tensor(walk, dtype=torch.float64)
        expect_close(
            bar,
            shares[1:],
            "alpha_bar is off: alpha_bar_t is the product of all alphas up to and with step t.",
            "The first entry is alpha_0 itself.",
        )
        expect(
            bool((prev[0] - 1).abs() < 1e-9),
            "alpha_bar_prev does not begin with 1: before the first step all is signal.",
            f"Yours begins with {float(prev[0]):.5g}.",
        )
        expect_close(prev, shares[:-1], "alpha_bar_prev is off: it is alpha_bar one step earlier, with a 1 in front.")
    single = tuple(alpha_tables(BETA.float()))
    for x, name in zip(single, names, strict=True):
        expect_tensor(x, (6,), like=BETA.float(), name=f"{name} of float32 betas")
    expect_close(single[2][1:], single[1][:-1].double(), "In float32, alpha_bar_prev is not alpha_bar one step late.")
    expect_close(single[1], torch.cumprod(1 - BETA, dim=0), "In float32, alpha_bar is off.")


# q_step, q_sample, predict_x0: a weight times x plus a weight times eps --------------------------------------------


def expect_two_parts(
    f: Guarded, draw: Draws, tables: tuple[Tensor, Tensor], weigh: Callable, told: tuple[tuple[str, str], ...]
) -> None:
    """Probe f(x, t, eps, table) = a[t] x + b[t] eps with a, b = weigh(table): each part alone, the sum, gradients.

    tables: a moderate one, and one that comes close to 0 and 1.
    told: claim and place to look for the x part, then for the eps part.
    """
    table, T = tables[0], len(tables[0])
    weights = weigh(table)
    expect_same_twice(f, draw.normal(2, 3), draw.steps(T, 2), draw.normal(2, 3), table)
    nothing = torch.zeros(2, 3, dtype=torch.float64)
    expect_nothing_from_nothing(f, nothing, draw.steps(T, 2), nothing, table)
    _expect_any_size(f, draw, table)
    for shape in SHAPES:
        x, eps, t = 3 * draw.normal(*shape), draw.normal(*shape), own_steps(draw, T, shape[0])
        zero, (a, b) = torch.zeros_like(x), (over(w[t], x) for w in weights)
        first = expect_tensor(f(x, t, zero, table), shape, like=x, name=f"the result for x of shape {shape}")
        expect_close(first, a * x, *told[0], f"x has shape {shape}, t = {t.tolist()}.")
        second = expect_tensor(f(zero, t, eps, table), shape, like=x)
        expect_close(second, b * eps, *told[1], f"x has shape {shape}, t = {t.tolist()}.")
        whole = expect_tensor(f(x, t, eps, table), shape, like=x)
        expect_close(whole, first + second, "The result is not the sum of its two parts.", "It must not be clipped.")
    _expect_edges(f, draw, tables[1], weigh)
    x, eps, t = draw.normal(2, T, 5).transpose(0, 1), draw.normal(T, 2, 5), draw.steps(T, T)
    a, b = (over(w[t], eps) for w in weights)
    expect_close(f(x, t, eps, table), a * x + b * eps, "For an x that is not contiguous the result is off.")
    t = torch.tensor([T - 1, 0, T - 1, 2])
    x, eps = draw.normal(4, 3).float(), draw.normal(4, 3).float()
    a, b = (over(w[t], x) for w in weights)
    for kept in (table, table.float()):
        single = expect_tensor(f(x, t, eps, kept), x.shape, like=x, name="the result for float32 data")
        expect_close(single, a * x.double() + b * eps.double(), "In float32 the result is off.", SINGLE)
    for place, weight, name in ((0, a, "the data"), (2, b, "eps")):
        expect_slope(f, (x.double(), t, eps.double(), table), place, name, weight.expand_as(x).double(), UNCUT)


def _expect_any_size(f: Guarded, draw: Draws, table: Tensor) -> None:
    x, eps, t = draw.normal(4, 3), draw.normal(4, 3), draw.steps(4, 4)
    usual = expect_tensor(f(x, t, eps, table), (4, 3), like=x, name="the result for x of shape (4, 3)")
    expect_close(
        f(100 * x, t, 100 * eps, table),
        100 * usual,
        "With x and eps 100 times larger, the result is not 100 times larger.",
        "Look for a clamp or a clip: data may be of any size.",
    )


def _expect_edges(f: Guarded, draw: Draws, edges: Tensor, weigh: Callable) -> None:
    x, eps, t = draw.normal(4, 3), draw.normal(4, 3), draw.steps(4, 4)
    a, b = (over(w[t], x) for w in weigh(edges))
    expect_close(
        f(x, t, eps, edges),
        a * x + b * eps,
        "With a table that comes close to 0 and to 1, as at the two ends of a real chain, the result is off.",
        "Look for a small number added to the table, or a clamp on it.",
        f"The table is {edges.tolist()}, t = {t.tolist()}.",
    )


def _q_step_images(f: Callable) -> Tensor:
    return f(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), BETA)


def _q_step_square(f: Callable) -> Tensor:
    return f(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), BETA)


@check(probes=[_q_step_images, _q_step_square])
def check_q_step(q_step: Guarded, draw: Draws) -> None:
    """Probe the shrunken signal, the noise and their sum; then that small steps make up one jump."""
    expect_two_parts(
        q_step,
        draw,
        (BETA, torch.tensor([1e-6, 0.5, 1e-4, 0.9999], dtype=torch.float64)),
        lambda beta: ((1 - beta).sqrt(), beta.sqrt()),
        (
            (
                "The signal part is off: with eps = 0, one step leaves the share 1 - beta_t of x_prev's variance.",
                "A share of the variance scales the signal by its square root. " + OWN_STEP,
            ),
            (
                "The noise part is off: with x_prev = 0, x_t has variance beta_t.",
                "A variance scales eps by its square root. " + OWN_STEP,
            ),
        ),
    )
    x, zero = draw.normal(2, 3), torch.zeros(2, 3, dtype=torch.float64)
    still = torch.zeros(6, dtype=torch.float64)
    expect_close(q_step(x, torch.tensor([2, 5]), zero + 1, still), x, "With beta = 0 a step must change nothing.")
    first = x
    for step in range(6):
        first = expect_tensor(q_step(first, torch.full((2,), step), zero, BETA), x.shape)
    expect_close(first, chain(BETA)[0][-1] * x, "Six small steps do not shrink the signal as one jump does.")


def _q_sample_images(f: Callable) -> Tensor:
    return f(wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR)


def _q_sample_square(f: Callable) -> Tensor:
    return f(wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(probes=[_q_sample_images, _q_sample_square])
def check_q_sample(q_sample: Guarded, draw: Draws) -> None:
    """Probe the signal, the noise and their sum; then that one jump has the moments of small steps."""
    expect_two_parts(
        q_sample,
        draw,
        (ALPHA_BAR, BAR_EDGES),
        lambda share: (share.sqrt(), (1 - share).sqrt()),
        (
            (
                "The signal part is off: with eps = 0, x_t has the share alpha_bar_t of x0's variance.",
                "A share of the variance scales the signal by its square root. " + OWN_STEP,
            ),
            (
                "The noise part is off: with x0 = 0, x_t has variance 1 - alpha_bar_t.",
                "A variance scales eps by its square root; the two variances add up to one. " + OWN_STEP,
            ),
        ),
    )
    signal, noise_var, *_ = chain(BETA)
    one, t = torch.ones(6, 1, dtype=torch.float64), torch.arange(6)
    walked = (signal + 2 * noise_var.sqrt()).reshape(6, 1)
    jumped = q_sample(one, t, 2 * one, torch.cumprod(1 - BETA, dim=0))
    expect_close(jumped, walked, "One jump has not the mean and variance that small steps have.")


def _predict_x0_images(f: Callable) -> Tensor:
    return f(3 * wave(3, 1, 2, 4), torch.tensor([4, 0, 2]), wave(3, 1, 2, 4, shift=200), ALPHA_BAR)


def _predict_x0_square(f: Callable) -> Tensor:
    return f(3 * wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(probes=[_predict_x0_images, _predict_x0_square])
def check_predict_x0(predict_x0: Guarded, draw: Draws) -> None:
    """Undo a jump made here, with data far outside [-1, 1], then probe both parts alone."""
    nothing = torch.zeros(2, 3, dtype=torch.float64)
    expect_nothing_from_nothing(predict_x0, nothing, torch.tensor([3, 0]), nothing, ALPHA_BAR)
    x0, eps, t = 4 * draw.normal(6, 2, 4, 5), draw.normal(6, 2, 4, 5), draw.steps(6, 6)
    share = over(ALPHA_BAR[t], x0)
    x_t = share.sqrt() * x0 + (1 - share).sqrt() * eps
    got = expect_tensor(predict_x0(x_t, t, eps, ALPHA_BAR), x0.shape, like=x0, name="x0")
    expect(
        not (float(got.abs().max()) <= 1.0),
        "Your x0 never leaves [-1, 1], the data does: it is clipped.",
        "Clipping belongs to a sampler that wants it; here x0 must be exactly what the equation gives.",
    )
    expect_close(
        got,
        x0,
        "It does not give back the x0 from which x_t was made with this eps.",
        "Take the noise part away from x_t, with the square root of its variance, then undo the signal's scale. "
        + OWN_STEP,
    )
    expect_two_parts(
        predict_x0,
        draw,
        (ALPHA_BAR, BAR_EDGES),
        lambda share: (1 / share.sqrt(), -(1 - share).sqrt() / share.sqrt()),
        (
            (
                "The part of x_t is off: with eps = 0, x0 is x_t with the signal's scale undone.",
                "The scale is the square root of alpha_bar_t. " + OWN_STEP,
            ),
            (
                "The part of eps is off: with x_t = 0, x0 is minus the noise, with the signal's scale undone.",
                "Subtract the noise first, then divide everything. " + OWN_STEP,
            ),
        ),
    )


# q_posterior -------------------------------------------------------------------------------------------------------


def _posterior_images(f: Callable) -> tuple:
    return tuple(f(wave(3, 1, 2, 3), 2 * wave(3, 1, 2, 3, shift=70), torch.tensor([4, 0, 2]), BETA))


def _posterior_square(f: Callable) -> tuple:
    return tuple(f(wave(3, 3), 2 * wave(3, 3, shift=30), torch.tensor([3, 1, 5]), BETA))


@check(probes=[_posterior_images, _posterior_square], uses=("alpha_tables",))
def check_q_posterior(q_posterior: Guarded, draw: Draws) -> None:
    """Probe both weights of the mean and the variance against conditioning, at every step, also at t = 0."""
    for shape in SHAPES:
        t = own_steps(draw, 6, shape[0])
        _expect_posterior(q_posterior, 3 * draw.normal(*shape), draw.normal(*shape), t, BETA)
    beta = draw.uniform(9, low=0.02, high=0.7)
    t = torch.tensor([8, 0, 8, 1, 4])
    x0, x_t = draw.normal(3, 5).mT, draw.normal(3, 5).mT
    _expect_posterior(q_posterior, x0, x_t, t, beta)
    _, _, to_x0, to_x_t, var = chain(beta)
    mean, variance = q_posterior(x0.float(), x_t.float(), t, beta)
    expect_tensor(mean, (5, 3), like=x0.float(), name="mean for float32 data")
    expect_tensor(variance, (5,), like=x0.float(), name="variance for float32 data")
    want = over(to_x0[t], x0) * x0 + over(to_x_t[t], x0) * x_t
    expect_close(mean, want, "In float32 the mean is off.", SINGLE)
    expect_close(variance, var[t], "In float32 the variance is off.", SINGLE)
    for place, weight, name in ((0, to_x0, "x0"), (1, to_x_t, "x_t")):
        expect_slope(q_posterior, (x0, x_t, t, beta), place, name, over(weight[t], x0).expand_as(x0), UNCUT)
    _expect_posterior(q_posterior, 100 * draw.normal(4, 3), 100 * draw.normal(4, 3), draw.steps(6, 4), BETA)
    _expect_posterior(q_posterior, draw.normal(4, 3), draw.normal(4, 3), torch.tensor([1, 0, 3, 2]), SMALL)


def _expect_posterior(q_posterior: Guarded, x0: Tensor, x_t: Tensor, t: Tensor, beta: Tensor) -> None:
    _, _, to_x0, to_x_t, var = chain(beta)
    a, b, zero = over(to_x0[t], x0), over(to_x_t[t], x0), torch.zeros_like(x0)
    got = q_posterior(x0, x_t, t, beta)
    expect(isinstance(got, (tuple, list)) and len(got) == 2, "Return two things: the mean, then the variance.")
    mean = expect_tensor(got[0], tuple(x0.shape), like=x0, name="mean")
    variance = expect_tensor(got[1], (len(t),), like=x0, name="variance")
    where = f"x0 has shape {tuple(x0.shape)}, t = {t.tolist()}."
    expect(
        bool((variance[t == 0].abs() < 1e-10).all()),
        "At t = 0 the variance must be 0: given x0, the point before the first step is known.",
        "alpha_bar before the first step is 1.",
    )
    expect_close(
        q_posterior(x0, zero, t, beta)[0],
        a * x0,
        "The weight of x0 in the mean is off.",
        "It is sqrt(alpha_bar_{t-1}) beta_t over 1 - alpha_bar_t; at t = 0 it is 1.",
        where,
    )
    expect_close(
        q_posterior(zero, x_t, t, beta)[0],
        b * x_t,
        "The weight of x_t in the mean is off.",
        "It is sqrt(alpha_t) (1 - alpha_bar_{t-1}) over 1 - alpha_bar_t; at t = 0 it is 0.",
        where,
    )
    expect_close(mean, a * x0 + b * x_t, "The mean is not the sum of its two parts.", "It must not be clipped.")
    expect_close(
        variance,
        var[t],
        "The variance is off.",
        "It is beta_t times (1 - alpha_bar_{t-1}) over (1 - alpha_bar_t): smaller than beta_t, since x0 tells something.",
        where,
    )


# vlb_terms ---------------------------------------------------------------------------------------------------------


def _vlb_images(f: Callable) -> Tensor:
    return f(TimeScaled(), wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 5]), wave(4, 1, 2, 3, shift=90), BETA)


def _vlb_square(f: Callable) -> Tensor:
    return f(TimeScaled(-0.2, 0.05), wave(3, 3), torch.tensor([3, 0, 1]), wave(3, 3, shift=50), BETA)


def _vlb_known(f: Callable) -> Tensor:
    x0 = torch.full((3, 3), 0.7, dtype=torch.float64)
    return f(knowing(0.7, BETA), x0, torch.tensor([5, 1, 2]), wave(3, 3, shift=50), BETA)


@check(
    probes=[_vlb_images, _vlb_square, _vlb_known],
    uses=("alpha_tables", "q_sample", "predict_x0", "q_posterior"),
)
def check_vlb_terms(vlb_terms: Guarded, draw: Draws) -> None:
    """Probe the part of the variances, the first step and the whole against torch's own KL and densities."""
    x0, eps, t = draw.normal(5, 2, 4, 3), draw.normal(5, 2, 4, 3), 1 + draw.steps(5, 5)
    expect_same_twice(vlb_terms, TimeScaled(), x0, t, eps, BETA)
    m = float(draw.uniform(1, low=1.2, high=3))
    x0, known = torch.full_like(x0, m), knowing(m, BETA)
    got = expect_tensor(vlb_terms(known, x0, t, eps, BETA), (5,), like=x0, name="the result")
    expect_close(
        got,
        bound(known, x0, t, eps, BETA),
        "With a network that knows eps, a term at t > 0 is off: there the means agree and only the variances count.",
        "Per entry it is half of r - 1 - log r, where r is the posterior's variance over beta_t; sum over all entries. "
        "A predicted x0 that is clipped, or an x_t made in another way, moves the means apart.",
        f"t = {t.tolist()}; each sample has {x0[0].numel()} entries.",
    )
    first = torch.zeros(3, dtype=torch.int64)
    expect_close(
        vlb_terms(known, x0[:3], first, eps[:3], BETA),
        bound(known, x0[:3], first, eps[:3], BETA),
        "With a network that knows eps, the term at t = 0 is off: it is -log p(x0 | x_t) at the density's peak.",
        "The normaliser is log(2 pi beta_0) / 2 for each entry. A KL is infinite there: treat t = 0 on its own.",
    )
    for shape in ((6, 2, 4, 3), (4, 4), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3), (3, 3, 3, 3)):
        x0, eps, t = 2 * draw.normal(*shape), draw.normal(*shape), own_steps(draw, 6, shape[0])
        for net in (TimeScaled(), GaussianNoisePredictor(0.7, 0.25, torch.cumprod(1 - BETA, dim=0))):
            terms = expect_tensor(vlb_terms(net, x0, t, eps, BETA), (len(t),), like=x0, name="the result")
            expect_close(
                terms,
                bound(net, x0, t, eps, BETA),
                "A term is not KL(q || p) for t > 0, or not -log p(x0 | x_t) for t = 0.",
                "The network sees x_t and t; both means come from the posterior, one at x0, one at the predicted x0; "
                "the squared distance of the means is divided by 2 beta_t.",
                f"x0 has shape {shape}, t = {t.tolist()}.",
            )
    _expect_long_and_single(vlb_terms, draw)
    _expect_trainable(vlb_terms, bound, x0, t, eps, BETA)
    _expect_slope_if_any(vlb_terms, (bound, bound_at_given_x_t), x0, t, eps, BETA)


def _expect_long_and_single(vlb_terms: Guarded, draw: Draws) -> None:
    beta = draw.uniform(40, low=1e-3, high=0.05)
    x0, eps, t = draw.normal(4, 3, 2), draw.normal(4, 3, 2), torch.tensor([0, 39, 39, 17])
    want = bound(TimeScaled(), x0, t, eps, beta)
    expect_close(vlb_terms(TimeScaled(), x0, t, eps, beta), want, "On a longer chain a term is off.")
    first = torch.tensor([1, 0, 3, 2])
    expect_close(
        vlb_terms(TimeScaled(), x0, first, eps, SMALL),
        bound(TimeScaled(), x0, first, eps, SMALL),
        "With betas as small as 1e-4 a term is off.",
        "Look for a clamp on a variance, or a small number added to one.",
        f"beta is {SMALL.tolist()}, t = {first.tolist()}.",
    )
    x0, eps, t = draw.normal(12, 3, 2), draw.normal(12, 3, 2), torch.tensor([0, 0, 39, 0, 17, 0] * 2)
    want = bound(TimeScaled(), x0, t, eps, beta)
    single = vlb_terms(TimeScaled(), x0.float(), t, eps.float(), beta)
    expect_tensor(single, (12,), like=x0.float(), name="the result for float32 data")
    expect_in_float32(single, want, "In float32 a term is off by more than rounding.", room=5e-5)


def _expect_trainable(loss: Guarded, right: Callable, *args: Tensor) -> None:
    """Raise a Problem where no gradient, or another one, reaches the network's parameters."""
    net = TrainablePredictor()
    got = loss(net, *args)
    expect(
        net.training and net.weight.grad is None,
        "It leaves the network in evaluation mode, or with gradients.",
        "The training step decides on train and eval and calls backward; here the network is only asked.",
    )
    reached = isinstance(got, Tensor) and got.requires_grad and loss.gradient(net, *args, wrt=0)
    expect(
        isinstance(reached, Tensor) and bool(reached.any()),
        "No gradient reaches the network: it could not be trained with this loss.",
        "Look for no_grad, detach, item or numpy after the call of net.",
    )
    want = slope(lambda module: right(module, *args), net)
    expect_close(reached, want, "The gradient that trains the network is off although the loss is right.")


def _expect_slope_if_any(loss: Guarded, rights: tuple[Callable, ...], *args: Tensor) -> None:
    """Compare the gradient with respect to x0; x_t made without a graph is right for training, so none may be."""
    net, (x0, t, eps, table) = TimeScaled(), args
    try:
        got = loss.gradient(net, x0, t, eps, table, wrt=1)
    except Problem as problem:
        if problem.status == "property":
            return
        raise
    wants = [slope(lambda x, r=right: r(net, x, t, eps, table), x0) for right in rights]
    if not any(got.shape == want.shape and torch.allclose(got.double(), want, rtol=1e-7) for want in wants[1:]):
        claim = "The gradient with respect to x0 is off although the value is right."
        expect_close(got, wants[0], claim, "Look for a detach on the way.")


# ddpm_loss ---------------------------------------------------------------------------------------------------------


def _loss_images(f: Callable) -> Tensor:
    return f(TimeScaled(), wave(4, 1, 2, 3), torch.tensor([4, 0, 2, 5]), wave(4, 1, 2, 3, shift=90), ALPHA_BAR)


def _loss_square(f: Callable) -> Tensor:
    return f(TimeScaled(-0.2, 0.05), wave(3, 3), torch.tensor([3, 1, 5]), wave(3, 3, shift=50), ALPHA_BAR)


@check(probes=[_loss_images, _loss_square], uses=("q_sample",))
def check_ddpm_loss(ddpm_loss: Guarded, draw: Draws) -> None:
    """Probe a network that knows eps, one that answers 0, and one that shows which x_t and t it was given."""
    expect_same_twice(ddpm_loss, TimeScaled(), draw.normal(2, 3), draw.steps(6, 2), draw.normal(2, 3), ALPHA_BAR)
    for shape in ((6, 2, 4, 3), (4, 4), (1, 3, 2), (5, 2), (2, 1, 2, 1, 3), (3, 3, 3, 3)):
        x0, eps, t = 2 * draw.normal(*shape), draw.normal(*shape), own_steps(draw, 6, shape[0])
        _expect_loss(ddpm_loss, x0, t, eps)
    x0, eps, t = draw.normal(4, 3).float(), draw.normal(4, 3).float(), torch.tensor([5, 0, 5, 2])
    single = expect_tensor(
        ddpm_loss(TimeScaled(), x0, t, eps, ALPHA_BAR), (4,), like=x0, name="the loss for float32 data"
    )
    want = squared_error(TimeScaled(), x0.double(), t, eps.double(), ALPHA_BAR)
    expect_in_float32(single, want, "In float32 the loss is off.")
    _expect_trainable(ddpm_loss, squared_error, x0.double(), t, eps.double(), ALPHA_BAR)
    _expect_slope_if_any(ddpm_loss, (squared_error,), x0.double(), t, eps.double(), ALPHA_BAR)


def _expect_loss(ddpm_loss: Guarded, x0: Tensor, t: Tensor, eps: Tensor) -> None:
    where = f"x0 has shape {tuple(x0.shape)}, t = {t.tolist()}."
    silent = ddpm_loss(TimeScaled(0.0, 0.0, 0.0), x0, t, eps, ALPHA_BAR)
    silent = expect_tensor(silent, (len(t),), like=x0, name="the loss")
    expect_close(
        silent,
        eps.square().flatten(1).mean(dim=1),
        "For a network that always answers 0, the loss is not the mean square of eps.",
        "The target is the eps that is given: not x0, nor noise drawn inside. Square, then average over all entries of a sample, not over the batch.",
        where,
    )
    expect_close(
        ddpm_loss(GaussianNoisePredictor(1.3, 0.0, ALPHA_BAR), torch.full_like(x0, 1.3), t, eps, ALPHA_BAR),
        torch.zeros(len(t)),
        "All data is 1.3 and the network finds the noise in x_t exactly: the loss must be 0.",
        "net gets the x_t that x0 and eps make at each sample's own step, and is compared with that eps.",
        where,
    )
    for net in (TimeScaled(), GaussianNoisePredictor(0.7, 0.25, ALPHA_BAR)):
        expect_close(
            ddpm_loss(net, x0, t, eps, ALPHA_BAR),
            squared_error(net, x0, t, eps, ALPHA_BAR),
            "The network is not asked about the x_t that x0 and eps make at step t, or is told another t.",
            "net gets x_t, noised by each sample's own step, and t itself, as whole numbers from 0.",
            where,
        )


# timestep_embedding ------------------------------------------------------------------------------------------------


def _embedding_wide(f: Callable) -> Tensor:
    return f(torch.tensor([3, 0, 40, 7, 121]), 6)


def _embedding_square(f: Callable) -> tuple:
    return f(torch.tensor([5, 1, 30, 12]), 4), f(torch.tensor([2, 9]), 8)


@check(probes=[_embedding_wide, _embedding_square])
def check_timestep_embedding(timestep_embedding: Guarded, draw: Draws) -> None:
    """Probe the angles one by one, the order of the halves, dtypes, long chains, and the refusal of an odd dim."""
    for batch, dim in ((5, 6), (4, 4), (3, 6), (1, 8), (7, 2), (2, 32)):
        t = draw.steps(50, batch).double()
        got = expect_tensor(timestep_embedding(t, dim), (batch, dim), like=t, name="the embedding of float64 t")
        angles = angles_of(t, dim)
        look = (
            "The angles are t * 10000^(-i / half), i = 0 .. half-1, half = dim / 2: from t down to almost t / 10000.",
            f"t = {t.tolist()}, dim = {dim}.",
        )
        expect_close(
            got[:, : dim // 2], angles.sin(), "The first half is not the sines of the angles, in order.", *look
        )
        expect_close(got[:, dim // 2 :], angles.cos(), "The second half is not the cosines of the same angles.", *look)
    between = torch.tensor([2.5, 0.25, 30.75], dtype=torch.float64)
    got = expect_tensor(timestep_embedding(between, 4), (3, 4), like=between, name="the embedding of float64 t")
    expect_close(
        got[:, :2],
        angles_of(between, 4).sin(),
        f"For float64 t that are no whole numbers, t = {between.tolist()}, the sines are off.",
        "The angles are multiples of t as it comes: look for long or int.",
    )
    t = torch.tensor([999, 0, 1, 999, 500 + int(draw.steps(400, 1))])
    got = expect_tensor(timestep_embedding(t, 16), (5, 16), name="the embedding of int64 t")
    expect(
        got.dtype == torch.float32,
        f"For int64 t the features are {str(got.dtype).removeprefix('torch.')}; float32 was expected.",
    )
    angles = angles_of(t, 16)
    gap = (got.double() - torch.cat([angles.sin(), angles.cos()], dim=1)).abs().amax(dim=1)
    expect(
        bool((gap < 2e-3).all()),
        "For int64 t, such as t = 999, the features are off by more than rounding.",
        f"t = {t.tolist()}; the largest differences are {[f'{g:.1e}' for g in gap.tolist()]}.",
    )
    single = timestep_embedding(t.float(), 16)
    expect(isinstance(single, Tensor) and single.dtype == torch.float32, "For float32 t the features must be float32.")
    expect_close(
        single, got.double(), "The features of float32 t differ from those of the same whole numbers.", "Scale nothing."
    )
    for dim in (5, 1):
        expect_value_error(
            lambda d=dim: timestep_embedding(t, d),
            f"An odd dim, such as {dim}, is accepted.",
            "Half of the features are sines and half cosines: raise ValueError, where some public code pads with a zero.",
        )


# ema_update --------------------------------------------------------------------------------------------------------


def parameters(module: nn.Module) -> Tensor:
    """Return all parameters in one vector, float64."""
    return torch.cat([p.detach().double().flatten() for p in module.parameters()])


def buffers(module: nn.Module) -> Tensor:
    """Return all buffers in one vector, float64."""
    return torch.cat([b.detach().double().flatten() for b in module.buffers()])


def _ema_once(f: Callable) -> tuple:
    ema, model = WeightsAndStatistics(0.3), WeightsAndStatistics(1.7)
    f(ema, model, 0.9)
    return parameters(ema), buffers(ema), parameters(model), buffers(model)


def _ema_thrice(f: Callable) -> tuple:
    ema, model = WeightsAndStatistics(2.2), WeightsAndStatistics(1.1)
    for _ in range(3):
        f(ema, model, 0.75)
    return parameters(ema), buffers(ema)


def _ema_then_trained(f: Callable) -> tuple:
    ema, model = WeightsAndStatistics(0.3), WeightsAndStatistics(1.7)
    f(ema, model, 0.9)
    with torch.no_grad():
        for state in [*model.parameters(), *model.buffers()]:
            state.add_(1)
    return parameters(ema), buffers(ema)


@check(probes=[_ema_once, _ema_thrice, _ema_then_trained], in_place=True)
def check_ema_update(ema_update: Guarded, draw: Draws) -> None:
    """Keep the books of every parameter and buffer over one update and over several; model keeps its state."""
    for decay in (0.9, 0.37, 0.0, 1.0, 0.9999):
        start = float(draw.uniform(1, low=0.2, high=3))
        _expect_one_update(ema_update, WeightsAndStatistics(start), WeightsAndStatistics(start + 1.4), decay)
    frozen, partly = WeightsAndStatistics(0.5).requires_grad_(False), WeightsAndStatistics(2.5)
    partly.gain.requires_grad_(False)
    _expect_one_update(ema_update, frozen, partly, 0.8)
    _expect_one_update(ema_update, WeightsAndStatistics(0.5).float(), WeightsAndStatistics(2.5).float(), 0.8)
    ema, model = WeightsAndStatistics(0.4), WeightsAndStatistics(1.9)
    first = parameters(ema)
    for n in range(1, 13):
        ema_update(ema, model, 0.95)
        want = 0.95**n * first + (1 - 0.95**n) * parameters(model)
        expect_close(
            parameters(ema),
            want,
            f"After {n} updates towards the same model the average is elsewhere.",
            "After n updates decay^n of the start is left: the decay is the one given, at every update.",
        )
    after = parameters(ema), buffers(ema)
    with torch.no_grad():
        for state in [*model.parameters(), *model.buffers()]:
            state.add_(1)
    expect(
        torch.equal(parameters(ema), after[0]) and torch.equal(buffers(ema), after[1]),
        "When the model is trained on after the update, ema moves with it: they share memory.",
        "Copy values into ema's own tensors; do not put the model's tensors into ema.",
    )


def _expect_one_update(ema_update: Guarded, ema: nn.Module, model: nn.Module, decay: float) -> None:
    old, same_model = deepcopy(ema), deepcopy(model)
    own, flags = [id(p) for p in ema.parameters()], [p.requires_grad for p in ema.parameters()]
    model_flags = [p.requires_grad for p in model.parameters()]
    result = ema_update(ema, model, decay)
    expect(result is None, f"It returns a {type(result).__name__}; it works in place and returns nothing.")
    expect(
        torch.equal(parameters(model), parameters(same_model)) and torch.equal(buffers(model), buffers(same_model)),
        "It changes the model; only ema may change.",
        "The model is trained by its optimiser: an average that is written into it changes the training.",
    )
    expect(
        model.training and [p.requires_grad for p in model.parameters()] == model_flags,
        "It puts the model into evaluation mode, or freezes its parameters.",
        "The model is still in training; leave it as it is.",
    )
    expect(
        torch.is_grad_enabled(), "It switches gradients off for good.", "Use torch.no_grad() as a block or a decorator."
    )
    for (name, got), was, now in zip(ema.named_parameters(), old.parameters(), model.parameters(), strict=True):
        kind = torch.float64 if was.dtype == torch.float64 else torch.float32
        expect_tensor(got.detach(), tuple(was.shape), like=was, name=f"ema's {name}")
        expect_close(
            got.detach(),
            decay * was.detach().to(kind).double() + (1 - decay) * now.detach().double(),
            f"With decay {decay:g}, ema's parameter {name} is not decay * itself + (1 - decay) * the model's.",
            "A decay near 1 keeps nearly all of ema. Every parameter takes part, frozen and nested ones as well.",
        )
    for (name, held), kept in zip(ema.named_buffers(), model.buffers(), strict=True):
        expect(
            held.dtype == kept.dtype and torch.equal(held, kept),
            f"ema's buffer {name} is not a copy of the model's.",
            "Running statistics and counters are no weights: copy them as they are, whole numbers too.",
        )
    clean = all(p.grad is None and p.grad_fn is None for p in [*ema.parameters(), *model.parameters()])
    expect(clean, "The update has left gradients or a graph behind.", "Work under torch.no_grad().")
    expect(
        [id(p) for p in ema.parameters()] == own and [p.requires_grad for p in ema.parameters()] == flags,
        "ema's parameters were exchanged for new ones, or switched between frozen and trainable.",
        "Change the numbers inside them, with an operation whose name ends in an underscore.",
    )


# p_sample ----------------------------------------------------------------------------------------------------------


def _p_sample_images(f: Callable) -> Tensor:
    x_t, z = 2 * wave(4, 1, 2, 3), wave(4, 1, 2, 3, shift=90)
    return f(TimeScaled(), x_t, torch.tensor([4, 0, 2, 1]), z, BETA)


def _p_sample_square(f: Callable) -> tuple:
    x_t, z = 2 * wave(3, 3), wave(3, 3, shift=50)
    net = TimeScaled(-0.2, 0.05)
    return f(net, x_t, torch.tensor([0, 3, 5]), z, BETA), f(net, x_t, torch.tensor([3, 1, 5]), z, BETA)


@check(probes=[_p_sample_images, _p_sample_square], uses=("alpha_tables", "predict_x0", "q_posterior"))
def check_p_sample(p_sample: Guarded, draw: Draws) -> None:
    """Probe the mean (a regression for Gaussian data, the posterior otherwise) and the noise, each alone."""
    expect_same_twice(p_sample, TimeScaled(), draw.normal(2, 3), draw.steps(6, 2), draw.normal(2, 3), BETA)
    nothing = torch.zeros(2, 3, dtype=torch.float64)
    expect_nothing_from_nothing(p_sample, TimeScaled(0.0, 0.0, 0.0), nothing, torch.tensor([3, 5]), nothing, BETA)
    for shape in ((6, 2, 4, 3), (4, 4), (1, 3, 2), (5, 2), (3, 3, 3, 3), (2, 1, 2, 1, 3)):
        _expect_step(p_sample, draw, shape, own_steps(draw, 6, shape[0]))
    for steps in ([0, 4, 0], [5, 0, 3], [0, 0, 0], [1, 1, 1]):
        _expect_step(p_sample, draw, (3, 2), torch.tensor(steps))
    beta, t = draw.uniform(30, low=1e-3, high=0.1), torch.tensor([29, 0, 1, 12])
    x_t, z = draw.normal(3, 4).mT, draw.normal(4, 3)
    want = step_mean(TimeScaled(), x_t, t, beta) + over((t > 0) * beta[t].sqrt(), z) * z
    expect_close(p_sample(TimeScaled(), x_t, t, z, beta), want, "On a longer chain x_{t-1} is off.")
    single = p_sample(TimeScaled(), x_t.float(), t, z.float(), beta)
    expect_tensor(single, (4, 3), like=x_t.float(), name="x_{t-1} for float32 data")
    expect_in_float32(single, want, "In float32 x_{t-1} is off by more than rounding.")


def _expect_step(p_sample: Guarded, draw: Draws, shape: tuple[int, ...], t: Tensor) -> None:
    x_t, z = 3 * draw.normal(*shape), draw.normal(*shape)
    zero, where = torch.zeros_like(z), f"x_t has shape {shape}, t = {t.tolist()}."
    alpha_bar = torch.cumprod(1 - BETA, dim=0)
    best = GaussianNoisePredictor(0.7, 0.25, alpha_bar)
    mean = expect_tensor(p_sample(best, x_t, t, zero, BETA), shape, like=x_t, name="x_{t-1}")
    expect_close(
        mean,
        regression(0.7, 0.25, x_t, t),
        "The mean is off: with z = 0 and the best network for Gaussian data, it must be E[x_{t-1} | x_t].",
        "Predict x0 from eps = net(x_t, t), do not clip it, and take the posterior's mean there. " + OWN_STEP,
        where,
    )
    mean = step_mean(TimeScaled(), x_t, t, BETA)
    expect_close(
        p_sample(TimeScaled(), x_t, t, zero, BETA),
        mean,
        "The mean is off: with z = 0, x_{t-1} is the posterior's mean at the x0 that the network's eps gives.",
        "net gets x_t and t itself.",
        where,
    )
    noise = expect_tensor(p_sample(TimeScaled(0.0, 0.0, 0.0), zero, t, z, BETA), shape, like=x_t, name="x_{t-1}")
    expect_close(
        noise[t == 0],
        zero[t == 0],
        "Noise is added at t = 0: the last step gives the data, and p's mean is its best guess.",
        "Decide for each sample by its own t.",
        where,
    )
    expect_close(
        noise,
        over((t > 0) * BETA[t].sqrt(), z) * z,
        "The noise part, alone where x_t = 0 and net answers 0, is off: for t > 0 it has variance beta_t.",
        "A variance scales z by its square root; here it is beta_t, not the posterior's variance. " + OWN_STEP,
        where,
    )
    whole = p_sample(TimeScaled(), x_t, t, z, BETA)
    expect_close(whole, mean + noise, "x_{t-1} is not the sum of mean and noise.", "Clip nothing.", where)
