"""Whatever a submission does to what it is handed, the next one meets the same checks: no constant changes."""

import random
from contextlib import suppress

import pytest
import torch
from torch import Tensor, nn

from gm_ref.checks.core.check import run
from gm_ref.syllabus import LESSONS
from tests.checks.found import check_of, reference_of
from tests.grading.loopback import Loopback
from tests.laws.constants import snapshot
from tests.laws.tree import by_lesson, require_whole

RUNS = 24  # of each exercise in each place: some 2,300 in all, with several hostile acts each


@pytest.fixture(autouse=True)
def whole():
    """All checks are loaded."""
    require_whole(*LESSONS)


class Hostile:
    """An exercise that is right, and now and then does something to what it is given."""

    def __init__(self, right, dice):
        self.right, self.dice, self.acts = right, dice, 0

    def __call__(self, *args):
        before = self.dice.random() < 0.5
        if before:
            self.spoil(args)
        result = self.right(*args)
        if not before:
            self.spoil(args)
        return result

    def spoil(self, args):
        """Do one thing to some of the arguments."""
        for arg in [a for a in within(args) if self.dice.random() < 0.3]:
            self.acts += 1
            with torch.no_grad(), suppress(RuntimeError, TypeError, ValueError, IndexError, AttributeError):
                self.dice.choice(ACTS[kind(arg)])(arg, within(args), self.dice)  # some do not go with this argument


def kind(arg):
    """Return the kind of acts that go with an argument."""
    return next(k for k in ACTS if isinstance(arg, k))


def within(args):
    """Return all tensors, networks and lists among the arguments, also those inside of networks and lists."""
    found = []
    for a in args:
        if isinstance(a, (list, tuple)):
            found += ([a] if isinstance(a, list) else []) + within(a)
        elif isinstance(a, nn.Module):
            found += [a, *a.parameters(), *a.buffers()]
        elif isinstance(a, Tensor):
            found.append(a)
    return found


def tensors_of(others, shape):
    """Return the tensors of one shape."""
    return [o for o in others if isinstance(o, Tensor) and o.shape == shape]


def replace(module, others, dice):
    """Put another tensor at the place of one of a network's own."""
    module = dice.choice(list(module.modules()))
    room = dice.choice([module._parameters, module._buffers])
    name = dice.choice(list(room))
    room[name] = nn.Parameter(room[name].detach() + 1) if room is module._parameters else room[name] + 1


ACTS = {
    Tensor: [
        lambda x, *_: x.zero_(),
        lambda x, *_: x.fill_(float("nan")),
        lambda x, *_: x.add_(1e-9),
        lambda x, *_: x.resize_(7),
        lambda x, *_: x.requires_grad_(),
        lambda x, *_: setattr(x, "grad", torch.ones_like(x)),
        lambda x, others, dice: setattr(x, "data", dice.choice(tensors_of(others, x.shape)).data),
        lambda x, *_: setattr(x, "data", x.data.float()),
        lambda x, *_: x.set_(),
        lambda x, *_: x.t_(),
    ],
    nn.Module: [
        lambda m, *_: m.train(not m.training),
        lambda m, *_: m.requires_grad_(not next(m.parameters()).requires_grad),
        lambda m, *_: m.float(),
        lambda m, *_: setattr(m, "scale", 3.0),
        lambda m, *_: m.register_buffer("extra", torch.ones(1)),
        lambda m, *_: m.register_forward_hook(lambda *a: torch.zeros(1)),
        lambda m, *_: setattr(m, "forward", lambda *a: torch.zeros(1)),
        lambda m, *_: m._modules.clear(),
        lambda m, *_: [vars(m).__setitem__(k, 99) for k in list(vars(m)) if type(vars(m)[k]) in (int, float)],
        replace,
    ],
    list: [
        lambda x, *_: x.reverse(),
        lambda x, *_: x.pop(),
        lambda x, *_: x.clear(),
        lambda x, *_: x.append(x[0]),
        lambda x, *_: x.__setitem__(0, None),
    ],
}


class Forging(Loopback):
    """A worker whose answers say, now and then, that other things became of the arguments than did."""

    def __init__(self, dice, **functions):
        super().__init__(**functions)
        self.dice = dice

    def ask(self, question):
        answer = super().ask(question)
        for place, values, plain in answer.get("states") or ():
            if self.dice.random() < 0.3:
                self.forge(values)
                plain["scale"] = 3.0
            if self.dice.random() < 0.1:
                answer["changed"] = [[place, torch.zeros(2, 2), True]]
        return answer

    def forge(self, values):
        """Change what is told of a network's tensors: values, gradients, flags, which are new, which share memory."""
        for told in values.values():
            told[0] = self.dice.choice([told[0], 0 * told[0], told[0] + float("nan")])
            told[1] = self.dice.choice([told[1], told[0]])
            told[2], told[3] = self.dice.random() < 0.5, self.dice.random() < 0.3
            told[4] = self.dice.choice([told[4], 1])


def hostile_runs(lesson, place, seed):
    """Run hostile answers to all exercises of a lesson; return how many acts there were, and verdicts that passed."""
    dice, acts = random.Random(seed), 0
    for exercise in lesson.exercises:
        spec, right = check_of(lesson, exercise.name).spec, reference_of(lesson, exercise.name)
        for k in range(RUNS):
            hostile = Hostile(right, dice)
            candidate = hostile
            if place == "judge":
                candidate = Forging(dice, **{exercise.name: hostile}).functions[exercise.name]
            run(spec, candidate, k)
            acts += hostile.acts
    return acts


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("place", ["notebook", "judge"])
@by_lesson
def test_no_constant_of_the_checks_changes(lesson, place):
    before = snapshot()
    acts = hostile_runs(lesson, place, seed=lesson.number)
    after = snapshot()
    changed = sorted(path for path in before[0] if before[0][path] != after[0].get(path))
    assert not changed, f"a submission can change {changed[:5]} of the checks for all who come after it"
    assert not after[0].keys() - before[0].keys(), "something was added to what the checks hold"
    aliased = sorted(path for path in before[1] if before[1][path] != after[1].get(path))
    assert not aliased, f"a submission can make {aliased[:5]} share memory"
    assert acts > RUNS, "nothing hostile was done"


@pytest.mark.filterwarnings("ignore")
@by_lesson
def test_after_hostile_runs_the_references_pass(lesson):
    hostile_runs(lesson, "judge", seed=1)
    for exercise in lesson.exercises:
        assert run(check_of(lesson, exercise.name).spec, reference_of(lesson, exercise.name), 0).passed


def test_the_law_sees_a_change():
    from gm_ref.checks.ddpm import oracles

    before = snapshot()
    kept = oracles.ALPHA_BAR.clone()
    oracles.ALPHA_BAR[1] += 1e-12
    try:
        assert [p for p in before[0] if snapshot()[0].get(p) != before[0][p]]
    finally:
        oracles.ALPHA_BAR.copy_(kept)
    assert snapshot() == before
