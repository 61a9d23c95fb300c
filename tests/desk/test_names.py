"""Finding an exercise by name, and the hints."""

import json

import pytest

from gm_ref.desk import BadInput
from gm_ref.desk.hints import hint
from gm_ref.desk.names import find_exercise
from gm_ref.syllabus import Exercise, Lesson

TWO = [Lesson(n, stem, "vae", "A title", 1, (Exercise("kl", 1, 1, 1),)) for n, stem in ((11, "one"), (12, "two"))]


@pytest.mark.parametrize("name", ["q_sample", "ddpm.q_sample", "31_ddpm.q_sample"])
def test_an_exercise_is_found_under_all_its_names(name):
    lesson, exercise = find_exercise(name)
    assert (lesson.id, exercise.name) == ("31_ddpm", "q_sample")


def test_a_name_of_two_lessons_is_not_guessed():
    with pytest.raises(BadInput, match=r"more than one lesson: say one\.kl or two\.kl\."):
        find_exercise("kl", TWO)
    assert find_exercise("two.kl", TWO)[0].id == "12_two"


def test_an_unknown_name_gets_a_question_or_the_list():
    with pytest.raises(BadInput, match=r"'q_smaple' is not an exercise of this course: do you mean q_sample\?"):
        find_exercise("q_smaple")
    with pytest.raises(BadInput, match=r"is not an exercise of 11_one: choose one of one\.kl\."):
        find_exercise("zzz", TWO[:1])
    with pytest.raises(BadInput, match=r"of this course: choose one of two\.kl\."):
        find_exercise("12_two", TWO)


@pytest.fixture
def frozen(tmp_path):
    data = {
        "exercises": {"q_sample": {"hints": ["Nudge.", "Formula $x_t$,\n   as in a list.", "Sketch."], "mistakes": []}}
    }
    (tmp_path / "ddpm.json").write_text(json.dumps(data))
    return tmp_path


def test_hints_come_one_by_one_and_say_how_to_see_the_next(frozen):
    first = hint("q_sample", folder=frozen)
    assert first.startswith("Hint 1 of 3 for ddpm.q_sample: a nudge\n\nNudge.\n\n")
    assert first.endswith("gm-ref hint ddpm.q_sample --step 2")
    assert "Formula $x_t$,\nas in a list.\n" in hint("ddpm.q_sample", 2, frozen)
    assert "--step" not in hint("q_sample", 3, frozen)


def test_an_exercise_without_hints_says_so(frozen):
    with pytest.raises(BadInput, match=r"there is no hint 1 for ddpm\.q_step: it has none"):
        hint("q_step", folder=frozen)
