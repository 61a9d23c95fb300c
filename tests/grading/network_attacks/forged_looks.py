"""Lies about what the network is: names, shapes, parts, handles that are none."""

CELLS = [
    r"""
import sys

@RIGHT@
small_generator = small_generator_right

class Lay:
    networks = sys.modules["gm_ref.grading.talk.networks"].Networks
    holder = sys.modules["gm_ref.checks.core.holder"].Holder
    look = holder.look
    networks.keep, holder.look = (@VARIANT@)(networks.keep, holder.look)
""",
]
LOOK = "lambda keep, look: (keep, lambda self: %s)"
KEEP = "lambda keep, look: (lambda self, value: (keep(self, value), %s)[1], look)"
LOOKS = (
    "{}",
    "5",
    "{'weights': 5, 'buffers': [], 'frozen': [], 'parts': []}",
    "{**look(self), 'weights': [['w', [1 << 50, 1 << 50], 'float32']]}",
    "{**look(self), 'weights': [['w', [-1], 'float32']]}",
    "{**look(self), 'weights': [['w', [1] * 100, 'float32']]}",
    "{**look(self), 'weights': [['w', [2.5], 'float32']]}",
    "{**look(self), 'weights': [['w', [True], 'float32']]}",
    "{**look(self), 'weights': [['w', [2], ['float32']]]}",
    "{**look(self), 'weights': [['w', [2], 'object']]}",
    "{**look(self), 'weights': look(self)['weights'] * 2}",
    "{**look(self), 'weights': look(self)['weights'][::-1]}",
    "{**look(self), 'weights': look(self)['weights'] * 3000}",
    "{**look(self), 'weights': [['w\\n' * 50, [2], 'float32']]}",
    "{**look(self), 'weights': [[5, [2], 'float32']]}",
    "{**look(self), 'parts': ['x' * 15_000] * 50}",
    "{**look(self), 'parts': None}",
    "{**look(self), 'frozen': [None]}",
)
HANDLES = ("True", "'1'", "1 << 62", "-1", "None", "[1]", "0.5", "{'@': 1}")
VARIANTS = (*(LOOK % look for look in LOOKS), *(KEEP % handle for handle in HANDLES))
