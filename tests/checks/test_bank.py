"""The checks are proven: every named mistake is recognised by name, every right answer passes, never by luck."""

import pytest
import torch

from gm_ref.checks.core import CheckFailed
from gm_ref.checks.core.diagnosis import fingerprint, known, same_outputs
from tests.checks.bench import (
    EXERCISES,
    MISTAKE_NAMES,
    MISTAKES,
    NAMES,
    alternatives_of,
    check_of,
    reference_of,
)

each_exercise = pytest.mark.parametrize("lesson, exercise", EXERCISES, ids=NAMES)
each_mistake = pytest.mark.parametrize("lesson, mistake", MISTAKES, ids=MISTAKE_NAMES)


@each_exercise
def test_reference_passes_on_200_seeds(lesson, exercise):
    check, reference = check_of(lesson, exercise.name), reference_of(lesson, exercise.name)
    for seed in range(200):
        check(reference, seed=seed)


@pytest.fixture
def float64_by_default():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@each_exercise
def test_reference_and_alternatives_pass_in_a_notebook_of_float64(lesson, exercise, float64_by_default):
    check = check_of(lesson, exercise.name)
    for answer in [reference_of(lesson, exercise.name), *alternatives_of(lesson, exercise.name)]:
        check(answer)


@each_exercise
def test_three_unusual_but_right_answers_pass(lesson, exercise):
    check, answers = check_of(lesson, exercise.name), alternatives_of(lesson, exercise.name)
    file = f"tests/checks/alternatives/{lesson.stem}/{exercise.name}.py"
    assert len(answers) >= 3, (
        f"{lesson.id}: {exercise.name} has {len(answers) or 'no'} unusual right answers yet: write three in {file}"
    )
    for answer in answers:
        for seed in range(20):
            check(answer, seed=seed)


@each_exercise
def test_five_mistakes_or_more_are_named(lesson, exercise):
    named = [m for _, m in MISTAKES if m.exercise == exercise.name and _ is lesson and m.kind == "mistake"]
    file = f"gm_ref/mistakes/{lesson.stem}/{exercise.name}.py"
    assert len(named) >= 5, (
        f"{lesson.id}: {exercise.name} has {len(named) or 'no'} named mistakes yet: write six in {file}"
    )


@each_mistake
def test_mistake_is_recognised_by_its_own_name_on_20_seeds(lesson, mistake):
    check = check_of(lesson, mistake.exercise)
    for seed in range(20):
        with pytest.raises(CheckFailed) as caught:
            check(mistake.function, seed=seed)
        verdict = caught.value.verdict
        assert (verdict.status, verdict.mistake) == (mistake.kind, mistake.id)
        assert mistake.cure in str(caught.value)


@each_exercise
def test_mistakes_can_be_told_apart(lesson, exercise):
    bank = known(lesson.stem, exercise.name)
    for i, one in enumerate(bank):
        assert any(not isinstance(o, str) for o in one.outputs), f"{one.id} returns a number on no probe"
        for other in bank[:i]:
            assert not same_outputs(one.outputs, other.outputs), f"{one.id} and {other.id} compute the same"


@each_exercise
def test_no_right_answer_is_taken_for_a_mistake(lesson, exercise):
    probes = check_of(lesson, exercise.name).spec.probes
    for answer in [reference_of(lesson, exercise.name), *alternatives_of(lesson, exercise.name)]:
        outputs = fingerprint(probes, answer)
        assert not [m.id for m in known(lesson.stem, exercise.name) if same_outputs(outputs, m.outputs)]
        assert "raises" not in outputs


def test_ids_are_unique_in_a_lesson():
    keys = [(lesson.stem, m.exercise, m.id) for lesson, m in MISTAKES]
    assert len(keys) == len(set(keys))
