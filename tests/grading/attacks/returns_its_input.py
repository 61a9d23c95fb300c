"""Returns what it was given, constants, or random numbers, and hopes for a loose comparison."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return x0

def q_step(x_prev, t, eps, beta):
    return eps

def q_posterior(x0, x_t, t, beta):
    return x_t, beta[t]

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return torch.ones(len(x0), dtype=x0.dtype)

def p_sample(net, x_t, t, z, beta):
    return torch.randn_like(x_t)

def alpha_tables(beta):
    return 1 - beta, 1 - beta, 1 - beta

def timestep_embedding(t, dim):
    return torch.zeros(len(t), dim)

def ema_update(ema, model, decay):
    return None
""",
]
