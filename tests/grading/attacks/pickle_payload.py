"""Sends pickles: an object with __reduce__, raw pickle bytes on the channel, a torch file as text."""

CELLS = [
    r"""
class Payload:
    def __reduce__(self):
        import os
        return os.system, ("touch @CANARY@/gmattack_pickled",)

def q_sample(x0, t, eps, alpha_bar):
    return Payload()

def q_posterior(x0, x_t, t, beta):
    import pickle
    return pickle.dumps(Payload()).decode("latin-1"), pickle.dumps(Payload())

def ddpm_loss(net, x0, t, eps, alpha_bar):
    import os
    import pickle
    os.write(3, pickle.dumps(Payload()))
    return x0

def q_step(x_prev, t, eps, beta):
    import numpy
    return numpy.array([Payload()], dtype=object)
""",
]
