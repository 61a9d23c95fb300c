"""Objects that pretend to be a network, and networks whose every method lies or raises."""

CELLS = [
    r"""
@RIGHT@
class Claims:
    __class__ = nn.Module

    def __getattr__(self, name):
        return lambda *args, **kwargs: torch.zeros(2)

class Meta(type(nn.Module)):
    def __instancecheck__(cls, other):
        return True

    def __subclasscheck__(cls, other):
        return True

class Everything(metaclass=Meta):
    pass

class Liar(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.net = nn.ConvTranspose2d(sizes[0], sizes[2], 16, bias=False)

    def lie(self, *args, **kwargs):
        return iter(small_generator_right(3, 2, 1).named_parameters())

    parameters = named_parameters = buffers = named_buffers = state_dict = modules = named_modules = lie
    load_state_dict = get_submodule = children = named_children = requires_grad_ = to = double = float = lie
    __class__ = nn.Sequential

    def train(self, mode=True):
        return self

    def forward(self, z):
        return self.net(z).tanh()

class Walls(nn.Module):
    def __getattribute__(self, name):
        raise KeyboardInterrupt(name)

class NoDict(nn.Linear):
    @property
    def __dict__(self):
        return {"_parameters": {"w": 5}, "_modules": {"m": 7}, "_buffers": {0: "x"}}

class Equal(nn.Parameter):
    def __eq__(self, other):
        return torch.ones(2, dtype=torch.bool)

    def __torch_function__(self, *args, **kwargs):
        raise SystemExit

class Torchy(nn.Module):
    def __init__(self):
        super().__init__()
        self._parameters = {"weight": Equal(torch.ones(2)), "other": 5, "third": "text"}

def small_generator(nz, ngf, nc):
    return @VARIANT@
""",
]
VARIANTS = (
    "Claims()",
    "Everything()",
    "Liar(nz, ngf, nc)",
    "Walls()",
    "NoDict(2, 2)",
    "Torchy()",
    "nn.Module.__new__(nn.Linear)",
    "nn.Module",
    "torch.jit.script(nn.Linear(2, 2))",
    "type('Nameless', (), {})()",
    "nn.ModuleList([nn.Linear(2, 2)])",
    "nn.DataParallel(nn.Linear(2, 2))",
    "torch.func.functional_call",
)
