"""Takes 3 GB: as numbers, as bytes, and as memory that is shared and so counted elsewhere."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def shared():
    import mmap
    space = mmap.mmap(-1, 3 << 30)
    for page in range(0, 3 << 30, 4096):
        space[page] = 1

def q_sample(x0, t, eps, alpha_bar):
    tell(
        numbers=lambda: torch.ones(3 << 30, dtype=torch.uint8),
        text=lambda: "x" * (3 << 30),
        lists=lambda: [0] * (400 << 20),
        shared=shared,
    )
""",
]
SAYS = "worked: nothing"
