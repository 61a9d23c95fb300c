"""Returns lists nested without end, lists that hold themselves, and a million tensors."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return nest

def q_step(x_prev, t, eps, beta):
    nest = []
    nest.append(nest)
    return nest

def q_posterior(x0, x_t, t, beta):
    return [torch.zeros(())] * 1_000_000

def ddpm_loss(net, x0, t, eps, alpha_bar):
    nest = {}
    nest["x"] = (nest, nest)
    return nest
""",
]
