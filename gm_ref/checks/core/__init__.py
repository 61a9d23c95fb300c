"""What every check is made of: a guarded call, expectations that measure, a diagnosis, a verdict."""

from gm_ref.checks.core.beside import Beside
from gm_ref.checks.core.check import check, run
from gm_ref.checks.core.draws import Draws, wave
from gm_ref.checks.core.expect import (
    expect,
    expect_alone,
    expect_close,
    expect_parts,
    expect_raises,
    expect_refused,
    expect_tensor,
)
from gm_ref.checks.core.given import Given, given
from gm_ref.checks.core.guard import Guarded, slope
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.core.traits import Traits
from gm_ref.checks.core.verdict import CheckFailed, Verdict

__all__ = [
    "Beside",
    "CheckFailed",
    "Draws",
    "Given",
    "Guarded",
    "Traits",
    "Verdict",
    "check",
    "expect",
    "expect_alone",
    "expect_close",
    "expect_digits",
    "expect_in_float32",
    "expect_parts",
    "expect_raises",
    "expect_refused",
    "expect_slope",
    "expect_tensor",
    "given",
    "run",
    "slope",
    "wave",
]
