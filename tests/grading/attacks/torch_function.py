"""Returns a tensor of a subclass whose __torch_function__ answers every question with yes."""

CELLS = [
    r"""
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ("allclose", "isclose", "equal", "eq", "all", "__eq__"):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})

def q_sample(x0, t, eps, alpha_bar):
    return x0.as_subclass(Yes)
""",
]
