"""Arguments that are more than numbers: the kit's networks, lists of them, and plain optimisers, as plain values.

The judge packs them; the worker rebuilds them from class name and state.  Only classes of gm_ref.kit and torch.nn are
named, and nothing is unpickled.  What a network looked like after a call travels back as tensors by name.
"""

from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from gm_ref.checks.core.keeping import numbers
from gm_ref.grading.talk.wire import WireError

HOMES = ("gm_ref.kit.", "torch.nn.modules.")
PLAIN = (bool, int, float, str, type(None))
SKIPPED = ("_parameters", "_buffers", "_modules", "training")


def pack(args: tuple) -> list:
    """Return a call's arguments as values that the wire carries."""
    owners = {
        id(p): [i, name] for i, a in enumerate(args) if isinstance(a, nn.Module) for name, p in a.named_parameters()
    }
    return [parcel_one(a, owners) for a in args]


def parcel_one(value: Any, owners: dict) -> Any:
    """Return one argument as plain values; WireError for what cannot travel."""
    if isinstance(value, nn.Module):
        return {"@": "module", **parcel_module(value)}
    if isinstance(value, Optimizer):
        return {"@": "sgd", **parcel_optimizer(value, owners)}
    if type(value) in (tuple, list):
        return {"@": type(value).__name__, "items": [parcel_one(v, owners) for v in value]}
    if isinstance(value, (*PLAIN, Tensor)):
        return value
    raise WireError(
        f"a check gives {type(value).__name__} to a submission; it may give numbers and the kit's networks."
    )


def parcel_module(module: nn.Module) -> dict:
    """Return class, state and children of a network as plain values."""
    cls = type(module)
    if not f"{cls.__module__}.".startswith(HOMES):
        raise WireError(f"{cls.__module__}.{cls.__name__} is not a network of the kit.")
    own = {k: v for k, v in vars(module).items() if k not in SKIPPED and not k.startswith("_")}
    return {
        "class": [cls.__module__, cls.__name__],
        "plain": {k: list(v) if isinstance(v, tuple) else v for k, v in own.items()},
        "parameters": {k: p.detach() for k, p in module._parameters.items() if p is not None},
        "frozen": [k for k, p in module._parameters.items() if p is not None and not p.requires_grad],
        "gradients": {k: p.grad for k, p in module._parameters.items() if p is not None and p.grad is not None},
        "buffers": {k: b for k, b in module._buffers.items() if b is not None},
        "children": {k: parcel_module(m) for k, m in module._modules.items() if m is not None},
        "training": module.training,
    }


def parcel_optimizer(optimizer: Optimizer, owners: dict) -> dict:
    """Return a plain SGD as its rate and the places of its parameters among the arguments."""
    if type(optimizer) is not SGD or len(optimizer.param_groups) != 1:
        raise WireError("a check may give a submission a plain SGD optimiser with one group, no other.")
    group = optimizer.param_groups[0]
    return {"rate": float(group["lr"]), "parameters": [owners[id(p)] for p in group["params"]]}


def rebuild(values: list) -> list:
    """Return the arguments that `pack` packed."""
    args = [rebuild_one(v) for v in values]
    return [rebuild_optimizer(a, args) if isinstance(a, dict) and a.get("@") == "sgd" else a for a in args]


def rebuild_one(value: Any) -> Any:
    """Return one argument; an optimiser waits until all networks are there."""
    if not isinstance(value, dict) or value.get("@") == "sgd":
        return value
    if value["@"] == "module":
        return rebuild_module(value)
    return {"tuple": tuple, "list": list}[value["@"]](rebuild_one(v) for v in value["items"])


def rebuild_module(value: dict) -> nn.Module:
    """Return the network that parcel_module described."""
    home, name = value["class"]
    if not f"{home}.".startswith(HOMES):
        raise WireError(f"{home}.{name} is not a network of the kit.")
    module = object.__new__(getattr(import_module(home), name))
    nn.Module.__init__(module)
    vars(module).update(value["plain"])
    for key, data in value["parameters"].items():
        module.register_parameter(key, nn.Parameter(data.clone(), requires_grad=key not in value["frozen"]))
        if key in value["gradients"]:
            module._parameters[key].grad = value["gradients"][key].clone()
    for key, data in value["buffers"].items():
        module.register_buffer(key, data.clone())
    for key, child in value["children"].items():
        module.add_module(key, rebuild_module(child))
    return module.train(value["training"])


def rebuild_optimizer(value: dict, args: list) -> SGD:
    """Return the optimiser over the rebuilt networks' own parameters."""
    parameters = [dict(args[i].named_parameters())[name] for i, name in value["parameters"]]
    return SGD(parameters, lr=value["rate"])


def identities(args: list) -> list[dict[str, int]]:
    """Return, for each network among the arguments, which object each of its tensors is."""
    return [{name: id(x) for name, x in named(a).items()} for a in args if isinstance(a, nn.Module)]


def states(args: list, before: list[dict[str, int]]) -> list:
    """Return [place, tensors, plain numbers] for each network among the arguments.

    memory is a number that tensors of the same memory share; before is what identities() said ahead of the call.
    """
    found = [(i, a) for i, a in enumerate(args) if isinstance(a, nn.Module)]
    return [[i, told(a, old), numbers(a)] for (i, a), old in zip(found, before, strict=True)]


def told(module: nn.Module, old: dict[str, int]) -> dict[str, list]:
    """Return {name: [value, gradient, requires_grad, is new, memory]} for a network's tensors."""
    return {
        name: [x, x.grad if x.is_leaf else None, x.requires_grad, id(x) != old.get(name), memory(x)]
        for name, x in named(module).items()
    }


def memory(x: Tensor) -> int:
    """Return where a tensor's numbers begin: slices of one vector are neighbours, not the same memory."""
    return x.data_ptr()


def named(module: nn.Module) -> dict[str, Tensor]:
    """Return all parameters and buffers of a network by name."""
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


@torch.no_grad()
def restore(args: tuple, changed: Any) -> None:
    """Do to the judge's own networks what a call did to the worker's; WireError where names or shapes differ."""
    places: dict[int, Tensor] = {}
    for place, values, plain in changed:
        module = args[place]
        vars(module).update({k: v for k, v in plain.items() if type(v) in (bool, int, float) and is_free(module, k)})
        own = named(module)
        if set(own) != set(values) or any(own[k].shape != v[0].shape for k, v in values.items()):
            raise WireError("a network came back with other parameters than it went.")
        for key, (value, gradient, needs_grad, is_new, where) in values.items():
            target = renewed(module, key) if is_new is True else own[key]
            target.copy_(value)
            if int(where) in places and places[int(where)].shape == target.shape:
                target.data = places[int(where)].data
            places[int(where)] = target
            if target.is_floating_point():
                target.requires_grad_(needs_grad is True)
            target.grad = None if gradient is None else gradient.to(target.dtype).reshape(target.shape)


def is_free(module: nn.Module, name: str) -> bool:
    """Say whether a name is a network's own plain attribute, or new: neither method nor tensor."""
    own = name in vars(module) or not hasattr(module, name)
    fits = name.isidentifier() and not name.startswith("_") and name != "training"
    return fits and own and not hasattr(type(module), name)


def renewed(module: nn.Module, key: str) -> Tensor:
    """Put a new tensor in the place of one of a network's own, and return it."""
    *path, name = key.split(".")
    owner = module.get_submodule(".".join(path))
    home: dict[str, Any] = owner._parameters if name in owner._parameters else owner._buffers
    copy = home[name].detach().clone()
    home[name] = nn.Parameter(copy) if isinstance(home[name], nn.Parameter) else copy
    return home[name]
