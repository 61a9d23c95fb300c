"""Numbers and texts that are subclasses with methods of their own, to be run where they are compared or printed."""

CELLS = [
    r"""
class Int(int):
    def __eq__(self, other):
        return True
    def __abs__(self):
        return 0
    def __index__(self):
        return 1 << 200
    __hash__ = int.__hash__

class Float(float):
    def hex(self):
        return "0x1p+99999"
    def __eq__(self, other):
        return True
    __hash__ = float.__hash__

class Str(str):
    def __getitem__(self, item):
        return self * 10
    def __str__(self):
        return self

class Nested(tuple):
    def __iter__(self):
        while True:
            yield Int(1 << 100)

def q_sample(x0, t, eps, alpha_bar):
    return Float(1.0)

def q_step(x_prev, t, eps, beta):
    return Int(1 << 100)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return Str("\ud800" * 30000)

def q_posterior(x0, x_t, t, beta):
    return Nested((1, 2))
""",
]
