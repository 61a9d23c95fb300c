"""Right images whose gradients are not theirs: detached, doubled, of another function."""

CELLS = [
    r"""
@RIGHT@
class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        return @VARIANT@

class Bent(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.net = small_generator_right(*sizes)

    def forward(self, z):
        return Doubled.apply(self.net(z))

def small_generator(nz, ngf, nc):
    return Bent(nz, ngf, nc)
""",
]
VARIANTS = ("g * 2", "None", "g * float('nan')", "g[:1]", "g.float()", "exec('import os; os._exit(3)')")
