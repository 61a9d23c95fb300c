"""Parameters that are not there until the first call, or only then."""

CELLS = [
    r"""
class Late(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.sizes = sizes

    def forward(self, z):
        if not hasattr(self, "net"):
            self.net = nn.ConvTranspose2d(self.sizes[0], self.sizes[2], 16)
        return self.net(z)

def small_generator(nz, ngf, nc):
    return @VARIANT@

def small_mapping(dim, depth):
    net = nn.Module()
    net.norm, net.layers = nn.Identity(), nn.LazyLinear(dim)
    return net
""",
]
VARIANTS = ("Late(nz, ngf, nc)", "nn.Sequential(nn.LazyConvTranspose2d(nc, 16), nn.LazyBatchNorm2d())")
SAYS = "has no shape yet"
