"""The check of saturation_ratio."""

import math
from collections.abc import Callable

import torch

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_alone, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_digits, expect_in_float32
from gm_ref.checks.minimax.oracles import sigmoid


def slope(f: Callable, x: float) -> float:
    """Return the derivative of a smooth function at x by central differences, to about ten digits."""
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


def _ratio(f: Callable) -> tuple:
    return (
        f(wave(4)),
        f(torch.tensor([[-5.0, 0.5], [3.0, -10.0]]).double()),
        f(torch.tensor([40.0]).double()).abs().log(),
    )


@check(probes=[_ratio], exact=True)
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
