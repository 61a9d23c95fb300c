"""All that checks and probes hold for good, as plain values that can be compared bit for bit."""

import hashlib
from dataclasses import fields, is_dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import FunctionType, LambdaType

import torch
from torch import Tensor, nn

import gm_ref.checks
import gm_ref.kit.probes

OWN = ("gm_ref.checks.", "gm_ref.kit.probes.")


def modules():
    """Return every module of the checks and the probes."""
    found = [m for p in (gm_ref.checks, gm_ref.kit.probes) for m in walk_packages(p.__path__, f"{p.__name__}.")]
    return [import_module(m.name) for m in found]


def snapshot():
    """Return path -> what stands there, for every tensor, number and text within reach, and who shares memory."""
    found, memory, seen = {}, {}, set()
    for module in modules():
        for name, value in vars(module).items():
            if not name.startswith("__"):
                look(value, f"{module.__name__}.{name}", found, memory, seen)
    return found, {path: paths[0] for paths in memory.values() for path in paths}


def look(value, path, found, memory, seen):
    """Note a value, and all that it is made of."""
    if isinstance(value, Tensor):
        found[path] = bits(value)
        if value.numel():
            memory.setdefault(value.data_ptr(), []).append(path)
        return
    if isinstance(value, (bool, int, float, str, type(None))):
        found[path] = repr(value)
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    for name, part in parts(value):
        look(part, f"{path}.{name}", found, memory, seen)


def parts(value):
    """Yield (name, part) of a container, a network, a probe or a function of ours."""
    if isinstance(value, (list, tuple)):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, nn.Module):
        yield from vars(value).items()
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((f.name, getattr(value, f.name)) for f in fields(value))
    elif isinstance(value, (FunctionType, LambdaType)) and value.__module__.startswith(OWN):
        yield from enumerate(value.__defaults__ or ())
        yield from enumerate(cell.cell_contents for cell in value.__closure__ or ())
        yield from ((name, getattr(value, name)) for name in ("spec", "__wrapped__") if hasattr(value, name))


def bits(x):
    """Return what makes a tensor the one that it is."""
    raw = x.detach().cpu().contiguous().reshape(-1)
    raw = raw.view(torch.uint8) if raw.numel() else raw
    grad = bits(x.grad) if x.is_leaf and x.grad is not None else None
    return str(x.dtype), tuple(x.shape), x.requires_grad, hashlib.sha256(bytes(raw.tolist())).hexdigest(), grad
