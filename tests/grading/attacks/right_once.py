"""Is right on the first call and wrong from then on."""

CELLS = [
    r"""
calls = []

def q_sample(x0, t, eps, alpha_bar):
    calls.append(1)
    share = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    right = torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps
    return right if len(calls) == 1 else right + 1e-3
""",
]
