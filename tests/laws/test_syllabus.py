"""The syllabus agrees with the checks, the lessons and the map of the course."""

import re
from importlib import import_module

import pytest

from gm_ref.checks.core.check import SPECS
from gm_ref.course.course_map import with_map
from gm_ref.course.paths import Rooms
from gm_ref.syllabus import FAMILIES, LESSONS, as_json, find_lesson
from tests.laws.tree import PACKAGE, ROOT, by_exercise, by_lesson, place, require_whole


@by_exercise
def test_what_an_exercise_uses_is_the_same_in_syllabus_and_check(lesson, exercise):
    require_whole(lesson)
    import_module(f"gm_ref.checks.{lesson.stem}")
    path, uses = Rooms(lesson).checks / f"{exercise.name}.py", SPECS[lesson.stem, exercise.name].uses
    told = f"{place(path)} says uses={uses}, the row in gm_ref/syllabus says uses={exercise.uses}: make them the same"
    assert uses == exercise.uses, told


def test_the_map_in_the_readme_is_that_of_the_syllabus():
    readme = ROOT / "README.md"
    assert readme.read_text("utf-8") == with_map(readme), "the map in README.md is out of date: run gm-ref build"


def test_each_family_has_a_file_of_its_own_lessons():
    for family, lessons in FAMILIES.items():
        wrong = [lesson.id for lesson in lessons if lesson.family != family]
        assert not wrong, f"{wrong} stand in gm_ref/syllabus/{family}.py and say another family"
    files = {path.stem for path in (PACKAGE / "syllabus").glob("*.py")} - {"__init__", "rows"}
    assert files == set(FAMILIES), "gm_ref/syllabus/__init__.py lists the families, each with a file"


@by_lesson
def test_exercises_use_only_earlier_ones(lesson):
    seen = {f"{x.stem}.{e.name}" for x in LESSONS if x.number < lesson.number for e in x.exercises}
    for exercise in lesson.exercises:
        unknown = set(exercise.uses) - seen
        assert not unknown, (
            f"{lesson.stem}.{exercise.name} uses {unknown}: only exercises above it, or STEM.NAME of an earlier lesson"
        )
        assert exercise.points >= 1 and exercise.minutes >= 1 and 1 <= exercise.difficulty <= 3
        seen.add(exercise.name)


@by_lesson
def test_the_lesson_header_promises_the_minutes_of_the_syllabus(lesson):
    require_whole(lesson)
    promised = re.search(r"(\d+) minutes? of computing", Rooms(lesson).source.read_text("utf-8"))
    told = f"{place(Rooms(lesson).source)} must promise '{lesson.minutes} minutes of computing', as its row does"
    assert promised and int(promised[1]) == lesson.minutes, told


def test_lessons_are_in_order_and_unique():
    numbers = [lesson.number for lesson in LESSONS]
    assert numbers == sorted(set(numbers))
    assert len({lesson.stem for lesson in LESSONS}) == len(LESSONS)


def test_a_lesson_is_found_by_id_stem_and_number():
    lesson = LESSONS[-1]
    assert find_lesson(lesson.id) is find_lesson(lesson.stem) is find_lesson(str(lesson.number)) is lesson
    with pytest.raises(ValueError, match="is not a lesson: choose one of"):
        find_lesson("99_nothing")


def test_json_has_the_promised_keys():
    for lesson in as_json()["lessons"]:
        assert {"id", "number", "stem", "family", "title", "minutes", "exercises"} <= lesson.keys()
        assert all({"name", "points", "minutes", "difficulty"} <= e.keys() for e in lesson["exercises"])
