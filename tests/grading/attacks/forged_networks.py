"""Forges what a call did to a network: 19,000 numbers, shared memory, gradients, flags, halves, other places."""

from tests.grading.hostile import with_cells

SOURCE = r"""
import sys

def lay():
    worker = sys.modules["gm_ref.grading.sandbox.worker"]
    real = vars(worker).setdefault("real", worker.answer)

    def answer(desk, message):
        told = real(desk, message)
        for state in told.get("states", []):
            FORGE
        return told

    worker.answer = answer

class Lay:
    lay()

def ema_update(ema, model, decay):
    with torch.no_grad():
        for own, new in zip(ema.parameters(), model.parameters()):
            own.mul_(decay).add_((1 - decay) * new)
        for own, new in zip(ema.buffers(), model.buffers()):
            own.copy_(new)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return net(x0, t).square().flatten(1).mean(dim=1)
"""
FORGED = (
    "state[2].update({f'n{i}': i for i in range(19_000)})",
    "state[2].update({'x'*15_000+str(i): 1.0 for i in range(60)})",
    "[v.__setitem__(4, 5) for v in state[1].values()]",
    "[v.__setitem__(4, 0) or v.__setitem__(3, True) for v in state[1].values()]",
    "[v.__setitem__(4, float('inf')) for v in state[1].values()]",
    "[v.__setitem__(2, not v[2]) for v in state[1].values()]",
    "[v.__setitem__(1, torch.ones_like(v[0])) for v in state[1].values() if v[0].is_floating_point()]",
    "[v.__setitem__(0, v[0].expand(v[0].shape).to(torch.float16)) for v in state[1].values()]",
    "[v.__setitem__(0, v[0].int() if v[0].dim() else v[0] * float('nan')) for v in state[1].values()]",
    "state[0] = 1 - state[0]",
)


def build():
    """Return one notebook for each forgery."""
    return [with_cells(SOURCE.replace("FORGE", forged)) for forged in FORGED]
