"""State that is no tensor, and tensors that are no ordinary numbers."""

CELLS = [
    r"""
@RIGHT@
class Extra(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.net = nn.ConvTranspose2d(sizes[0], sizes[2], 16, bias=False)
        self.memory = {"calls": [0] * 1000, "me": self}

    def get_extra_state(self):
        raise SystemExit("no tensor")

    set_extra_state = get_extra_state

    def forward(self, z):
        self.memory[len(self.memory)] = z
        return self.net(z).tanh()

def holds(x):
    net = nn.Module()
    net.x = nn.Parameter(x, requires_grad=False)
    return net

def keeps(x):
    net = nn.Module()
    net.register_buffer("x", x)
    return net

def lists():
    net = nn.Linear(2, 2)
    net._buffers["x"] = [1, 2]
    net._parameters["y"] = "text"
    net._modules["z"] = 5
    return net

def small_generator(nz, ngf, nc):
    return @VARIANT@
""",
]
VARIANTS = (
    "Extra(nz, ngf, nc)",
    "lists()",
    "holds(torch.ones(2, 2, device='meta'))",
    "holds(torch.ones(2, 2).to_sparse())",
    "holds(torch.ones(4, 4).to_sparse_csr())",
    "holds(torch.ones(2, 2, dtype=torch.complex64))",
    "holds(torch.ones(2, 2).to(torch.float8_e4m3fn))",
    "holds(torch.ones(2, 2, dtype=torch.bfloat16))",
    "keeps(torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.quint8))",
    "keeps(torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]))",
    "keeps(torch.ones(2, 2).requires_grad_() * 2)",
    "keeps(torch.full((2,), float('nan')))",
    "keeps(torch.ones(2, 2).to_mkldnn())",
    "keeps(torch.empty(1 << 28, dtype=torch.bool))",
)
