"""Time: what each solved notebook costs, and what all of `make test` will cost with all lessons, as it was measured."""

import pytest

from gm_ref.course.times import TIMES, times
from gm_ref.syllabus import LESSONS, Lesson
from tests.laws.tree import ROOT, by_lesson
from tests.timing.estimate import MINUTES, limit_of, minutes, notebooks, parts

MEASURED = times(ROOT)


@by_lesson
def test_a_solved_notebook_is_cheap_enough(lesson):
    seconds = MEASURED["notebooks"].get(lesson.id)
    assert seconds, (
        f"{lesson.id}: {TIMES} holds no CPU seconds of its notebook: run gm-ref build --run {lesson.number:02d}"
    )
    limit = limit_of(lesson)
    assert seconds <= limit, (
        f"{lesson.id}: its notebook takes {seconds} CPU seconds on one thread, the limit is {limit}"
    )


def test_nothing_else_is_in_the_list():
    gone = MEASURED["notebooks"].keys() - {lesson.id for lesson in LESSONS}
    assert not gone, f"{TIMES} holds {gone}, which no row of gm_ref/syllabus names: take it out"


def test_all_lessons_can_be_proven_in_time():
    if not MEASURED["tests"]:
        pytest.skip("no make test has been recorded: run it, then python -m tests.timing record")
    found = parts(MEASURED)
    told = ", ".join(f"{part.name} {part.later:.0f}" for part in sorted(found, key=lambda part: -part.later)[:5])
    assert minutes(found) <= MINUTES, (
        f"{minutes(found):.0f} minutes are expected, {MINUTES} allowed; most CPU s: {told}"
    )


def test_the_estimate_adds_up():
    assert limit_of(Lesson(16, "stylegan", "gan", "", 5, ())) == 300 and limit_of(LESSONS[0]) == 180
    part = notebooks(dict.fromkeys((lesson.id for lesson in LESSONS), 100.0))
    assert part.later == pytest.approx(19 * 100 + 2 * 200)
    (lint, kit, books) = parts({"notebooks": {LESSONS[0].id: 0.0}, "tests": {"lint": 10.0, "tests/kit": 10.0}})
    assert lint.later == pytest.approx(10 * 19 / len(LESSONS)) and kit.later == 10 and books.later == 0
    assert minutes([lint, kit]) == pytest.approx((lint.later + 10) / 120)
