"""Returns what is no tensor where a tensor, or two, are expected: texts, dicts, deep lists, arrays of objects."""

CELLS = [
    r"""
import numpy as np

class Evil:
    def __float__(self):
        raise SystemExit(0)

def beta_schedule(kind, T):
    return np.array([Evil()] * T, dtype=object)

def alpha_tables(beta):
    return "abc"

def q_step(x_prev, t, eps, beta):
    return {"x": {"y": [x_prev]}}

def q_sample(x0, t, eps, alpha_bar):
    return [["a", None], [True, float("nan")]]

def q_posterior(x0, x_t, t, beta):
    return x_t, "variance"

def vlb_terms(net, x0, t, eps, beta):
    return (), (), ()

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return np.zeros(len(x0), dtype="datetime64[s]")

def timestep_embedding(t, dim):
    return np.zeros((len(t), dim))

def ema_update(ema, model, decay):
    return [ema, model]

def p_sample(net, x_t, t, z, beta):
    return lambda: x_t
""",
]
