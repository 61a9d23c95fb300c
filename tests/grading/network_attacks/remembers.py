"""Keeps the judge's weights of an earlier call, or its own first ones, and computes with those."""

CELLS = [
    r"""
@RIGHT@
class Remembers(nn.Module):
    kept = []

    def __init__(self, *sizes):
        super().__init__()
        self.net = small_generator_right(*sizes)
        self.first = [p.detach().clone() for p in self.net.parameters()]

    def forward(self, z):
        Remembers.kept.append([p.detach().clone() for p in self.net.parameters()])
        values = @VARIANT@
        named = {name: v.to(z.dtype) for (name, _), v in zip(self.net.named_parameters(), values)}
        return torch.func.functional_call(self.net, named, (z,))

def small_generator(nz, ngf, nc):
    return Remembers(nz, ngf, nc)
""",
]
VARIANTS = ("self.first", "next(k for k in Remembers.kept if k[0].shape == self.first[0].shape)")
