"""A forward that counts its calls: right at first, and something easier as soon as nobody seems to look."""

CELLS = [
    r"""
@RIGHT@
class Tired(nn.Module):
    calls = 0

    def __init__(self, *sizes):
        super().__init__()
        self.net = small_generator_right(*sizes)

    def forward(self, z):
        Tired.calls += 1
        return self.net(z) if Tired.calls <= @VARIANT@ else torch.zeros(len(z), 1, 16, 16, dtype=z.dtype)

def small_generator(nz, ngf, nc):
    return Tired(nz, ngf, nc)
""",
]
VARIANTS = ("1", "2", "9")
