"""Small notebooks of lesson 31 for the tests of the desk, written as plain JSON."""

import json

SETUP = """import math
import torch
from torch import Tensor
from gm_ref.checks.ddpm import check_q_sample
%matplotlib inline
"""
SPREAD = """def spread(v, x):
    return v.reshape(-1, *[1] * (x.dim() - 1))
"""
RIGHT = """def q_sample(x0: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    share = spread(alpha_bar[t].to(x0.dtype), x0)
    return torch.sqrt(share) * x0 + torch.sqrt(1 - share) * eps
"""
TRAINING = "beta = torch.rand(5)\nwhile True:\n    pass\n"


def code(source, *tags):
    """Return a code cell as JupyterLab before 3.0 saved it: without an id."""
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def notebook(*cells, lesson="31_ddpm"):
    """Return a notebook of format 4.4 that begins with the set-up cell."""
    metadata = {"gm_ref": {"lesson": lesson}} if lesson else {}
    cells = [code(SETUP, "setup"), *(code(c) if isinstance(c, str) else c for c in cells)]
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def save(folder, *cells, name="31_ddpm.ipynb", lesson="31_ddpm"):
    """Write a notebook and return its path."""
    path = folder / name
    path.write_text(json.dumps(notebook(*cells, lesson=lesson)), "utf-8")
    return path
