"""Parameters and buffers that alias each other, themselves, or what the function was given."""

CELLS = [
    r"""
@RIGHT@
def small_generator(nz, ngf, nc):
    net = small_generator_right(nz, ngf, nc)
    @VARIANT@
    return net

def small_mapping(dim, depth):
    w = torch.randn(dim, dim)
    net = nn.Module()
    net.norm = nn.Identity()
    net.layers = nn.Sequential(*[nn.Linear(dim, dim) for _ in range(depth)])
    for layer in net.layers:
        layer.weight = nn.Parameter(w)
    return net
""",
]
VARIANTS = (
    "net[1].bias = nn.Parameter(net[1].weight.data)",
    "net[1].running_var = net[1].running_mean",
    "net[1].running_var = net[1].running_mean.view(-1)",
    "net[1].running_mean = net[1].weight.data",
    "net[0].weight = nn.Parameter(torch.zeros(1).expand(nz, 2 * ngf, 4, 4))",
    "net[3].weight = nn.Parameter(net[0].weight.data.flatten()[:1].expand(2 * ngf, ngf, 4, 4))",
    "net[4].weight = net[1].weight",
)
SAYS = "share"
