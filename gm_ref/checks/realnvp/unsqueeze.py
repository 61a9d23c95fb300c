"""The check of unsqueeze."""

from itertools import product

from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.realnvp.oracles import slope_of

PROBES = [given(wave(2, 8, 1, 3)), given(wave(1, 4, 4, 2, shift=4)), slope_of(0, wave(1, 4, 1, 1))]


def in_blocks(x: Tensor) -> Tensor:
    """Return the result entry by entry."""
    count, channels, height, width = x.shape
    out = x.new_empty(count, channels // 4, 2 * height, 2 * width)
    for c, dy, dx, i, j in product(*map(range, (channels // 4, 2, 2, height, width))):
        out[:, c, 2 * i + dy, 2 * j + dx] = x[:, 4 * c + 2 * dy + dx, i, j]
    return out


@check(probes=PROBES, slopes=("x",), exact=True)
def check_unsqueeze(unsqueeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; the gradient."""
    beside = Beside(unsqueeze, in_blocks)
    for shape in ((2, 12, 2, 3), (1, 4, 1, 1), (4, 4, 4, 4)):
        beside.at(
            (10 * draw.normal(*shape),),
            f"For x of shape {shape} entries are not where they belong.",
            "Channels 4 c, 4 c + 1, 4 c + 2, 4 c + 3 at [i, j] are the 2 x 2 block of channel c at row 2 i and column "
            "2 j, row by row. They are only moved: nothing is computed, rounded or converted on the way.",
        )
    beside.everywhere((draw.normal(3, 8, 1, 2),))
