"""Defines exercises as classes, coroutines, generators, partial objects and plain numbers."""

CELLS = [
    r"""
from functools import partial

def beta_schedule(kind, T):
    yield from range(T)

async def alpha_tables(beta):
    return beta, beta, beta

class q_step:
    def __init__(self, x_prev, t, eps, beta):
        self.x = x_prev

q_sample = partial(torch.lerp, weight=0.5)

q_posterior = torch.Tensor

vlb_terms = type

ddpm_loss = 5

class Signed:
    __signature__ = "x" * 1000
    __wrapped__ = property(lambda self: self)

    def __call__(self, *args):
        return args[0]

timestep_embedding = Signed
ema_update = print
""",
]
