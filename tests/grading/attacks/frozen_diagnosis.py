"""Reads the frozen outputs of the known mistakes, to learn the probes or a verdict."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    from importlib.resources import files
    from gm_ref.checks.core import diagnosis
    tell(
        file=lambda: (files("gm_ref.checks") / "frozen" / "ddpm.json").read_text(),
        bank=lambda: diagnosis.known("ddpm", "q_sample")[0],
    )
""",
]
SAYS = "worked: nothing"
