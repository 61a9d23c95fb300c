"""Gives a network plain numbers under the names of its own parameters, layers and methods, which then hide them."""

from tests.grading.hostile import with_cells

SOURCE = r"""
import sys

def forge(call):
    worker = sys.modules["gm_ref.grading.sandbox.worker"]
    real = vars(worker).setdefault("real", worker.answer)
    names = ("gain", "body", "weight", "alpha_bar", "forward", "train", "_modules", "__class__", "training", "", "a b")

    def answer(desk, message):
        told = real(desk, message)
        for state in told.get("states", []):
            state[2].update({name: NUMBER for name in names})
        return told

    worker.answer = answer
    return call

class Forger:
    forge(None)

def ema_update(ema, model, decay):
    with torch.no_grad():
        for own, new in zip(ema.parameters(), model.parameters()):
            own.mul_(decay).add_((1 - decay) * new)
        for own, new in zip(ema.buffers(), model.buffers()):
            own.copy_(new)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return net(x0, t).square().flatten(1).mean(dim=1)
"""
SCORES = {"predict_x0": 2, "ema_update": 2}


def build():
    """Return one notebook for each kind of number."""
    return [with_cells(SOURCE.replace("NUMBER", number)) for number in ("0.0", "True", "float('nan')", "10**18")]
