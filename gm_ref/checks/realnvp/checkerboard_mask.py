"""The check of checkerboard_mask."""

from collections.abc import Callable

from torch import Tensor

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_tensor,
)
from gm_ref.checks.realnvp.oracles import kind_of


def _checkerboard(f: Callable) -> tuple:
    return f(3, 4), f(4, 3), f(2, 2)


def _checkerboard_kind(f: Callable) -> Tensor:
    return kind_of(f(2, 3))


@check(probes=[_checkerboard, _checkerboard_kind], rows=(), float32=False)
def check_checkerboard_mask(checkerboard_mask: Guarded, draw: Draws) -> None:
    """Probe the first entry, neighbours, diagonals, odd and even sizes, the kind of number."""
    more = int(draw.steps(4, 1))
    for height, width in ((3, 4), (4, 3), (4, 4), (5, 5), (1, 2), (9 + more, 12)):
        mask = expect_tensor(checkerboard_mask(height, width), (1, height, width), name="the mask")
        expect(
            mask.is_floating_point(),
            f"The mask is of {str(mask.dtype)[6:]}; it must be of floating-point numbers, since layers compute 1 - mask.",
            "Convert it at the end.",
        )
        expect(bool(((mask == 0) | (mask == 1)).all()), "The mask must hold 0 and 1 only.")
        expect(float(mask[0, 0, 0]) == 0, "Entry [0, 0, 0] must be 0: row + column is 0 there, which is even.")
        right, down = mask.diff(dim=2).abs(), mask.diff(dim=1).abs()
        expect(
            bool((right == 1).all()) and bool((down == 1).all()),
            f"In the mask of height {height} and width {width} two neighbours are alike.",
            "The mask changes with every step to the right and with every step down: it depends on row + column.",
        )
