"""What a forward returns: views of its weights, tensors beyond all bounds, texts, nests, other people's types."""

CELLS = [
    r"""
@RIGHT@
class Returns(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.net = small_generator_right(*sizes)

    def forward(self, z):
        w = self.net[0].weight
        right = self.net(z)
        return @VARIANT@

class Equal(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

def nest(x):
    for _ in range(5000):
        x = [x]
    return x

def small_generator(nz, ngf, nc):
    return Returns(nz, ngf, nc)
""",
]
VARIANTS = (
    "w",
    "w.data",
    "w.flatten()[:1].expand(10**6, 10**6, 10**6)",
    "w.flatten()[:1].as_strided((len(z), 1, 16, 16), (0, 0, 0, 0))",
    "z",
    "right.to(torch.float16)",
    "right.to(torch.complex64)",
    "right.to('meta')",
    "right.detach().requires_grad_()",
    "right * float('nan')",
    "right.as_subclass(Equal)",
    "nest(right)",
    "[right] * 100_000",
    "'x' * (1 << 27)",
    "torch.zeros(1 << 27)",
    "torch.zeros(1 << 40)",
    "{'value': right, 'buffers': []}",
    "self",
    "print",
    "(right, right)",
    "right.to_sparse()",
    "right.numpy(force=True)",
)
