"""Claims that a call changed the judge's arguments: at places that are not there, to other shapes, with other names."""

from tests.grading.hostile import with_cells

SOURCE = r"""
import sys

def ema_update(ema, model, decay):
    worker = sys.modules["gm_ref.grading.sandbox.worker"]
    x = torch.ones(2)
    worker.answer = lambda desk, message, real=worker.answer: {"value": None, "changed": [], "states": [], **VARIANT}

def ddpm_loss(net, x0, t, eps, alpha_bar):
    ema_update(net, net, 0)
"""
VARIANTS = (
    '{"states": [[0, {}, {}]]}',
    '{"states": [[-1, {"x": x}, {"x": x}]]}',
    '{"states": [[10**9, {"x": x}, {}]]}',
    '{"states": [["0", 5, None]]}',
    '{"states": 5}',
    '{"states": [[0]]}',
    '{"states": {"a": x}}',
    '{"changed": [[0, x, True]]}',
    '{"changed": [[1, torch.zeros(0, 1 << 26, 1 << 26, 1 << 26), False], [2, None, None]]}',
    '{"changed": [[1.5, "x", 1], [[], {}, ()]]}',
    '{"changed": None, "states": None}',
    '{"changed": [[-1, torch.zeros(1 << 20), True]] * 10}',
)


def build():
    """Return one notebook for each forgery."""
    return [with_cells(SOURCE.replace("VARIANT", variant)) for variant in VARIANTS]
