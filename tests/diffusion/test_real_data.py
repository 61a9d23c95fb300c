"""The denoiser takes a few steps on real MNIST images, read by the course's own loader, where they are at hand."""

import os
from pathlib import Path

import pytest
import torch

from gm_ref.diffusion.ddpm import alpha_tables, beta_schedule, ddpm_loss, timestep_embedding
from gm_ref.kit.data import load_idx
from gm_ref.kit.nets import SmallUNet
from gm_ref.kit.train import TrainConfig, fit

SHARED = Path(os.environ.get("GM_REF_SHARED", Path(__file__).parents[3] / "shared"))
MNIST = SHARED / "data" / "mnist"


@pytest.mark.skipif(not MNIST.is_dir(), reason=f"no MNIST files in {MNIST}")
def test_the_denoiser_learns_on_mnist():
    images, labels = load_idx(MNIST, "test")
    assert images.shape == (10_000, 1, 28, 28) and sorted(set(labels.tolist())) == list(range(10))
    alpha_bar = alpha_tables(beta_schedule("linear", 100))[1].float()

    def loss(net, x0, generator):
        t = torch.randint(100, (len(x0),), generator=generator)
        return ddpm_loss(net, x0, t, torch.randn(x0.shape, generator=generator), alpha_bar)

    torch.manual_seed(0)
    net = SmallUNet(timestep_embedding, width=16)
    trained = fit(net, images[:2000], loss, TrainConfig(steps=40, batch_size=32))
    assert trained.losses[:3].mean() > 0.9, "an untrained denoiser answers 0, which costs 1"
    assert trained.losses[-10:].mean() < 0.5
