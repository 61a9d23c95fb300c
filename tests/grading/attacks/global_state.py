"""Leaves torch, numpy and Python in another state: dtype, threads, seeds, no gradients, errors on warnings."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import locale
    import random
    import warnings
    import numpy
    torch.set_default_dtype(torch.float16)
    torch.set_num_threads(16)
    torch.manual_seed(0), random.seed(0), numpy.random.seed(0)
    torch.set_grad_enabled(False)
    torch._C._set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)
    numpy.seterr(all="raise")
    warnings.simplefilter("error")
    torch.Tensor.requires_grad_ = lambda self, *args: self
    torch.sqrt = torch.zeros_like
    return x0
""",
]
