"""An interrupt waits for the end of a step, and a run's randomness is its own."""

import os
import signal
import threading

import pytest
import torch

from gm_ref.kit.steps import interrupts_held, own_randomness, whole_steps
from gm_ref.kit.train import average_into
from tests.kit.test_train import DATA, config, fit, loss, net, same


@pytest.fixture(autouse=True)
def ctrl_c_raises():
    """Python's own handler, also where pytest was started in the background and ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    os.kill(os.getpid(), signal.SIGINT)


class Pressed:
    """A function during whose call number `call` somebody presses Ctrl-C."""

    def __init__(self, inner, call):
        self.inner, self.call, self.calls = inner, call, 0

    def __call__(self, *args):
        self.calls += 1
        if self.calls == self.call:
            press()
        return self.inner(*args)


@pytest.mark.parametrize("call", [1, 20, 25, 41, 60])
@pytest.mark.parametrize("place", ["loss", "average"])
def test_a_pressed_run_ends_its_step_and_goes_on_to_the_same_end(tmp_path, capsys, place, call):
    path, whole = tmp_path / "run.safetensors", fit(net(), DATA, loss, config())
    functions = {"loss": loss, "average": average_into}
    functions[place] = Pressed(functions[place], call)
    half = fit(net(), DATA, functions["loss"], config(path), ema_update=functions["average"])
    assert not half.finished and len(half.losses) == call
    assert f"Stopped at step {call} of 60" in capsys.readouterr().out
    done = fit(net(), DATA, loss, config(path))
    assert done.finished and torch.equal(done.losses, whole.losses)
    assert same(done.net, whole.net) and same(done.ema, whole.ema)


def test_the_handler_is_given_back():
    fit(net(), DATA, loss, config(steps=2))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_press_does_not_wait():
    reached = []
    with pytest.raises(KeyboardInterrupt), interrupts_held():
        press()
        reached.append(1)
        press()
        reached.append(2)
    assert reached == [1]


def test_without_a_press_nothing_is_raised():
    with interrupts_held() as stop_if_asked:
        stop_if_asked()


def test_where_ctrl_c_is_ignored_it_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupts_held() as stop_if_asked:
        press()
        stop_if_asked()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_training_in_another_thread_works():
    done = []
    thread = threading.Thread(target=lambda: done.append(fit(net(), DATA, loss, config(steps=3)).finished))
    thread.start()
    thread.join()
    assert done == [True]


def test_an_interrupted_step_can_be_taken_again():
    generator = torch.Generator().manual_seed(0)
    with own_randomness(generator, 3):
        with pytest.raises(KeyboardInterrupt), whole_steps(generator):
            first = torch.rand(4, generator=generator), torch.rand(4)
            raise KeyboardInterrupt
        assert torch.equal(first[0], torch.rand(4, generator=generator)) and torch.equal(first[1], torch.rand(4))


def test_randomness_is_seeded_inside_and_untouched_outside():
    torch.manual_seed(8)
    before, generator = torch.get_rng_state(), torch.Generator()
    draws = []
    for _ in range(2):
        with own_randomness(generator, 3):
            draws.append((torch.rand(3), torch.rand(3, generator=generator)))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(a, b) for a, b in zip(*draws, strict=True))
