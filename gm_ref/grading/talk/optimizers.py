"""SGD, Adam and AdamW as plain values: class, settings of each group, places of its parameters, and what it remembers.

The judge packs them, the worker builds them anew over its own copies of the networks, and what a call changed in them
comes back: rates and the like, and the averages by parameter.  Only the names below are taken over.
"""

from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

from gm_ref.grading.talk.wire import WireError

CLASSES: dict[str, type[Optimizer]] = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW}
SWITCHES = ("nesterov", "maximize", "amsgrad")
SETTINGS = ("lr", "momentum", "dampening", "weight_decay", "betas", "eps", *SWITCHES)
REMEMBERED = ("momentum_buffer", "step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")


def parcel_optimizer(optimizer: Optimizer, owners: dict[int, list]) -> dict[str, Any]:
    """Return an optimiser as plain values; owners says where each parameter stands among the arguments."""
    name = type(optimizer).__name__
    if CLASSES.get(name) is not type(optimizer):
        raise WireError(f"a check may give a submission {', '.join(CLASSES)} for an optimiser, not {name}.")
    if not all(id(p) in owners for p in parameters(optimizer)):
        raise WireError("an optimiser travels together with the networks whose parameters it moves.")
    places = [[owners[id(p)] for p in group["params"]] for group in optimizer.param_groups]
    return {"class": name, "places": places, **memory_of(optimizer)}


def memory_of(optimizer: Optimizer) -> dict[str, Any]:
    """Return settings by group, and what is remembered of each parameter, in order."""
    settings = [{k: plain(group[k]) for k in SETTINGS if k in group} for group in optimizer.param_groups]
    return {"settings": settings, "remembered": [known(optimizer, p) for p in parameters(optimizer)]}


def known(optimizer: Optimizer, p: Tensor) -> dict[str, Tensor]:
    """Return what an optimiser remembers of one parameter: it asks for nothing where it has not stepped yet."""
    state = optimizer.state[p] if p in optimizer.state else {}
    return {k: torch.as_tensor(state[k]).detach() for k in REMEMBERED if state.get(k) is not None}


def parameters(optimizer: Optimizer) -> list[Tensor]:
    """Return an optimiser's parameters, of all groups."""
    return [p for group in optimizer.param_groups for p in group["params"]]


def plain(value: Any) -> Any:
    """Return a setting as plain numbers; a rate may be a tensor."""
    return [float(v) for v in value] if isinstance(value, tuple) else value if type(value) is bool else float(value)


def rebuild_optimizer(value: dict[str, Any], args: list) -> Optimizer:
    """Return the optimiser over the rebuilt networks' own parameters."""
    own = {i: dict(args[i].named_parameters()) for places in value["places"] for i, _ in places}
    groups = [
        {"params": [own[i][name] for i, name in places], **settings(group)}
        for places, group in zip(value["places"], value["settings"], strict=True)
    ]
    optimizer = CLASSES[value["class"]](groups)  # type: ignore[call-arg]
    for p, state in zip(parameters(optimizer), value["remembered"], strict=True):
        if state:
            optimizer.state[p] = {k: x.clone() for k, x in state.items()}
    return optimizer


def settings(told: dict[str, Any]) -> dict[str, Any]:
    """Return a group's settings as torch has them."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}


def restore_optimizer(optimizer: Optimizer, told: dict[str, Any]) -> None:
    """Do to the judge's own optimiser what a call did to the worker's; WireError where it cannot have done that."""
    own = parameters(optimizer)
    if len(told["settings"]) != len(optimizer.param_groups) or len(told["remembered"]) != len(own):
        raise WireError("an optimiser came back with other parameters than it went.")
    for group, new in zip(optimizer.param_groups, told["settings"], strict=True):
        group.update({k: setting(new[k], group[k]) for k in SETTINGS if k in group})
    for p, state in zip(own, told["remembered"], strict=True):
        kept = {k: remembered(k, x, p) for k, x in state.items()}
        optimizer.state.pop(p, None)
        if kept:
            optimizer.state[p] = kept


def setting(new: Any, old: Any) -> Any:
    """Return a setting that came back, as torch has it."""
    if isinstance(old, tuple) and type(new) is list and len(new) == len(old) and all(type(v) is float for v in new):
        return tuple(new)
    if isinstance(old, tuple) or type(new) not in (bool, float) or (type(new) is bool) != (type(old) is bool):
        raise WireError("an optimiser came back with settings of another kind.")
    return new


def remembered(name: str, x: Any, p: Tensor) -> Tensor:
    """Return what is remembered of a parameter: of its shape and dtype, or a single number of steps."""
    shape = torch.Size() if name == "step" else p.shape
    if name not in REMEMBERED or not isinstance(x, Tensor) or x.shape != shape or not x.is_floating_point():
        raise WireError("an optimiser came back with averages of another kind.")
    return x.detach().clone() if name == "step" else x.detach().to(p.dtype).clone()
