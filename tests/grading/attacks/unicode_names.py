"""Names in letters that look like others: Python reads fullwidth letters as plain ones, Cyrillic ones as others."""

SCORES = {"predict_x0": 2, "q_step": 1}  # q_step is right, and Python says it is q_step
CELLS = [
    "def q_sampl\u0435(x0, t, eps, alpha_bar):\n    return x0\n",
    "def \uff51_step(x_prev, t, eps, beta):\n    b = beta[t].reshape(-1, *[1] * (x_prev.dim() - 1))\n"
    "    return torch.sqrt(1 - b).to(x_prev.dtype) * x_prev + torch.sqrt(b).to(x_prev.dtype) * eps\n",
]
