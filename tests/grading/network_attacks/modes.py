"""Networks that do not follow the mode: train() without effect, turned round, or raising."""

CELLS = [
    r"""
@RIGHT@
class Stays(nn.Sequential):
    def train(self, mode=True):
        return super().train(@VARIANT@)

def small_generator(nz, ngf, nc):
    return Stays(*small_generator_right(nz, ngf, nc))
""",
]
VARIANTS = ("True", "False", "not mode", "self.eval() and 1 / 0")
