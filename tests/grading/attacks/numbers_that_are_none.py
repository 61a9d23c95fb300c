"""Answers whose number is a tensor, an array or a truth value, while the notebook is loaded and afterwards."""

from tests.grading.hostile import with_cells

SOURCE = """
import os
import sys

def send(message):
    sys.modules["gm_ref.grading.talk.wire"].write_frame(os.fdopen(3, "wb", closefd=False), message)

def q_sample(x0, t, eps, alpha_bar):
    send({"re": NUMBER, "value": x0})
    return x0

class Early:
    SENDS({"re": NUMBER, "functions": {"q_sample": [], "predict_x0": []}, "absent": {}, "notes": []})
"""
NUMBERS = ("torch.ones(2)", "torch.ones(0)", "torch.tensor(1)", "torch.ones(3).numpy()", "[1]", "True", "1.0")


def build():
    """Return notebooks that send each number early and late."""
    sources = [SOURCE.replace("NUMBER", number) for number in NUMBERS]
    return [with_cells(source.replace("SENDS", how)) for source in sources for how in ("send", "dict")]
