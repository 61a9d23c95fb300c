"""What every check is made of: a guarded call, expectations that measure, a diagnosis, a verdict."""

from gm_ref.checks.core.check import check, run
from gm_ref.checks.core.draws import Draws, wave
from gm_ref.checks.core.expect import expect, expect_alone, expect_close, expect_raises, expect_tensor
from gm_ref.checks.core.guard import Guarded, slope
from gm_ref.checks.core.verdict import CheckFailed, Verdict

__all__ = [
    "CheckFailed",
    "Draws",
    "Guarded",
    "Verdict",
    "check",
    "expect",
    "expect_alone",
    "expect_close",
    "expect_raises",
    "expect_tensor",
    "run",
    "slope",
    "wave",
]
