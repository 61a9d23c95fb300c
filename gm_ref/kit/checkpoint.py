"""Keep a training run on disk: written whole or not at all, read without running anything."""

import json
import os
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from gm_ref.kit.steps import random_states, set_random_states


class CheckpointError(RuntimeError):
    """A checkpoint that does not belong to this run, or that is damaged; the text says what to do."""


@dataclass
class Run:
    """All that a training run is: networks and optimisers by name, the random generator, the losses so far.

    data is what it learns from, where that is kept in tensors: only to tell one run from another.
    """

    modules: dict[str, nn.Module]
    optimizers: dict[str, Optimizer]
    generator: torch.Generator
    losses: list[float] = field(default_factory=list)
    data: tuple[Tensor, ...] = ()

    @property
    def step(self) -> int:
        """Return how many steps have been taken."""
        return len(self.losses)


def save(run: Run, path: Path, fingerprint: str) -> None:
    """Write the run to path as safetensors, by way of a temporary file beside it, so that no torn file is left."""
    tensors = {k: v.detach().cpu().contiguous() for k, v in all_tensors(run).items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    os.close(handle)
    try:
        save_file({k: v.clone() for k, v in tensors.items()}, temporary, metadata={"fingerprint": fingerprint})
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def restore(run: Run, path: Path, fingerprint: str) -> None:
    """Bring the run to where the file at path says it was, or raise CheckpointError and leave the run as it is."""
    tensors, found = read(path)
    if found != fingerprint:
        raise CheckpointError(
            f"{path} belongs to another run: {difference(found, fingerprint)}. "
            "Delete it to start anew, or give this run another checkpoint name."
        )
    load_tensors(run, tensors)


def difference(found: str, expected: str) -> str:
    """Say in words what differs first between the fingerprints of a file and of this run."""
    theirs, ours = json.loads(found or "{}"), json.loads(expected)
    if theirs.keys() != ours.keys():
        return "it was not written by a run of this kind"
    name = next(k for k in ours if theirs[k] != ours[k])
    return f"its {name} is {theirs[name]}, here it is {ours[name]}"


def read(path: Path) -> tuple[dict[str, Tensor], str]:
    """Return a checkpoint's tensors and its fingerprint; CheckpointError where the file is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            return {k: file.get_tensor(k) for k in names}, (file.metadata() or {}).get("fingerprint", "")
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint ({error}): delete it to start anew.") from None


def all_tensors(run: Run) -> dict[str, Tensor]:
    """Return every tensor of a run under one flat name each."""
    out = {f"module/{m}/{k}": v for m, module in run.modules.items() for k, v in module.state_dict().items()}
    for name, optimizer in run.optimizers.items():
        for place, state in optimizer.state_dict()["state"].items():
            out |= {f"optimizer/{name}/{place}/{k}": torch.as_tensor(v) for k, v in state.items()}
    out["losses"] = torch.tensor(run.losses, dtype=torch.float64)
    return out | random_states(run.generator)


def load_tensors(run: Run, tensors: dict[str, Tensor]) -> None:
    """Put the tensors of `all_tensors` back."""
    for name, module in run.modules.items():
        prefix = f"module/{name}/"
        module.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
    for name, optimizer in run.optimizers.items():
        load_optimizer(optimizer, f"optimizer/{name}/", tensors)
    set_random_states(run.generator, tensors)
    run.losses = tensors["losses"].tolist()


def load_optimizer(optimizer: Optimizer, prefix: str, tensors: dict[str, Tensor]) -> None:
    """Put an optimiser's state back; rates and the like stay as this run has them."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith(prefix):
            place, name = key.removeprefix(prefix).split("/")
            state.setdefault(int(place), {})[name] = laid_out_as(parameters[int(place)], value)
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def laid_out_as(parameter: Tensor, value: Tensor) -> Tensor:
    """Return value in the parameter's memory format: fused optimisers read both in the order of memory."""
    return torch.empty_like(parameter, dtype=value.dtype).copy_(value) if value.shape == parameter.shape else value


def fingerprint_of(run: Run, settings: dict) -> str:
    """Return text that is the same for runs that may continue each other, and says in words what it stands for."""
    facts = dict(settings)
    facts |= {f"network {name}": described(module) for name, module in run.modules.items()}
    facts |= {f"optimiser {name}": f"{type(o).__name__}, rate {o.defaults['lr']}" for name, o in run.optimizers.items()}
    facts["data set"] = ", ".join(f"{tuple(d.shape)} with sum {checksum(d)}" for d in run.data)
    facts["device"] = run.generator.device.type
    return json.dumps(facts)


def described(module: nn.Module) -> str:
    """Return a network's size and a sum over its layers and the names, shapes and types of its tensors."""
    state = module.state_dict()
    text = repr(module) + str([(k, tuple(v.shape), v.dtype) for k, v in state.items()])
    return f"{sum(v.numel() for v in state.values()):,} numbers with sum {zlib.crc32(text.encode()):08x}"


def checksum(data: Tensor) -> str:
    """Return a checksum of a tensor's bytes."""
    return f"{zlib.crc32(data.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data):08x}"
