"""Does other things to the optimiser than a step: rates, groups, averages, its methods; or steps by other means."""

TARGET = "fit_step"
CELLS = [
    r"""
def fit_step(net, x, y, optimizer):
    loss = (net(x) - y).square().mean()
    optimizer.zero_grad()
    loss.backward()
    @VARIANT@
    return loss.detach()
""",
]
VARIANTS = (
    "optimizer.param_groups[0]['lr'] = 0.0; optimizer.step()",
    "optimizer.param_groups[0]['lr'] = 'fast'",
    "optimizer.param_groups.clear()",
    "optimizer.add_param_group({'params': [nn.Parameter(torch.ones(2))]}); optimizer.step()",
    "optimizer.state.clear(); optimizer.step()",
    "optimizer.step(); optimizer.state.clear()",
    "optimizer.step(); optimizer.state[net.weight] = {'exp_avg': 5, 'momentum_buffer': net.weight}",
    "optimizer.__class__ = Adam; optimizer.step()",
    "optimizer.step = lambda: None; optimizer.step()",
    "SGD(net.parameters(), lr=0.3).step()",
    "optimizer.param_groups[0]['params'] = [torch.ones(2)]",
    "optimizer.param_groups[0]['betas'] = 5; optimizer.param_groups[0]['momentum'] = None; optimizer.step()",
)
