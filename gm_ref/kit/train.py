"""One plain training loop that a learner can trust: seeded, averaged, clipped, interruptible, resumable.

`fit` is the loop of most lessons: one network, one loss.  `train` is the same loop for whoever brings their own step
(two players, for one): both keep a checkpoint, show a bar, and stop with a sentence when a loss is not a number.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from gm_ref.kit.checkpoint import Run, fingerprint_of, restore, save
from gm_ref.kit.steps import interrupts_held, own_randomness, whole_steps

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # in a notebook without ipywidgets: the bar is then text
    from tqdm.auto import tqdm

LOOK_EVERY = 20  # steps between looks at the losses: each look waits for a GPU


class TrainingDiverged(RuntimeError):
    """The loss became NaN or infinite; the text says at which step and what to try."""


@dataclass(frozen=True)
class TrainConfig:
    """How to train; the defaults suit the small networks and images of the lessons.

    steps: optimiser steps in all. batch_size: samples drawn (with replacement) for each.
    learning_rate: Adam's; 2e-3 is high for large networks and right for those of a few 100,000 parameters.
    ema_decay: of the averaged copy; 0.995 averages over the last 200 steps. clip: largest norm of the gradient.
    checkpoint: a file to keep the run in while it is not finished, or None. save_every: steps between two saves.
    """

    steps: int
    batch_size: int = 128
    learning_rate: float = 2e-3
    seed: int = 0
    ema_decay: float = 0.995
    clip: float = 1.0
    checkpoint: str | Path | None = None
    save_every: int = 200

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "save_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}: give a larger one.")
        if not 0 <= self.ema_decay <= 1:
            raise ValueError(f"ema_decay must lie in [0, 1], got {self.ema_decay}: 0.995 is a good start.")


@dataclass(frozen=True)
class Trained:
    """What training gives: the network, its averaged copy (for sampling), the loss of each step, and where it ran."""

    net: nn.Module
    ema: nn.Module
    losses: Tensor
    device: torch.device
    finished: bool


def pick_device(name: str | None = None) -> torch.device:
    """Return the device named, or by the variable GM_REF_DEVICE, or the best there is: cuda, mps, cpu."""
    name = name or os.environ.get("GM_REF_DEVICE")
    if name:
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


@torch.no_grad()
def average_into(ema: nn.Module, model: nn.Module, decay: float) -> None:
    """Move ema's parameters towards the model's by 1 - decay, in place; buffers are copied."""
    get_ema_multi_avg_fn(decay)(list(ema.parameters()), list(model.parameters()), None)
    for old, new in zip(ema.buffers(), model.buffers(), strict=True):
        old.copy_(new)


def fit(
    net: nn.Module,
    data: Tensor | tuple[Tensor, ...],
    loss_fn: Callable,
    config: TrainConfig,
    ema_update: Callable = average_into,
) -> Trained:
    """Train net on batches of data and return it with its averaged copy.

    data: a tensor (N, *) or a tuple of tensors of the same N. loss_fn(net, batch, generator) -> (B,) or a scalar;
    batch is what data is, of batch_size samples, on the device; generator draws noise there. The mean is minimised.
    Interrupt it: what is trained so far is returned, and kept in the checkpoint; run it again to go on. An interrupted
    run ends, on a CPU, with the very weights of one that was not. net itself is trained: without a checkpoint, a second
    call trains it further.
    """
    device = pick_device()
    net = net.to(device).train()
    whole = tuple(d.to(device) for d in parts_of(data))
    ema = deepcopy(net).eval()
    optimizer = torch.optim.Adam(net.parameters(), lr=config.learning_rate, fused=True)
    run = Run({"net": net, "ema": ema}, {"adam": optimizer}, torch.Generator(device), data=whole)

    def step() -> Tensor:
        rows = torch.randint(len(whole[0]), (config.batch_size,), generator=run.generator, device=device)
        batch = tuple(d[rows] for d in whole)
        loss = loss_fn(net, batch if isinstance(data, tuple) else batch[0], run.generator).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), config.clip)
        optimizer.step()
        ema_update(ema, net, config.ema_decay)
        return loss

    finished = train(step, run, config)
    return Trained(net.eval(), ema, torch.tensor(run.losses), device, finished)


def parts_of(data: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the tensors of a data set as a tuple, or raise ValueError where their lengths differ or are 0."""
    parts = data if isinstance(data, tuple) else (data,)
    lengths = [len(d) for d in parts]
    if not parts or min(lengths) == 0 or len(set(lengths)) > 1:
        raise ValueError(f"data must be tensors of one length, at least 1, got lengths {lengths}: pair the samples.")
    return parts


def train(step: Callable[[], Tensor], run: Run, config: TrainConfig) -> bool:
    """Call step() until run has taken config.steps steps, and say whether it got there.

    step returns its loss, a scalar. The run's generator is seeded with config.seed; torch's global generator is
    seeded too (for dropout) and given back as it was. Raises TrainingDiverged and CheckpointError.
    """
    path = Path(config.checkpoint) if config.checkpoint else None
    fingerprint = fingerprint_of(run, settings(config)) if path else ""
    with own_randomness(run.generator, config.seed):
        if path and path.exists():
            restore(run, path, fingerprint)
            print(f"Going on from step {run.step:,} of {config.steps:,}, kept in {path}; delete it to start anew.")
        keep = partial(save, run, path, fingerprint) if path else lambda: None
        try:
            loop(step, run, config, keep)
        except KeyboardInterrupt:
            keep()
            print(stopped(run, config, path))
            return False
    if path:
        path.unlink(missing_ok=True)
    return True


def loop(step: Callable[[], Tensor], run: Run, config: TrainConfig, keep: Callable[[], None]) -> None:
    """Take the steps that are left, with a bar; the run's losses are complete also when it is interrupted."""
    fresh: list[Tensor] = []
    quiet = bool(os.environ.get("TQDM_DISABLE"))  # tqdm's notebook bar does not look at it
    bar = tqdm(total=config.steps, initial=run.step, unit="step", desc="training", disable=quiet)
    with closing(bar), settled(fresh, run, config, bar), interrupts_held() as stop_if_asked:
        for number in range(run.step + 1, config.steps + 1):
            with whole_steps(run.generator):
                fresh.append(step().detach())
            saving = number % config.save_every == 0
            if saving or number % LOOK_EVERY == 0:
                look(fresh, run, config, bar)
            if saving:
                keep()
            stop_if_asked()


@contextmanager
def settled(fresh: list[Tensor], run: Run, config: TrainConfig, bar: tqdm) -> Iterator[None]:
    """Look at the last losses at the end of the loop, and when it is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        look(fresh, run, config, bar)
        raise
    look(fresh, run, config, bar)


def look(fresh: list[Tensor], run: Run, config: TrainConfig, bar: tqdm) -> None:
    """Move the losses of the last steps into the run, or raise TrainingDiverged at the first that is not a number."""
    values = torch.stack(fresh).tolist() if fresh else []
    for place, value in enumerate(values, start=run.step + 1):
        if not abs(value) < float("inf"):
            raise TrainingDiverged(
                f"The loss is {value} at step {place:,}: try a smaller learning_rate (now {config.learning_rate:g}), "
                "and look for a log or a root of 0 in the loss. Build the network anew first: its weights are spoiled."
            )
    bar.update(len(values))
    if values:
        bar.set_postfix(loss=f"{sum(values) / len(values):.4f}")
    run.losses += values
    fresh.clear()


def settings(config: TrainConfig) -> dict:
    """Return what two runs must share for one to continue the other: not how long it is, nor where it is kept."""
    return {k: v for k, v in vars(config).items() if k not in ("steps", "checkpoint", "save_every")}


def stopped(run: Run, config: TrainConfig, path: Path | None) -> str:
    """Return the sentence for a learner who interrupted."""
    again = f"It is kept in {path}: run this again to go on." if path else "No checkpoint is set, so it cannot go on."
    return f"Stopped at step {run.step:,} of {config.steps:,}; what is trained so far is returned. {again}"
