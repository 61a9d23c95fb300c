"""Writes into its arguments, so that the judge's own tensors change: for this check, or for all that follow."""

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    with torch.no_grad():
        x0.zero_(), eps.zero_(), alpha_bar.fill_(1.0)
    return x0

def q_step(x_prev, t, eps, beta):
    t.zero_(), beta.fill_(0.5), beta.requires_grad_()
    return x_prev

def q_posterior(x0, x_t, t, beta):
    beta.resize_(0)
    return x_t, beta

def alpha_tables(beta):
    beta.fill_(float("nan"))
    return beta, beta, beta
""",
]
