"""The check of squeeze."""

from itertools import product

from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, expect_refused, given, wave
from gm_ref.checks.realnvp.oracles import slope_of, stops

PROBES = [
    given(wave(2, 3, 4, 2)),
    given(wave(1, 4, 4, 2, shift=4)),
    lambda f: tuple(stops(f, wave(1, 1, *size)) for size in ((2, 5), (3, 2), (3, 5))),
    slope_of(0, wave(1, 1, 2, 2)),
]


def in_channels(x: Tensor) -> Tensor:
    """Return the result entry by entry."""
    count, channels, height, width = x.shape
    out = x.new_empty(count, 4 * channels, height // 2, width // 2)
    for c, dy, dx, i, j in product(*map(range, (channels, 2, 2, height // 2, width // 2))):
        out[:, 4 * c + 2 * dy + dx, i, j] = x[:, c, 2 * i + dy, 2 * j + dx]
    return out


@check(probes=PROBES, slopes=("x",), exact=True)
def check_squeeze(squeeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; odd sizes; the gradient."""
    beside = Beside(squeeze, in_channels)
    for shape in ((2, 3, 4, 6), (1, 1, 2, 2), (4, 4, 4, 4)):
        beside.at(
            (10 * draw.normal(*shape),),
            f"For x of shape {shape} entries are not where they belong.",
            "Channel 4 c + 2 dy + dx at [i, j] is input channel c at row 2 i + dy and column 2 j + dx: neighbours "
            "become channels. They are only moved: nothing is computed, rounded or converted on the way.",
        )
    for height, width in ((3, 4), (4, 3), (3, 5)):
        x, what = draw.normal(1, 2, height, width), f"images of height {height} and width {width}"
        expect_refused(squeeze, (x,), what, "Both must be even: ask for the remainders before anything else.")
    beside.everywhere((draw.normal(3, 2, 2, 4),))
