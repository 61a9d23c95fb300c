"""Every check gives the same verdict on a remote function as on the function itself."""

import pytest

from gm_ref.checks.core.check import SPECS, run
from tests.checks.bench import EXERCISES, MISTAKE_NAMES, MISTAKES, NAMES, alternatives_of, check_of, reference_of
from tests.grading.loopback import Loopback


def verdicts(lesson, name, function, **others):
    """Return the verdicts on a function here and at the other end of the wire."""
    check_of(lesson, name)
    spec = SPECS[lesson.stem, name]
    remote = Loopback(**{**others, name: function})
    return run(spec, function, 7), run(spec, remote.functions[name], 7)


@pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
def test_right_answers_pass(lesson, exercise):
    for function in [reference_of(lesson, exercise.name), *alternatives_of(lesson, exercise.name)]:
        here, there = verdicts(lesson, exercise.name, function)
        assert here.passed and there.passed, f"{function.__name__}: {there}"


@pytest.mark.parametrize("lesson, mistake", MISTAKES, ids=MISTAKE_NAMES)
def test_mistakes_have_the_same_name(lesson, mistake):
    here, there = verdicts(lesson, mistake.exercise, mistake.function)
    assert here.mistake == mistake.id
    assert (there.status, there.mistake, there.name) == (here.status, here.mistake, here.name), str(there)
