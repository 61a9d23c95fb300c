"""Weights and averages that change by themselves, at each call, by hooks, or by the clock."""

CELLS = [
    r"""
@RIGHT@
class Moving(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.net = small_generator_right(*sizes)
        self.net[0].register_forward_pre_hook(lambda m, x: self.move())

    def move(self):
        with torch.no_grad():
            @VARIANT@

    def forward(self, z):
        return self.net(z)

def small_generator(nz, ngf, nc):
    return Moving(nz, ngf, nc)
""",
]
VARIANTS = (
    "self.net[0].weight.add_(0.01)",
    "self.net[0].weight.data = self.net[0].weight.data * 1.01",
    "self.net[1].running_mean.zero_()",
    "self.net[0].weight = nn.Parameter(self.net[0].weight * 2)",
    "del self.net[6].weight",
    "self.net[1].running_var = None",
    "self.extra = nn.Parameter(torch.ones(2))",
)
