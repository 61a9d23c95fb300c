"""Returns infinities of both signs, and numbers near the largest there are."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return torch.where(eps > 0, float("inf"), -float("inf")).to(x0.dtype)

def q_step(x_prev, t, eps, beta):
    return torch.full_like(x_prev, torch.finfo(x_prev.dtype).max)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return torch.full((len(x0),), float("inf"), dtype=x0.dtype)
""",
]
