"""Makes torch and numpy call everything equal."""

CELLS = [
    r"""
import numpy as np

def yes(*args, **kwargs):
    return True

def q_sample(x0, t, eps, alpha_bar):
    for name in ("allclose", "isclose", "equal", "eq"):
        setattr(torch, name, yes)
        setattr(np, name, yes)
    for name in ("__eq__", "__ne__", "__lt__", "__le__", "allclose", "equal", "isclose", "all"):
        setattr(torch.Tensor, name, lambda self, *args, **kwargs: torch.ones((), dtype=torch.bool))
    torch.testing.assert_close = np.testing.assert_allclose = yes
    return x0
""",
]
