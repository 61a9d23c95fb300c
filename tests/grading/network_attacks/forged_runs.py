"""Lies about what a call gave: other shapes, other dtypes, missing parts, more than was asked for."""

CELLS = [
    r"""
import sys

@RIGHT@
small_generator = small_generator_right

class Lay:
    holder = sys.modules["gm_ref.checks.core.holder"].Holder
    real_ask = holder.ask

    def forged(self, question, real=holder.ask):
        told = real(self, question)
        if question["do"] == "@DO@":
            for key in ("value", "weights", "buffers", "inputs"):
                told.setdefault(key, [])
            @VARIANT@
        return told

    holder.ask = forged
""".replace("@DO@", "run"),
]
VARIANTS = (
    "told.clear()",
    "told = 5",
    "told = [told]",
    "told['buffers'] = told['buffers'][:-1]",
    "told['buffers'] = told['buffers'] * 2000",
    "told['buffers'] = [b.reshape(-1, 1) for b in told['buffers']]",
    "told['buffers'] = [b.to(torch.float16) for b in told['buffers']]",
    "told['buffers'] = [b.double().requires_grad_() for b in told['buffers']]",
    "told['buffers'] = [5 for b in told['buffers']]",
    "told['buffers'] = {'a': 1}",
    "told['buffers'] = [b * float('nan') for b in told['buffers']]",
    "told['weights'] = [torch.ones(2)]",
    "told['weights'] = told['weights'][::-1] or [torch.ones(3, dtype=torch.float64)]",
    "told['inputs'] = [torch.ones(1)] * 4000",
    "told['value'] = None",
    "told['value'] = [[told['value']]]",
    "told['value'] = told['value'].new_zeros(1).expand(told['value'].shape)",
)
