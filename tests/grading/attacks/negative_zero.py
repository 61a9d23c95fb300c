"""Returns -0.0, denormals and NaN with a payload: bits that print as other numbers."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return torch.full_like(x0, -0.0)

def q_step(x_prev, t, eps, beta):
    return torch.full_like(x_prev, 5e-324)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    payload = torch.tensor([0x7FF8DEADBEEF0001], dtype=torch.int64).view(torch.float64)
    return payload.expand(len(x0)).to(x0.dtype)
""",
]
