"""Leaves its arguments alone until a gradient is asked for: then it spoils them, and with them the judge's tables."""

CELLS = [
    r"""
def ddpm_loss(net, x0, t, eps, alpha_bar):
    import sys
    share = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    x_t = torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps
    right = (eps - net(x_t, t)).square().flatten(1).mean(dim=1).detach()  # it could not be trained: no points
    worker = sys.modules["gm_ref.grading.sandbox.worker"]
    real = vars(worker).setdefault("real", worker.answer)

    def answer(desk, message):
        if message["wrt"] is None:
            return real(desk, message)
        spoilt = [[i, a * float("nan"), False] for i, a in enumerate(message["args"]) if isinstance(a, torch.Tensor)]
        place = message["wrt"] if isinstance(message["wrt"], int) else message["wrt"][0]
        value = [torch.full((1,), float("nan")), spoilt[0][1]][place]
        return {"value": value, "changed": [spoilt[0], *spoilt[2:]], "states": []}

    worker.answer = answer
    return right.requires_grad_() if list(net.parameters()) else right
""",
]
SAYS = "It changes its argument x0 in place"
