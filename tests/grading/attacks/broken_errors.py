"""Raises errors that cannot be told: whose text raises, hangs on itself, or is no text."""

CELLS = [
    r"""
class Silent(Exception):
    def __str__(self):
        raise SystemExit("told")

    __repr__ = __str__

class Odd(Exception):
    def __str__(self):
        return 5

class Base(BaseException):
    def __getattribute__(self, name):
        raise Base

class Looped(Exception):
    def __init__(self):
        self.__cause__ = self.__context__ = self

class Hidden(NotImplementedError):
    __traceback__ = property(lambda self: 5)

def q_step(x_prev, t, eps, beta):
    raise Silent

def q_sample(x0, t, eps, alpha_bar):
    raise Odd

def q_posterior(x0, x_t, t, beta):
    raise Base

def ddpm_loss(net, x0, t, eps, alpha_bar):
    raise Looped

def timestep_embedding(t, dim):
    raise Hidden

def p_sample(net, x_t, t, z, beta):
    raise ExceptionGroup("group", [ValueError(i) for i in range(100_000)])
""",
]
