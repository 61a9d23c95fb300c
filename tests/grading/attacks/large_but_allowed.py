"""Returns as many small numbers as a frame may carry, wherever it is asked: the judge must not turn them into lists."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return torch.zeros(60_000_000, dtype=torch.int8)

def q_posterior(x0, x_t, t, beta):
    return torch.zeros(30_000_000, dtype=torch.bool), torch.zeros(30_000_000, dtype=torch.bool)
""",
]
