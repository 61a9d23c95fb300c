"""Right to three digits, sent as half precision or whole numbers: comparisons are wider for coarse types."""

CELLS = [
    r"""
def coarse(x):
    return x.half() if x.is_floating_point() else x

def q_sample(x0, t, eps, alpha_bar):
    share = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    return coarse(torch.sqrt(share) * x0 + torch.sqrt(1 - share) * eps)

def alpha_tables(beta):
    alpha = 1 - beta
    return coarse(alpha), coarse(torch.cumprod(alpha, 0)), coarse(torch.cumprod(alpha, 0))

def timestep_embedding(t, dim):
    if dim % 2:
        raise ValueError(dim)
    half = dim // 2
    angles = t[:, None] * torch.exp(-math.log(10000) / half * torch.arange(half))
    return coarse(torch.cat([angles.sin(), angles.cos()], dim=1))

def beta_schedule(kind, T):
    if kind != "linear":
        raise ValueError(kind)
    return coarse(torch.linspace(0.1 / T, 20 / T, T))
""",
]
