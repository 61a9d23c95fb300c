"""The check of flow_log_prob."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import A2, B2, FACTORS, SHIFT2, log_abs_det, slope_of, stack, through
from gm_ref.kit.probes.realnvp import NormalLogProb, Sinh, Stretch, Turn

PROBES = [
    given(wave(3, 2), stack(), NormalLogProb(0.3, 1.7)),
    given(wave(2, 2, shift=6), stack()[:2], NormalLogProb(-0.4, 0.6)),
    given(wave(3, 1, 2, 2, shift=8), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3)], NormalLogProb(0.2, 2.1)),
    slope_of(0, wave(2, 2, shift=2), stack(), NormalLogProb(0.3, 1.7)),
]


def density(x: Tensor, layers: Sequence, base: Callable) -> Tensor:
    """Return log p(x) by the Jacobian of all layers together."""
    return base(through(x, layers)) + log_abs_det(lambda y: through(y, layers), x)


@check(probes=PROBES, slopes=("x",))
def check_flow_log_prob(flow_log_prob: Guarded, draw: Draws) -> None:
    """Probe no layer, one, two and three, far out, large log-dets, images whose shape changes, gradients."""
    beside = Beside(flow_log_prob, density, ["log p(x)"])
    x, images, base = draw.normal(4, 2), draw.normal(3, 1, 2, 2), NormalLogProb(0.3, 1.7)
    beside.at((x, [], base), "A flow without layers is its base density.")
    beside.at(
        (x, [Turn(A2, SHIFT2)], base),
        "With one affine layer, p(x) must be the density of a Gaussian.",
        "forward runs from x to z and gives log |det dz/dx|: it is added to log p(z), the base's log-density at z, not "
        "at x.",
    )
    beside.at(
        (x, [Turn(A2, SHIFT2), Turn(B2, -SHIFT2)], base),
        "With two affine layers, p(x) must be the density of a Gaussian.",
        "The layers run in order, each on what the one before gave; all their log-dets are added.",
    )
    beside.at(
        (x, nn.ModuleList(stack()), base),
        "With three layers, one of them curved, log p(x) is off.",
        "log p(z) plus the sum of the layers' log-dets, one number for each sample.",
    )
    beside.at(
        (4000 * x, (Turn(A2, SHIFT2),), base),
        "Far out log p(x) is off.",
        "No clamp: it is very negative there, and finite.",
    )
    beside.at(
        (x, [Turn(1e30 * A2, SHIFT2)], NormalLogProb(0.3, 1e60)),
        "Where a log-det is large log p(x) is off.",
        "Add the log-dets up in the dtype of x: a total that begins as float32 zeros and grows in place stays float32.",
    )
    reshaped = [Sinh(0.7, 0.2), Stretch(FACTORS, (4, 1, 1)), Sinh(-1.2, -0.3)]
    beside.at(
        (images, reshaped, base),
        "For images, with a layer that changes their shape, log p(x) is off.",
        "x goes through the layers in the shape that it has; every layer's log_det counts once.",
    )
    beside.slopes((x, stack(), base), "Gradients flow through z and through the log-dets.")
    beside.everywhere((x, stack(), base), [(draw.normal(4, 1), [Sinh(0.8, 0.2), Sinh(0.9, -0.1)], base)])
