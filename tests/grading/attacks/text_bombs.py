"""Raises errors whose texts hurt who prints them: 10^8 letters, null bytes, lone surrogates, right-to-left marks."""

CELLS = [
    r"""
def q_step(x_prev, t, eps, beta):
    raise ValueError("x" * 10**8)

def q_sample(x0, t, eps, alpha_bar):
    raise ValueError("\0\ud800\udfff\u202e\u2066\x1b[2J\x07\ufffe\U0010ffff\r\b" + "\u0301" * 5000 + "\n" * 5000)

def q_posterior(x0, x_t, t, beta):
    raise type("E" * 10**6, (Exception,), {})("name")

def vlb_terms(net, x0, t, eps, beta):
    raise type("\ud800\0\n", (Exception,), {})("\n\n\ny")

def ddpm_loss(net, x0, t, eps, alpha_bar):
    return "\ud800" * 100_000
""",
]
