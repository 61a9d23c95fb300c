"""Training that a learner can trust: the same run however often it is interrupted, and a sentence when it fails."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
import torch
from torch import nn

from gm_ref.kit.checkpoint import CheckpointError
from gm_ref.kit.nets import MLP
from gm_ref.kit.train import TrainConfig, TrainingDiverged, average_into, fit, pick_device

DATA = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))


def net(seed=0, width=8):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(MLP([3, width, 3]), nn.Dropout(0.1))


def loss(net, batch, generator):
    noise = torch.randn(batch.shape, generator=generator, device=batch.device)
    return (net(batch + noise) - batch).square().mean(dim=1)


class InterruptedAt:
    """A loss that is interrupted at one call, as by Ctrl-C."""

    def __init__(self, call):
        self.call, self.calls = call, 0

    def __call__(self, *args):
        self.calls += 1
        if self.calls == self.call:
            raise KeyboardInterrupt
        return loss(*args)


def config(path=None, **changes):
    return TrainConfig(**{"steps": 60, "batch_size": 16, "checkpoint": path, "save_every": 25, **changes})


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_the_loss_falls_and_all_losses_are_there():
    trained = fit(net(), DATA, loss, config(steps=300))
    assert trained.finished and trained.losses.shape == (300,)
    assert trained.losses[-50:].mean() < 0.8 * trained.losses[:20].mean()
    assert not same(trained.net, trained.ema)


def test_the_seed_decides():
    one, two, other = (fit(net(), DATA, loss, config(seed=s)) for s in (3, 3, 4))
    assert same(one.net, two.net) and torch.equal(one.losses, two.losses)
    assert not same(one.net, other.net)


def test_the_global_generator_is_left_as_it_was():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    fit(net(), DATA, loss, config(steps=5))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("call", [1, 2, 25, 26, 43])
def test_an_interrupted_run_goes_on_to_the_same_end(tmp_path, capsys, call):
    whole = fit(net(), DATA, loss, config())
    path = tmp_path / "run.safetensors"
    half = fit(net(), DATA, InterruptedAt(call), config(path))
    assert not half.finished and len(half.losses) == call - 1
    assert f"Stopped at step {call - 1} of 60" in capsys.readouterr().out
    done = fit(net(), DATA, loss, config(path))
    assert f"Going on from step {call - 1} of 60" in capsys.readouterr().out
    assert done.finished and torch.equal(done.losses, whole.losses)
    assert same(done.net, whole.net) and same(done.ema, whole.ema)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_without_checkpoint_returns_what_is_trained(capsys):
    half = fit(net(), DATA, InterruptedAt(11), config())
    assert not half.finished and len(half.losses) == 10
    assert "No checkpoint is set" in capsys.readouterr().out


SCRIPT = """
import sys, time
from tests.kit.test_train import DATA, config, fit, loss, net
def slow(*args):
    time.sleep(0.02)
    return loss(*args)
print("ready", flush=True)
fit(net(), DATA, slow, config(sys.argv[1], save_every=5))
"""


def test_a_killed_run_goes_on_to_the_same_end(tmp_path):
    path = tmp_path / "run.safetensors"
    env = {**os.environ, "TQDM_DISABLE": "1"}
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(SCRIPT), str(path)], env=env, stdout=-1) as child:
        deadline = time.monotonic() + 120
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    assert path.exists()
    whole, done = fit(net(), DATA, loss, config()), fit(net(), DATA, loss, config(path))
    assert torch.equal(done.losses, whole.losses) and same(done.net, whole.net)


def test_a_torn_checkpoint_is_named(tmp_path):
    path = tmp_path / "run.safetensors"
    fit(net(), DATA, InterruptedAt(30), config(path))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match=r"cannot be read as a checkpoint .* delete it to start anew"):
        fit(net(), DATA, loss, config(path))
    path.write_bytes(b"")
    with pytest.raises(CheckpointError, match="delete it"):
        fit(net(), DATA, loss, config(path))


@pytest.mark.parametrize("other", [{"learning_rate": 1e-4}, {"seed": 1}, {"batch_size": 8}])
def test_a_checkpoint_of_another_run_is_refused(tmp_path, other):
    path = tmp_path / "run.safetensors"
    fit(net(), DATA, InterruptedAt(30), config(path))
    with pytest.raises(CheckpointError, match="belongs to another run"):
        fit(net(), DATA, loss, config(path, **other))
    with pytest.raises(CheckpointError, match="belongs to another run"):
        fit(net(width=9), DATA, loss, config(path))
    assert fit(net(), DATA, loss, config(path, steps=40)).finished, "a longer or shorter run may go on"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_with_its_step(value):
    calls = []

    def spoiled(*args):
        calls.append(1)
        return loss(*args) * (value if len(calls) == 33 else 1)

    with pytest.raises(TrainingDiverged, match=f"The loss is {value} at step 33: try a smaller learning_rate"):
        fit(net(), DATA, spoiled, config())


def test_a_spoiled_run_does_not_overwrite_its_checkpoint(tmp_path):
    path, calls = tmp_path / "run.safetensors", []

    def spoiled(*args):
        calls.append(1)
        return loss(*args) * (float("nan") if len(calls) == 49 else 1)

    with pytest.raises(TrainingDiverged):
        fit(net(), DATA, spoiled, config(path))
    assert fit(net(), DATA, loss, config(path)).losses.isfinite().all()


def test_batches_of_several_tensors_and_a_scalar_loss():
    labels = torch.arange(50)
    seen = []

    def paired(net, batch, generator):
        x, y = batch
        seen.append(torch.equal(x, DATA[y]))
        return (net(x) - x).square().mean()

    assert fit(net(), (DATA, labels), paired, config(steps=5)).finished and all(seen) and len(seen) == 5


def test_averaging_is_torchs_own():
    a, b = net(0), net(1)
    want = [0.9 * p + 0.1 * q for p, q in zip(a.parameters(), b.parameters(), strict=True)]
    average_into(a, b, 0.9)
    assert all(torch.allclose(p, w) for p, w in zip(a.parameters(), want, strict=True))


def test_a_learners_own_average_is_used():
    trained = fit(
        net(),
        DATA,
        loss,
        config(steps=30),
        ema_update=lambda ema, model, decay: ema.load_state_dict(model.state_dict()),
    )
    assert same(trained.net, trained.ema)


def test_the_device_can_be_named(monkeypatch):
    assert pick_device("cpu").type == "cpu"
    monkeypatch.setenv("GM_REF_DEVICE", "meta")
    assert pick_device().type == "meta"
