"""Returns 2^40 numbers that take no memory until somebody copies them, and 60 million small ones."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return torch.zeros(1, dtype=x0.dtype).expand(1 << 40)

def q_step(x_prev, t, eps, beta):
    return torch.zeros(1, dtype=torch.int8).expand(1 << 20, 1 << 20)
""",
]
