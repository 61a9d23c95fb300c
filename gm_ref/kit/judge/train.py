"""Train the judge and write its checkpoint: `python -m gm_ref.kit.judge.train [FILE]`, about 70 CPU seconds.

Two thirds of the faces are drawn at 32 pixels, one third at 64 and averaged down, so that the judge reads both.
"""

import sys
import time
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor

from gm_ref.kit.data.faces import ATTRIBUTES, draw_attributes, draw_avatars, draw_jitter
from gm_ref.kit.judge import CHECKPOINT, load, save, small
from gm_ref.kit.judge.net import Judge, cross_entropy
from gm_ref.kit.train import TrainConfig, fit

FAST = TrainConfig(steps=1500, batch_size=64, learning_rate=2e-3)
# Small steps at the end: a third fewer faces are misread.
SLOW = TrainConfig(steps=600, batch_size=64, learning_rate=3e-4, seed=1)
SEED, UNSEEN = 9, 10


def faces(n: int, size: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return n faces of 32 pixels, drawn at size and averaged down, and their attributes (n, 8)."""
    generator = torch.Generator().manual_seed(seed)
    attributes, jitter = draw_attributes(n, generator), draw_jitter(n, generator)
    return small(draw_avatars(attributes, jitter, size)), attributes


def accuracies(net: Judge, images: Tensor, attributes: Tensor) -> dict[str, float]:
    """Return for each attribute the share of images that the network reads as they were drawn."""
    with torch.no_grad():
        right = [net(part) for part in images.split(256)]
    read = torch.stack([torch.cat(logits).argmax(dim=1) for logits in zip(*right, strict=True)], dim=1)
    return dict(zip(ATTRIBUTES, (read == attributes).double().mean(dim=0).tolist(), strict=True))


def main(path: Path) -> None:
    """Train, write the checkpoint, and say what it is: seconds, bytes, sha256, accuracies on unseen faces."""
    torch.manual_seed(SEED)
    start = time.process_time()
    drawn = [faces(12_000, 32, SEED), faces(6_000, 64, SEED + 100)]
    data = tuple(torch.cat(parts) for parts in zip(*drawn, strict=True))
    net = Judge()
    for config in (FAST, SLOW):
        trained = fit(net, data, cross_entropy, config)
    save(trained.ema, path)
    print(f"{path}: {time.process_time() - start:.0f} CPU seconds, {path.stat().st_size:,} bytes")
    print("sha256", sha256(path.read_bytes()).hexdigest())
    for size in (32, 64):
        found = accuracies(load(path), *faces(10_000, size, UNSEEN))
        print(f"drawn at {size} pixels:", ", ".join(f"{name} {share:.2%}" for name, share in found.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKPOINT)
