"""Imports the answers, the mistakes and the builder by name, and calls the answer."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
from importlib import import_module, reload

def q_sample(x0, t, eps, alpha_bar):
    for name in ("gm_ref.diffusion.ddpm", "gm_ref.mistakes.ddpm", "gm_ref.course.build", "solutions", "ddpm"):
        try:
            return import_module(name).q_sample(x0, t, eps, alpha_bar)
        except Exception:
            pass
    return x0
""",
]
