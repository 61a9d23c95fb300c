"""A tensor that lies about its dtype, shape and bytes while it is sent: the frame that leaves is nonsense."""

CELLS = [
    r"""
class Liar(torch.Tensor):
    __torch_function__ = torch._C._disabled_torch_function_impl

    @property
    def shape(self):
        return (-1, 1 << 40, True, "x", None)

    def numpy(self):
        return memoryview(b"no array")

    def stride(self):
        return (1 << 62, -5)

    def is_contiguous(self):
        return False

    def detach(self):
        return self

    cpu = contiguous = detach

def q_sample(x0, t, eps, alpha_bar):
    return torch.ones(3).as_subclass(Liar)
""",
]
