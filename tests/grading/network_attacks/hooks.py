"""Hooks everywhere: before and after calls, on gradients, on states, for all modules, and an audit of what is asked."""

CELLS = [
    r"""
@RIGHT@
def odd(*args):
    raise KeyboardInterrupt("hooked")

def small_generator(nz, ngf, nc):
    net = small_generator_right(nz, ngf, nc)
    @VARIANT@
    return net
""",
]
VARIANTS = (
    "net.register_forward_hook(lambda m, x, y: y * 0)",
    "net.register_forward_hook(odd)",
    "net.register_forward_pre_hook(lambda m, x: (x[0] * 0,))",
    "net.register_full_backward_hook(lambda m, gin, gout: tuple(g * 2 for g in gin))",
    "net.register_state_dict_pre_hook(odd); net.register_load_state_dict_post_hook(odd); "
    "net._register_state_dict_hook(odd); "
    "net[0].weight.register_hook(lambda g: g * 2)",
    "nn.modules.module.register_module_forward_hook(lambda m, x, y: torch.zeros_like(y))",
    "nn.modules.module.register_module_full_backward_hook(odd)",
    "net[0].weight.register_post_accumulate_grad_hook(odd); net[0].weight.register_hook(odd)",
)
