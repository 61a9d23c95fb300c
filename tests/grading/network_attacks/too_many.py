"""Millions of parameters, thousands of parts, networks inside themselves: more than anybody can look at."""

CELLS = [
    r"""
def doubled():
    net = nn.Linear(1, 1)
    for _ in range(60):
        outer = nn.Module()
        outer.left, outer.right = net, net
        net = outer
    return net

def nested():
    net = nn.Linear(1, 1)
    for _ in range(3000):
        outer = nn.Module()
        outer.inner = net
        net = outer
    return net

def inside_itself():
    net = nn.Module()
    net.me = net
    net.you = nn.Module()
    net.you.me = net
    return net

def many(count):
    net = nn.Module()
    for i in range(count):
        net.register_buffer(f"b{i}", torch.ones(1))
    return net

def small_generator(nz, ngf, nc):
    return @VARIANT@
""",
]
VARIANTS = (
    "doubled()",
    "nested()",
    "inside_itself()",
    "many(5000)",
    "many(4000)",
    "nn.ParameterList([nn.Parameter(torch.zeros(1).expand(10**9, 10**9, 10**9))])",
    "nn.ParameterList([nn.Parameter(torch.zeros(0, 2**40, 2**20))])",
    "nn.Linear(10_000, 10_000)",
    "nn.Linear(100_000, 100_000)",
    "nn.ParameterDict({'x' * 10_000: torch.ones(2)})",
    "nn.ParameterDict({'x\\n\\x1b[31m': torch.ones(2)})",
)
