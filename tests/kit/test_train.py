"""Training that a learner can trust: the same run however often it is interrupted, and a sentence when it fails."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from gm_ref.kit.checkpoint import CheckpointError, Run
from gm_ref.kit.nets import MLP
from gm_ref.kit.train import TrainConfig, TrainingDiverged, average_into, fit, pick_device, train

DATA = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))


def net(seed=0, width=8, activation=nn.SiLU):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(MLP([3, width, 3], activation), nn.Dropout(0.1))


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


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 100, 3000, -1])
def test_a_file_cut_anywhere_is_named(tmp_path, size):
    path = tmp_path / "run.safetensors"
    fit(net(), DATA, InterruptedAt(3), config(path))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CheckpointError, match="cannot be read as a checkpoint"):
        fit(net(), DATA, loss, config(path))


class Trap:
    """An object that makes a mark when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (self.path.touch, ())


def test_nothing_is_unpickled(tmp_path):
    path, mark = tmp_path / "run.safetensors", tmp_path / "mark"
    torch.save({"x": Trap(mark)}, path)
    with pytest.raises(CheckpointError, match="delete it"):
        fit(net(), DATA, loss, config(path))
    assert not mark.exists()


def test_a_save_that_fails_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "run.safetensors"
    fit(net(), DATA, InterruptedAt(30), config(path))
    before = path.read_bytes()

    def full(*args):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr("gm_ref.kit.checkpoint.os.fsync", full)
        fit(net(), DATA, loss, config(path))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


OTHERS = [
    ("learning_rate is 0.002, here it is 0.0001", net, DATA, {"learning_rate": 1e-4}),
    ("seed is 0, here it is 1", net, DATA, {"seed": 1}),
    ("network net is 59 numbers .* here it is 66 numbers", lambda: net(width=9), DATA, {}),
    ("network net is 59 numbers .* here it is 59 numbers", lambda: net(activation=nn.ReLU), DATA, {}),
    (r"data set is \(50, 3\) .* here it is \(49, 3\)", net, DATA[1:], {}),
    (r"data set is \(50, 3\) .* here it is \(50, 3\)", net, DATA + 1, {}),
]


@pytest.mark.parametrize("sentence, make, data, changes", OTHERS)
def test_a_checkpoint_of_another_run_is_refused(tmp_path, sentence, make, data, changes):
    path = tmp_path / "run.safetensors"
    fit(net(), DATA, InterruptedAt(30), config(path))
    other = make()
    before = [p.clone() for p in other.parameters()]
    with pytest.raises(CheckpointError, match=f"belongs to another run: its {sentence}.* Delete it to start anew, or"):
        fit(other, data, loss, config(path, **changes))
    assert all(torch.equal(p, b) for p, b in zip(other.parameters(), before, strict=True)), "a refused run is untouched"


def test_a_longer_or_shorter_run_may_go_on(tmp_path):
    path = tmp_path / "run.safetensors"
    fit(net(), DATA, InterruptedAt(30), config(path))
    assert fit(net(), DATA, loss, config(path, steps=40)).finished


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "run.safetensors"
    save_file({"x": torch.ones(1)}, path)
    with pytest.raises(CheckpointError, match="belongs to another run: it was not written by a run of this kind"):
        fit(net(), DATA, loss, config(path))


def two_players(path, kind=torch.optim.RMSprop, stop=0):
    """Train two networks in turn, as a GAN does; interrupt step number `stop`."""
    a, b = MLP([3, 4, 3]), net(1)
    a.load_state_dict({k: torch.full_like(v, 0.1) for k, v in a.state_dict().items()})
    optimizers = {"a": kind(a.parameters(), lr=0.01), "b": torch.optim.SGD(b.parameters(), lr=0.01, momentum=0.9)}
    run = Run({"a": a, "b": b}, optimizers, torch.Generator())

    def step():
        if run.step + 1 == stop:
            raise KeyboardInterrupt
        x = DATA[torch.randint(50, (8,), generator=run.generator)]
        for player, optimizer in zip((a, b), optimizers.values(), strict=True):
            value = (a(b(x)) - x).square().mean()
            player.zero_grad()
            value.backward()
            optimizer.step()
        return value

    return train(step, run, config(path)), run


def test_two_players_go_on_to_the_same_end(tmp_path, capsys):
    path = tmp_path / "run.safetensors"
    _, whole = two_players(None)
    assert two_players(path, stop=21)[0] is False
    finished, run = two_players(path)
    assert finished and run.losses == whole.losses and all(same(run.modules[k], whole.modules[k]) for k in "ab")


def test_another_optimiser_is_refused(tmp_path):
    path = tmp_path / "run.safetensors"
    two_players(path, stop=21)
    with pytest.raises(CheckpointError, match=r"its optimiser a is RMSprop, rate 0\.01, here it is Adam, rate 0\.01"):
        two_players(path, kind=torch.optim.Adam)


def test_weights_in_another_memory_format_go_on_too(tmp_path):
    images = torch.randn(40, 3, 4, 4, generator=torch.Generator().manual_seed(0))

    def conv():
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return nn.Conv2d(3, 3, 3, padding=1).to(memory_format=torch.channels_last)

    path = tmp_path / "run.safetensors"
    whole = fit(conv(), images, loss, config())
    fit(conv(), images, InterruptedAt(30), config(path))
    assert same(fit(conv(), images, loss, config(path)).net, whole.net)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_with_its_step(value):
    calls = []

    def spoiled(*args):
        calls.append(1)
        return loss(*args) * (value if len(calls) == 33 else 1)

    with pytest.raises(
        TrainingDiverged, match=f"The loss is {value} at step 33: try a smaller .* Build the network anew"
    ):
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


@pytest.mark.parametrize("name", ["steps", "batch_size", "save_every"])
def test_numbers_that_make_no_run_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0: give a larger one"):
        config(**{name: 0})
    with pytest.raises(ValueError, match=r"ema_decay must lie in \[0, 1\], got 1.5"):
        config(ema_decay=1.5)


def test_data_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match=r"tensors of one length, at least 1, got lengths \[50, 10\]"):
        fit(net(), (DATA, DATA[:10]), loss, config())
    with pytest.raises(ValueError, match=r"got lengths \[0\]"):
        fit(net(), DATA[:0], loss, config())
