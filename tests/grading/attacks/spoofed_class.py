"""Claims to be a tensor by its __class__, so that the code that sends results reads what the attacker wrote."""

CELLS = [
    r"""
class Spoof:
    __class__ = torch.Tensor
    dtype, layout, shape, requires_grad = torch.float64, torch.strided, (10**6, 10**6), True

    def detach(self):
        return self

    def tobytes(self):
        return b"\xff" * 64

    def is_contiguous(self):
        return True

    cpu = contiguous = numpy = detach

def q_sample(x0, t, eps, alpha_bar):
    return Spoof()
""",
]
