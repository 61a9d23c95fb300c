"""Returns tensors that are not plain arrays: complex, sparse, quantized, meta, nested, bfloat16, of no size."""

CELLS = [
    r"""
def beta_schedule(kind, T):
    return torch.zeros(T, dtype=torch.complex128)

def alpha_tables(beta):
    return beta.to_sparse(), beta.to_sparse(), beta.to_sparse()

def q_step(x_prev, t, eps, beta):
    return torch.quantize_per_tensor(x_prev.float(), 0.1, 0, torch.quint8)

def q_sample(x0, t, eps, alpha_bar):
    return torch.empty_like(x0, device="meta")

def q_posterior(x0, x_t, t, beta):
    return torch.nested.nested_tensor([x_t[0], x_t[1]]), beta[t]

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return torch.zeros(0, 1 << 26, 1 << 26, 1 << 26)

def timestep_embedding(t, dim):
    return torch.zeros(len(t), dim, dtype=torch.bfloat16)

def p_sample(net, x_t, t, z, beta):
    return torch.zeros([1] * 30)
""",
]
