"""The check of log_mean_exp."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.start.oracles import expect_single, strided

INF = math.inf


def _log_mean_exp_axes(f: Callable) -> tuple:
    return f(wave(2, 4), 1), f(wave(2, 4, shift=20), 0), f(wave(2, 3, 2), -2)


def _log_mean_exp_square(f: Callable) -> Tensor:
    return f(wave(3, 3), 0)


def _log_mean_exp_large(f: Callable) -> tuple:
    steps = torch.tensor([[0.0, 1.0, 2.0], [-5.0, 0.0, 0.5]], dtype=torch.float64)
    return f(steps + 2000, 1), f(steps - 2000, 1), f(steps + torch.tensor([[900.0], [-900.0]]).double(), 1)


def _log_mean_exp_nothing(f: Callable) -> Tensor:
    return f(torch.tensor([[-INF, -INF], [0.0, -INF]], dtype=torch.float64), 1)


@check(
    probes=[_log_mean_exp_axes, _log_mean_exp_square, _log_mean_exp_large, _log_mean_exp_nothing],
    rows=(),
    slopes=("x",),
)
def check_log_mean_exp(log_mean_exp: Guarded, draw: Draws) -> None:
    """Probe it against its definition on moderate entries, on every axis, at extreme sizes, at -inf, its gradient."""
    x = draw.normal(4, 3, 5)
    for dim, shape in ((0, (3, 5)), (1, (4, 5)), (2, (4, 3)), (-1, (4, 3)), (-3, (3, 5))):
        got = expect_tensor(log_mean_exp(x, dim), shape, like=x, name=f"the result for dim = {dim}")
        expect_close(
            got,
            torch.log(torch.exp(x).mean(dim=dim)),
            f"Along dim = {dim} it is not the logarithm of the mean of the exponentials.",
            "exp first, then the mean, then log; the mean divides by the size of that one axis.",
        )
    for thin, dim in ((x[:1], 2), (x[:, :1], 2), (x[0, :, :1], 0), (x[0, :, :1], 1)):
        want = torch.log(torch.exp(thin).mean(dim=dim))
        told = f"shape {tuple(thin.shape)} and dim = {dim}"
        got = expect_tensor(log_mean_exp(thin, dim), tuple(want.shape), like=x, name=f"the result for {told}")
        expect_close(got, want, f"For {told} it is off.")
    flat = draw.normal(3, 3)
    expect_close(
        log_mean_exp(strided(flat), 0),
        torch.log(torch.exp(flat).mean(dim=0)),
        "On a square input the mean runs along the wrong axis.",
    )
    expect_close(
        log_mean_exp(flat[0].repeat(2), 0),
        log_mean_exp(flat[0], 0),
        "Writing every entry twice must change nothing, since it is a mean.",
    )
    base = torch.log(torch.exp(x).mean(dim=1))
    for shift in (1e4, -1e4):
        expect_close(
            log_mean_exp(x + shift, 1),
            base + shift,
            f"Entries near {shift:g} must only move the result by {shift:g}: exp overflows or underflows on the way.",
            "Subtract the largest entry before exp, add it back after log.",
        )
    level = torch.tensor([3e3, -3e3, 0.0, 1e4], dtype=torch.float64)[:, None, None]
    expect_close(
        log_mean_exp(x + level, 1),
        base + level.squeeze(1),
        "When one row lies far above another, a row is lost.",
        "Every slice along dim needs its own largest entry; one for the whole tensor is not enough.",
    )
    apart = torch.tensor([[0.0, 3000.0], [-3000.0, 0.0]], dtype=torch.float64)
    expect_close(
        log_mean_exp(apart, 1),
        torch.tensor([3000 - math.log(2), -math.log(2)]),
        "When one entry lies far above the others along dim, the result is off: it is that entry minus log n.",
        "Subtract the largest entry before exp, no other.",
    )
    holes = torch.tensor([[-INF, 1.0, 1.0, -INF], [-INF, -INF, -INF, -INF]], dtype=torch.float64)
    expect_close(
        log_mean_exp(holes, 1),
        torch.tensor([1 - math.log(2), -INF]),
        "Entries of -inf are off: each counts as exp(-inf) = 0, and nothing but -inf gives -inf.",
        "-inf minus -inf is NaN: take care of that where the largest entry is subtracted.",
    )
    expect_close(
        log_mean_exp.gradient(x, 1),
        torch.exp(x) / torch.exp(x).sum(dim=1, keepdim=True),
        "The gradient is off: it is the softmax of the entries along dim.",
    )
    expect_close(
        log_mean_exp.gradient(x + 1e4, 1),
        torch.exp(x) / torch.exp(x).sum(dim=1, keepdim=True),
        "The gradient is off for entries near 10000.",
    )
    expect_single(log_mean_exp(x.float(), 1), base, "the result in float32")
