"""Claims changes of which the first can be made and the next cannot: the judge stops half-way, its tables spoilt."""

from tests.grading.hostile import with_cells

SOURCE = r"""
def q_sample(x0, t, eps, alpha_bar):
    import sys
    worker = sys.modules["gm_ref.grading.sandbox.worker"]

    def answer(desk, message):
        tensors = [(i, a) for i, a in enumerate(message["args"]) if isinstance(a, torch.Tensor)]
        return {"value": None, "changed": [[i, CHANGED, False] for i, a in tensors] + REST, "states": []}

    worker.answer = answer
    return x0
"""
REST = ("[[99, None, None]]", "[[0, None, None]]", "[[0, torch.ones(7), False]]", "[5]", "[]")
CHANGED = ("torch.zeros_like(a)", "torch.zeros(len(a) + 1, dtype=a.dtype)", "torch.zeros(0)")


def build():
    """Return one notebook for each way to stop."""
    return [with_cells(SOURCE.replace("CHANGED", c).replace("REST", r)) for c in CHANGED for r in REST]
