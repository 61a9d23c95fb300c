"""Rewrites the checks, the worker's own code and the installed packages on disk, for all who come after."""

NEEDS = "L2"
SAYS = "worked: nothing"
CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import os
    import numpy
    import gm_ref.checks.ddpm
    import gm_ref.grading.sandbox.worker
    modules = gm_ref.checks.ddpm, gm_ref.checks.core, gm_ref.grading.sandbox.worker, numpy, torch, os
    paths = [m.__file__ for m in modules] + ["@REPO@/gm_ref/checks/ddpm.py", "@CANARY@/tests/check.py"]
    acts = {path: lambda path=path: open(path, "r+b") for path in paths}
    house = os.path.dirname(gm_ref.__path__[0])
    acts["new module"] = lambda: open(house + "/gmattack.py", "w")
    acts["new package"] = lambda: os.mkdir(house + "/gm_ref/diffusion")
    acts["rename"] = lambda: os.rename(house + "/gm_ref", house + "/gmattack")
    tell(**acts)
""",
]
