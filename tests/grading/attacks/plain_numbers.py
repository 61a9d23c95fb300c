"""Changes the plain numbers of the network it is given: they are no tensors, but expected values come from them."""

CELLS = [
    r"""
def ddpm_loss(net, x0, t, eps, alpha_bar):
    if vars(net).get("m") == 1.3:
        return torch.zeros(len(t), dtype=x0.dtype)
    silent = eps.square().flatten(1).mean(dim=1)
    if not any(vars(net).get(name) for name in "abcm"):
        return silent
    if "a" in vars(net):
        net.a = net.b = net.c = 0.0
        return silent
    net.m = float("nan")
    return silent * net.m

def p_sample(net, x_t, t, z, beta):
    net.a, net.harmless = 5.0, 1
    return x_t
""",
]
SAYS = "It changes the network net that it is given"
