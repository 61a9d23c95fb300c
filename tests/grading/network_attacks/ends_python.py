"""Ends its process in the middle of a call, or before the answer is sent."""

CELLS = [
    r"""
import ctypes
import os

@RIGHT@
class Ends(nn.Sequential):
    def forward(self, z):
        @VARIANT@
        return super().forward(z)

def small_generator(nz, ngf, nc):
    return Ends(*small_generator_right(nz, ngf, nc))
""",
]
VARIANTS = ("os._exit(0)", "ctypes.string_at(0)", "exit()", "os.close(3)")
