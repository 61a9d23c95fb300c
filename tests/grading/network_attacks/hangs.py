"""Never comes back: in the forward, in train(), or when a name is looked up."""

CELLS = [
    r"""
@RIGHT@
def for_ever(*args, **kwargs):
    while True:
        pass

class Stuck(nn.Sequential):
    @VARIANT@ = for_ever

def small_generator(nz, ngf, nc):
    return Stuck(*small_generator_right(nz, ngf, nc))
""",
]
VARIANTS = ("forward", "train", "__getattr__")
SAYS = "did not finish within"
