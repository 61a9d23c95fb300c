"""Lies about what a step did to the optimiser: settings and averages of another kind, for other parameters."""

TARGET = "fit_step"
CELLS = [
    r"""
import sys

class Lay:
    worker = sys.modules["gm_ref.grading.sandbox.worker"]

    def forged(args, real=worker.memories):
        told = real(args)
        for memory in told:
            settings, remembered = memory["settings"], memory["remembered"]
            @VARIANT@
        return told

    worker.memories = forged

def fit_step(net, x, y, optimizer):
    loss = (net(x) - y).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
""",
]
VARIANTS = (
    "settings.clear()",
    "settings[0].clear()",
    "settings[0]['lr'] = 'fast'",
    "settings[0]['lr'] = [0.1, 0.2]",
    "settings[0]['lr'] = True",
    "settings[0]['weight_decay'] = 1 << 60",
    "settings[0]['nesterov'] = settings[0]['amsgrad'] = settings[0]['maximize'] = 1.0",
    "settings[0]['lr'] = float('nan')",
    "settings *= 2",
    "remembered.clear()",
    "remembered[0].update(exp_avg=torch.ones(1), momentum_buffer=torch.ones(1 << 20))",
    "remembered[0].update(params=torch.ones(3, 2))",
    "remembered[0].update(step='x')",
    "remembered[0].update({k: torch.full_like(v, float('inf')) for k, v in remembered[1].items()})",
    "remembered[0].update(step=torch.tensor(1j))",
    "memory.clear()",
    "told[:] = []",
    "told[:] = [5]",
)
