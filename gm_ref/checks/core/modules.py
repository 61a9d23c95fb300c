"""What an nn.Module is made of, read from its own tables: no method that a learner may have overridden is called."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from gm_ref.checks.core.verdict import Problem

MOST_PARTS = MOST_TENSORS = 4096
MOST_LETTERS = 200
DTYPES = (
    torch.float64,
    torch.float32,
    torch.float16,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
    torch.bool,
)


@dataclass(frozen=True)
class Slot:
    """A parameter or a buffer, by its dotted name; trained says whether an optimiser would move it."""

    name: str
    tensor: Tensor
    trained: bool


def is_network(value: Any) -> bool:
    """Say whether a value is an nn.Module by its real class, whatever its __class__ claims."""
    return issubclass(type(value), nn.Module)


def not_a_network(value: Any) -> str:
    """Return the sentence on what was returned in place of a network."""
    kind = type(value)
    if isinstance(value, type):
        return f"It returned the class {value.__name__} itself; return a network made of it: {value.__name__}(...)."
    if isinstance(value, Tensor):
        return "It returned a tensor; return the network that computes it, an nn.Module."
    if kind in (list, tuple):
        return (
            f"It returned a {kind.__name__}; return one nn.Module: nn.Sequential(*layers) makes one of several layers."
        )
    if callable(value):
        return "It returned a function; return the nn.Module itself."
    return f"It returned an object of class {kind.__name__}; return an nn.Module."


def parts(module: nn.Module) -> dict[str, nn.Module]:
    """Return a network ('') and all its parts by dotted name; one that stands in two places has two names."""
    found: dict[str, nn.Module] = {}
    waiting: list[tuple[str, nn.Module, frozenset[int]]] = [("", module, frozenset())]
    while waiting:
        name, part, above = waiting.pop()
        if len(found) >= MOST_PARTS or len(name) > MOST_LETTERS:
            raise Problem("property", f"It has more than {MOST_PARTS:,} parts, or parts that are nested too deeply.")
        found[name] = part
        above |= {id(part)}
        inner = [(k, m) for k, m in vars(part).get("_modules", {}).items() if m is not None and id(m) not in above]
        waiting += [(f"{name}.{k}" if name else k, m, above) for k, m in reversed(inner)]
    return found


def tables(module: nn.Module) -> list[dict]:
    """Return the dicts that a network and its parts keep their attributes, tensors and parts in."""
    own = [vars(part) for part in parts(module).values()]
    inner = [table[key] for table in own for key in ("_parameters", "_buffers", "_modules") if key in table]
    return [*own, *inner]


def part_at(module: nn.Module, name: str) -> nn.Module:
    """Return a part by its dotted name; a Problem names those there are."""
    found = parts(module)
    if name not in found:
        there = ", ".join(list(found)[1:9])
        raise Problem("property", f"It has no part called {name}.", f"It has {there or 'none'}.")
    return found[name]


def slots(module: nn.Module) -> list[Slot]:
    """Return parameters and buffers in the order of their definition, each tensor once."""
    found: dict[int, Slot] = {}
    for place, part in parts(module).items():
        own = vars(part)
        for key, x in [*own.get("_parameters", {}).items(), *own.get("_buffers", {}).items()]:
            if x is not None and id(x) not in found:
                trained = isinstance(x, nn.Parameter) and x.requires_grad
                found[id(x)] = Slot(f"{place}.{key}" if place else key, x, trained)
    return list(found.values())


def expect_usable(found: list[Slot]) -> None:
    """Raise a Problem where a tensor has no numbers of its own that can be set and read."""
    if len(found) > MOST_TENSORS:
        raise Problem(
            "property", f"It has {len(found):,} parameters and buffers; {MOST_TENSORS:,} at most are looked at."
        )
    for slot in found:
        x = slot.tensor
        if not good_name(slot.name):
            raise Problem("property", "It has a parameter or a buffer whose name cannot be shown, or is too long.")
        if is_lazy(x):
            look = "Lazy layers wait for the first call: give the sizes when the network is made."
            raise Problem("property", f"Its {slot.name} has no shape yet.", look)
        if x.is_meta or x.layout != torch.strided or x.dtype not in DTYPES:
            kind = "without numbers (device meta)" if x.is_meta else f"{x.dtype}, {x.layout}".replace("torch.", "")
            raise Problem("property", f"Its {slot.name} is {kind}; make it an ordinary float32 tensor.")
    expect_apart(found)


def good_name(name: Any) -> bool:
    """Say whether a name can stand in a sentence."""
    return type(name) is str and 0 < len(name) <= MOST_LETTERS and name.isprintable()


def expect_apart(found: list[Slot]) -> None:
    """Raise a Problem where two tensors lie in the same memory: an optimiser's step on one would move the other."""
    memories: dict[int, list[Slot]] = {}
    for slot in found:
        if slot.tensor.numel() and slot.tensor.is_floating_point():
            memories.setdefault(slot.tensor.untyped_storage().data_ptr(), []).append(slot)
    for together in memories.values():
        pair = overlap(together)
        if pair:
            names = " and ".join(dict.fromkeys(pair))
            look = "Give each parameter a tensor of its own: clone it, or make it anew."
            raise Problem("property", f"Memory is shared by {names}: what changes one changes the other.", look)


@torch.no_grad()
def overlap(together: list[Slot]) -> tuple[str, ...]:
    """Return the names of two tensors of one storage that share numbers, found by writing to them; () for none."""
    storage = together[0].tensor.untyped_storage()
    for slot in together:
        if slot.tensor.numel() * slot.tensor.element_size() > storage.nbytes():
            return (slot.name, slot.name)
    if len(together) == 1:
        return ()
    before = storage.clone()
    try:
        for number, slot in enumerate(together):
            slot.tensor.data.fill_(number)
        spoilt = [s.name for number, s in enumerate(together) if not bool((s.tensor == number).all())]
        return (spoilt[0], together[-1].name) if spoilt else ()
    finally:
        storage.copy_(before)
