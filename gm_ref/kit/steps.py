"""What keeps the steps of a training run whole: randomness of its own, and interrupts that wait for a step's end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


@contextmanager
def own_randomness(generator: torch.Generator, seed: int) -> Iterator[None]:
    """Seed a run's generator and the global one of its device; give the global ones back as they were."""
    device = generator.device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            torch.cuda.manual_seed(seed)
        generator.manual_seed(seed)
        yield


@contextmanager
def interrupts_held() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back, and yield the function that raises it where stopping is safe.

    A step stopped half-way can leave weights that have moved beside an average and a count that have not. A second
    Ctrl-C does not wait. Where signals are not ours (another thread, ignored by the caller) nothing is held.
    """
    before, asked = signal.getsignal(signal.SIGINT), []

    def remember(number: int, frame: object) -> None:
        asked.append(number)
        if len(asked) > 1:
            raise KeyboardInterrupt

    def stop_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread() and callable(before)
    if ours:
        signal.signal(signal.SIGINT, remember)
    try:
        yield stop_if_asked
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


@contextmanager
def whole_steps(generator: torch.Generator) -> Iterator[None]:
    """Put the random states back to where they were when a step is interrupted, so that it can be taken again."""
    states = random_states(generator)
    try:
        yield
    except KeyboardInterrupt:
        set_random_states(generator, states)
        raise


def random_states(generator: torch.Generator) -> dict[str, Tensor]:
    """Return the states of a run's generator and of torch's global ones, from which dropout draws."""
    states = {"generator": generator.get_state(), "global": torch.get_rng_state()}
    if generator.device.type == "cuda":
        states["global_cuda"] = torch.cuda.get_rng_state(generator.device)
    return states


def set_random_states(generator: torch.Generator, states: dict[str, Tensor]) -> None:
    """Put the states of `random_states` back."""
    generator.set_state(states["generator"])
    torch.set_rng_state(states["global"])
    if "global_cuda" in states:
        torch.cuda.set_rng_state(states["global_cuda"], generator.device)
