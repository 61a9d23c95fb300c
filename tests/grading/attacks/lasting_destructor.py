"""Returns a value whose destructor hangs once the answer has been sent."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
class Lasting(float):
    def __del__(self):
        while True:
            pass

def q_sample(x0, t, eps, alpha_bar):
    return Lasting(1.0)
""",
]
