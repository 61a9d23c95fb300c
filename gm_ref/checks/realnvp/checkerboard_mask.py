"""The check of checkerboard_mask."""

from gm_ref.checks.core import Draws, Guarded, check, expect, expect_tensor, given
from gm_ref.checks.realnvp.oracles import expect_floating, kind_of


@check(probes=[given(3, 4) + given(4, 3) + given(2, 2), lambda f: kind_of(f(2, 3))], rows=(), float32=False)
def check_checkerboard_mask(checkerboard_mask: Guarded, draw: Draws) -> None:
    """Probe the first entry, neighbours, diagonals, odd and even sizes, the kind of number."""
    for height, width in ((3, 4), (4, 3), (4, 4), (5, 5), (1, 2), (9 + int(draw.steps(4, 1)), 12)):
        mask = expect_tensor(checkerboard_mask(height, width), (1, height, width), name="the mask")
        expect_floating(checkerboard_mask, height, width)
        rows = f"Yours begins with the rows {mask[0, :2, :4].tolist()}."
        expect(bool(((mask == 0) | (mask == 1)).all()), "The mask must hold 0 and 1 only.", rows)
        expect(float(mask[0, 0, 0]) == 0, "Entry [0, 0, 0] must be 0: row + column is 0 there, which is even.", rows)
        expect(
            all(bool((mask.diff(dim=axis).abs() == 1).all()) for axis in (1, 2)),
            f"In the mask of height {height} and width {width} two neighbours are alike.",
            "The mask changes with every step to the right and with every step down: it depends on row + column.",
            rows,
        )
