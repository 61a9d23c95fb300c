"""Gives right values and forged gradients, or claims a gradient that is none."""

CELLS = [
    r"""
class Forged(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, right):
        return right.clone()

    @staticmethod
    def backward(ctx, grad):
        return torch.ones_like(grad), None

def q_sample(x0, t, eps, alpha_bar):
    return torch.zeros_like(x0, requires_grad=True)

def ddpm_loss(net, x0, t, eps, alpha_bar):
    share = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    x_t = torch.sqrt(share).to(x0.dtype) * x0 + torch.sqrt(1 - share).to(x0.dtype) * eps
    right = (eps - net(x_t, t)).square().flatten(1).mean(dim=1)
    return Forged.apply(x0.flatten(1).sum(dim=1), right.detach())
""",
]
