"""Sends the frames that break a reader while the notebook is loaded, before the worker says what it defines."""

from tests.grading.attacks.malformed_frames import FRAMES
from tests.grading.hostile import with_cells

SOURCE = """
def q_sample(x0, t, eps, alpha_bar):
    return x0

import os
os.write(3, bytes.fromhex("HEX") + bytes(ZEROS))
os._exit(0)
"""


def build():
    """Return one notebook for each frame."""
    sources = [SOURCE.replace("HEX", data.hex()).replace("ZEROS", str(zeros)) for data, zeros in FRAMES]
    return [with_cells(source) for source in sources]
