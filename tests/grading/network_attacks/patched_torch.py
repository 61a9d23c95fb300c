"""Patches what the worker's own code uses: comparison, autograd, the walk through a network, the problem itself."""

CELLS = [
    r"""
import sys

def small_generator(nz, ngf, nc):
    return nn.ConvTranspose2d(nz, nc, 16, bias=False)

class Lay:
    holder = sys.modules["gm_ref.checks.core.holder"]
    modules = sys.modules["gm_ref.checks.core.modules"]
    @VARIANT@
""",
]
VARIANTS = (
    "torch.equal = torch.allclose = torch.isclose = holder.same = lambda *a, **k: True",
    "torch.autograd.grad = lambda total, wanted, **k: [torch.ones_like(x) for x in wanted]",
    "holder.slots = holder.parts = modules.slots = modules.parts = lambda module: {}",
    "holder.Problem = modules.Problem = lambda *a: None",
    "holder.Holder.ran = lambda self, part, args, asked: {**asked, 'value': args[0], 'inputs': []}",
    "holder.Holder.weights = holder.Holder.buffers = property(lambda self: [], lambda self, value: None)",
)
