"""The check of log_det_by_autograd."""

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import log_abs_det
from gm_ref.kit.probes.realnvp import Bend, Mixing, Rescale, Spin

PROBES = [
    given(Bend(), wave(4, 3)),
    given(Mixing(), wave(4, 2, 1, 2, shift=3)),
    given(Rescale(-1e-3, (11, 12)), wave(1, 132)),
    given(Spin(1.001), wave(3, 2)),
]


@check(probes=PROBES, rows=(1,))
def check_log_det_by_autograd(log_det_by_autograd: Guarded, draw: Draws) -> None:
    """Probe it on a triangular map, on full Jacobians, many dimensions, turns, images, other shapes."""
    beside = Beside(log_det_by_autograd, log_abs_det, ["log |det|"])
    x, box, many = draw.normal(4, 3), draw.normal(3, 2, 1, 2), draw.normal(1, 42)
    beside.at(
        (Bend(), x),
        "For a map with a triangular Jacobian, whose determinant is the product of its diagonal, log |det| is off.",
        "One Jacobian for each sample, at that sample; the absolute value of its determinant, then the logarithm.",
    )
    beside.at(
        (Mixing(), box),
        "For a map of images in which every entry depends on every entry, log |det| is off.",
        "Flatten a sample's entries: the Jacobian has a row for each output entry and a column for each input entry.",
    )
    for factor, limit in ((1e-9, "underflows to 0"), (1e9, "overflows to infinity")):
        beside.at(
            (Rescale(factor, (6, 7)), many),
            f"In 42 dimensions, with every entry scaled by {factor:g}, log |det| must be 42 log {factor:g}.",
            f"The determinant itself {limit}: ask torch.linalg for its sign and its logarithm.",
        )
    beside.at(
        (Spin(1.001), x[:, :2]),
        "For a map that turns the plane and stretches it by 1.001, log |det| must be 2 log 1.001.",
        "The eigenvalues of a rotation are complex: the determinant is the product of them as they are.",
    )
    beside.at(
        (Rescale(-2.0, (1, 3)), x),
        "A map that turns space over has a negative determinant; log |det| takes its absolute value.",
    )
    beside.everywhere((Bend(), x), [(Mixing(), box)])
